using Dragoman.Knowledge;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dragoman.Dialects.EdenAI;

/// <summary>What the product stands on beside models: projects, their documents, and searches in them.</summary>
internal sealed record KnowledgeServices(IProjectStore Projects, IDocumentStore Documents, IRetrieval Retrieval)
{
    /// <summary>The project that the path names; absent where there is none of that name, or it is another's.</summary>
    public async ValueTask<Project?> FindProjectAsync(HttpContext context, Caller caller) =>
        Guid.TryParseExact(context.GetRouteValue("project_id") as string, "D", out var id)
            ? await Projects.FindAsync(Owner.Of(caller), id, context.RequestAborted)
            : null;
}
