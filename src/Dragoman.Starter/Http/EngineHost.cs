using Dragoman.Starter.Embedding;
using Dragoman.Starter.Generation;
using Dragoman.Starter.Pictures;

namespace Dragoman.Starter.Http;

/// <summary>What the endpoints share: the models once they are loaded, their names, the limit of answers, the clock.</summary>
internal sealed class EngineHost(StarterOptions options, TimeProvider time)
{
    private volatile ChatModel? _chat;
    private volatile Embedder? _embedder;
    private volatile PictureEngine? _pictures;

    /// <summary>Null while it is being loaded, and where none is served.</summary>
    public ChatModel? Chat
    {
        get => _chat;
        set => _chat = value;
    }

    /// <summary>Null while it is being loaded, and where none is served.</summary>
    public Embedder? Embedder
    {
        get => _embedder;
        set => _embedder = value;
    }

    /// <summary>Null while it is being loaded, and where none is served.</summary>
    public PictureEngine? Pictures
    {
        get => _pictures;
        set => _pictures = value;
    }

    public string ModelName => options.ServedName;

    public string EmbedderName => options.ServedEmbedderName;

    /// <summary>Names of all that is served.</summary>
    public IReadOnlyList<string> Names { get; } =
    [
        .. options.Model is null ? Enumerable.Empty<string>() : [options.ServedName],
        .. options.ServesEmbedder ? [options.ServedEmbedderName] : Enumerable.Empty<string>(),
        .. options.ServesComposer ? [ModelNames.Composer] : Enumerable.Empty<string>(),
    ];

    public bool IsLoaded =>
        (_chat is not null) == (options.Model is not null) && (_embedder is not null) == options.ServesEmbedder && (_pictures is not null) == (options.Vips is not null);

    /// <summary>Most tokens of an answer whose caller sets no limit: a small model that finds no end would hold its slot until the context is full.</summary>
    public int DefaultMaxTokens => options.MaxTokens;

    public long Started { get; } = time.GetUtcNow().ToUnixTimeSeconds();

    public long Now => time.GetUtcNow().ToUnixTimeSeconds();
}
