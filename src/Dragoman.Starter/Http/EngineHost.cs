using Dragoman.Starter.Generation;

namespace Dragoman.Starter.Http;

/// <summary>What the endpoints share: the model once it is loaded, its name, the limit of answers, the clock.</summary>
internal sealed class EngineHost(string modelName, int defaultMaxTokens, TimeProvider time)
{
    private volatile ChatModel? _chat;

    /// <summary>Null while the model is being loaded.</summary>
    public ChatModel? Chat
    {
        get => _chat;
        set => _chat = value;
    }

    public string ModelName => modelName;

    /// <summary>Most tokens of an answer whose caller sets no limit: a small model that finds no end would hold its slot until the context is full.</summary>
    public int DefaultMaxTokens => defaultMaxTokens;

    public long Started { get; } = time.GetUtcNow().ToUnixTimeSeconds();

    public long Now => time.GetUtcNow().ToUnixTimeSeconds();
}
