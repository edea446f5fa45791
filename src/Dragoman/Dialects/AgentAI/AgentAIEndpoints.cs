using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dragoman.Dialects.AgentAI;

/// <summary>The dialect's paths.</summary>
internal static class AgentAIEndpoints
{
    public const string ActionPrefix = "/v1/action";
    public const string DocumentPrefix = "/api-reference/v1";
    public const string InvokeLlm = ActionPrefix + "/invoke_llm";
    public const string GenerateImage = ActionPrefix + "/generate_image";

    /// <summary>The actions that exist, for error texts.</summary>
    public const string ActionNames = "invoke_llm, generate_image";

    /// <summary>The versions of the API that are described, oldest first.</summary>
    public static readonly string[] DocumentVersions = ["1.0.1", "1.1.0"];

    public static void Map(IEndpointRouteBuilder endpoints, AgentAIDialect dialect, ChatEndpoint invokeLlm, ImageEndpoint generateImage)
    {
        endpoints.MapPost(InvokeLlm, invokeLlm.HandleAsync).WithDisplayName($"{dialect.Name} invoke_llm");
        endpoints.MapPost(GenerateImage, generateImage.HandleAsync).WithDisplayName($"{dialect.Name} generate_image");

        foreach (var version in DocumentVersions)
        {
            OpenApiDocument.Load(typeof(AgentAIEndpoints), $"v{version}_openapi.json")
                .Map(endpoints, $"{DocumentPrefix}/v{version}_openapi.json", $"{dialect.Name} OpenAPI {version}");
        }
    }

    /// <summary>The value of <c>Allow</c> for a path.</summary>
    public static string MethodsOf(PathString path) => path.StartsWithSegments(DocumentPrefix) ? OpenApiDocument.Methods : HttpMethods.Post;
}
