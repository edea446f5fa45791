using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;

namespace Dragoman.Knowledge;

/// <summary>Searches by vector and by word, and weighs both together.</summary>
internal sealed class Retriever(IEmbeddings embeddings, IReranking reranking, IChunkIndex index) : IRetrieval
{
    private const int LeastCandidates = 100;

    // A reranker is asked for so many times what is wanted of it.
    private const int RerankedTimes = 5;

    public async ValueTask<RetrievalResult> SearchAsync(Project project, GatewaySnapshot settings, RetrievalQuery query, CancellationToken cancellationToken)
    {
        if (project.Dimensions == 0)
        {
            return new RetrievalResult([], null); // Nothing has been embedded yet.
        }

        var embedded = await embeddings.EmbedAsync(settings, project.Embedder, EmbeddingPurpose.Query, [query.Text], cancellationToken);
        if (embedded.Vectors is not [var vector])
        {
            return new RetrievalResult(null, embedded.Error);
        }

        if (vector.Length != project.Dimensions)
        {
            return new RetrievalResult(null, new GatewayError(
                ErrorKind.UpstreamInvalidResponse, $"{project.Embedder} gave a vector of {vector.Length} dimensions; the project's have {project.Dimensions}."));
        }

        var reranker = query.Rerank ? settings.Knowledge.RerankerFor(project.Owner.IsLive) : null;
        var most = Math.Min(query.K, RetrievalQuery.MostChunks);
        var wanted = reranker is null ? most : RerankedTimes * most;
        var asked = new ChunkQuery(vector, QuestionTerms.Of(query.Text), Math.Max(LeastCandidates, wanted), query.Filter);
        var candidates = await index.FindAsync(project.Id, asked, cancellationToken);
        IReadOnlyList<FoundChunk> found =
        [
            .. Fusion.Rank(candidates)
                .Where(chunk => chunk.Score >= query.MinScore)
                .DistinctBy(chunk => chunk.Chunk.Text)
                .Take(wanted),
        ];

        if (reranker is { } model && found.Count > 0)
        {
            var weighed = await reranking.RerankAsync(settings, model, query.Text, [.. found.Select(chunk => chunk.Chunk.Text)], cancellationToken);
            if (weighed.Scores is not { } scores)
            {
                return new RetrievalResult(null, weighed.Error) { Usage = embedded.Usage };
            }

            found = [.. found.Zip(scores, (chunk, score) => chunk with { Relevance = score }).OrderByDescending(chunk => chunk.Relevance).Take(most)];
        }

        return new RetrievalResult(query.Rerank ? [.. found.Take(query.TopN)] : found, null) { Usage = embedded.Usage };
    }
}
