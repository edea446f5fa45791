using Dragoman.Starter.Generation;

namespace Dragoman.Starter.Http;

/// <summary>What the endpoints share: the model once it is loaded, its name, the clock.</summary>
internal sealed class EngineHost(string modelName, TimeProvider time)
{
    private volatile ChatModel? _chat;

    /// <summary>Null while the model is being loaded.</summary>
    public ChatModel? Chat
    {
        get => _chat;
        set => _chat = value;
    }

    public string ModelName => modelName;

    public long Started { get; } = time.GetUtcNow().ToUnixTimeSeconds();

    public long Now => time.GetUtcNow().ToUnixTimeSeconds();
}
