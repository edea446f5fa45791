using System.Collections.Frozen;

namespace Dragoman.Routing;

/// <summary>What the settings say of documents (section <c>Knowledge</c>), compiled.</summary>
public sealed record KnowledgeSettings
{
    /// <summary>Which model embeds for a provider's name (<c>openai</c>), where the operator says other than the table does.</summary>
    public FrozenDictionary<string, ModelReference> Embedders { get; init; } = FrozenDictionary<string, ModelReference>.Empty;

    /// <summary>Which model writes speech down for a provider's name, where the operator says other than the table does.</summary>
    public FrozenDictionary<string, ModelReference> Transcribers { get; init; } = FrozenDictionary<string, ModelReference>.Empty;

    /// <summary>Reranks where a caller asks for it; absent leaves it to the fusion.</summary>
    public ModelReference? Reranker { get; init; }

    /// <summary>The reranker for a caller of that mode: test keys, which must cost nothing, have none.</summary>
    public ModelReference? RerankerFor(bool isLive) => isLive ? Reranker : null;

    /// <summary>Describes pictures and films where the caller names no model, as <c>provider/model</c> or a name that routes.</summary>
    public string VisionModel { get; init; } = "google/gemini-2.0-flash";

    /// <summary>The longest file, in bytes.</summary>
    public long MaxFileBytes { get; init; } = 100L * 1024 * 1024;

    /// <summary>The most chunks of one document.</summary>
    public int MaxChunksPerDocument { get; init; } = 20_000;

    /// <summary>How long adding a document waits for it to be read; after that it goes on in the background.</summary>
    public TimeSpan AddWait { get; init; } = TimeSpan.FromSeconds(20);
}
