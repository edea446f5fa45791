using Dragoman.Dialects.EdenAI.Projects;
using Microsoft.AspNetCore.Routing;

namespace Dragoman.Dialects.EdenAI;

/// <summary>The dialect's endpoints that call no model: projects and what is in them.</summary>
internal static class KnowledgeEndpoints
{
    private const string Document = EdenAIDialect.Prefix + "/openapi.json";

    public static void Map(IEndpointRouteBuilder endpoints, EdenAIDialect dialect, DialectServices services, KnowledgeServices knowledge)
    {
        var routes = new ProjectRoutes(endpoints, dialect, services, knowledge);
        ProjectEndpoints.Map(routes);
        DocumentEndpoints.Map(routes);
        FileEndpoints.Map(routes);
        ChunkEndpoints.Map(routes);
        ConversationEndpoints.Map(routes);
        BotPromptEndpoints.Map(routes);
        OpenApiDocument.Load(typeof(KnowledgeEndpoints), "openapi.json").Map(endpoints, Document, $"{dialect.Name} OpenAPI");
    }
}
