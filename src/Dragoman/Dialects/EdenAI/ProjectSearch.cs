using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;

namespace Dragoman.Dialects.EdenAI;

/// <summary>What one call finds in its project's documents: searched once the call is admitted, and told with its answer.</summary>
internal sealed class ProjectSearch(KnowledgeServices knowledge, Project project, GatewaySnapshot settings, RetrievalQuery query)
{
    /// <summary>What the model was shown; absent where nothing was searched, for the project has no documents.</summary>
    public IReadOnlyList<Citation>? Citations { get; private set; }

    /// <summary>The request with what was found, or why the search failed; the request as it is where there is nothing to search.</summary>
    public async ValueTask<GatheredRequest> GatherAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        if (project.Dimensions == 0 || await knowledge.Documents.CountChunksAsync(project.Id, cancellationToken) == 0)
        {
            return request;
        }

        var (found, error) = await knowledge.Retrieval.SearchAsync(project, settings, query, cancellationToken);
        if (found is null)
        {
            return error!;
        }

        var grounded = Grounding.Ground(request, query.Text, found);
        Citations = [.. (grounded.Sources ?? []).Select(source => Citation.Of(source, found))];
        return grounded;
    }
}

/// <summary>A piece of a document that an answer stands on.</summary>
/// <param name="Number">By which the answer cites it.</param>
/// <param name="Score">The cosine of its vector to the question's; absent where the passage is no single chunk.</param>
internal sealed record Citation(int Number, string ChunkId, string? Document, int? Page, double? Score)
{
    public static Citation Of(SourcePassage source, IReadOnlyList<FoundChunk> found)
    {
        var chunk = found.FirstOrDefault(one => one.Chunk.Id.ToString() == source.Id);
        return new Citation(source.Number, source.Id, chunk?.Chunk.DocumentName ?? source.Name, chunk?.Chunk.Page, chunk?.Score);
    }
}
