using Microsoft.AspNetCore.Routing;

namespace Dragoman.Dialects.EdenAI;

/// <summary>The dialect's endpoints that call no model: projects and what is in them.</summary>
internal static class KnowledgeEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints, EdenAIDialect dialect, DialectServices services, KnowledgeServices knowledge)
    {
    }
}
