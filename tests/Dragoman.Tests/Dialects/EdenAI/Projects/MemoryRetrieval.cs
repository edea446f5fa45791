using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Tests.Dialects.EdenAI.Projects;

/// <summary>Finds the first chunks of a project, the better the earlier they were stored; and keeps the query.</summary>
internal sealed class MemoryRetrieval(IDocumentStore documents) : IRetrieval
{
    public RetrievalQuery? LastQuery { get; private set; }

    public GatewayError? Fault { get; set; }

    public async ValueTask<RetrievalResult> SearchAsync(Project project, GatewaySnapshot settings, RetrievalQuery query, CancellationToken cancellationToken)
    {
        LastQuery = query;
        if (Fault is not null)
        {
            return new RetrievalResult(null, Fault);
        }

        var chunks = await documents.ListChunksAsync(project.Id, query.Filter, query.K, cancellationToken);
        return new RetrievalResult([.. chunks.Select((chunk, index) => new FoundChunk(chunk, 0.75 / (index + 1), 0.9))], null);
    }
}
