using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Knowledge;

/// <summary>Finds what a project's documents say to a question.</summary>
internal interface IRetrieval
{
    ValueTask<RetrievalResult> SearchAsync(Project project, GatewaySnapshot settings, RetrievalQuery query, CancellationToken cancellationToken);
}

/// <param name="K">At most as many chunks, and never more than <see cref="MostChunks"/>.</param>
/// <param name="MinScore">Chunks whose cosine is lower are left out.</param>
/// <param name="Rerank">Weigh the best chunks once more, by the configured reranker or else by the fusion, and keep <paramref name="TopN"/>.</param>
internal sealed record RetrievalQuery(string Text, int K, double MinScore, DocumentFilter Filter, bool Rerank = false, int TopN = 3)
{
    /// <summary>More than any model reads.</summary>
    public const int MostChunks = 1_000;
}

/// <param name="Chunks">Best first; empty where nothing fits, or the project is empty.</param>
/// <param name="Error">The embedder failed, or is not configured.</param>
internal readonly record struct RetrievalResult(IReadOnlyList<FoundChunk>? Chunks, GatewayError? Error)
{
    /// <summary>Tokens that the embedder read.</summary>
    public Usage Usage { get; init; }
}

/// <param name="Score">The cosine of its vector to the question's: -1 to 1.</param>
/// <param name="Relevance">How likely it holds the answer by all evidence: 0 to 1; chunks are ordered by it.</param>
internal sealed record FoundChunk(Chunk Chunk, double Score, double Relevance);
