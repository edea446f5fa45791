using System.Text.Json;
using Dragoman.Dialects.EdenAI;

namespace Dragoman.Tests.Dialects.EdenAI;

/// <summary>Eden AI's dialect alone on Kestrel.</summary>
internal static class EdenAIServer
{
    public static readonly string Generate = $"/v2/aiproducts/askyoda/v2/{KnowledgeFakes.ProjectId}/generate/";
    public static readonly string AskLlm = $"/v2/aiproducts/askyoda/v2/{KnowledgeFakes.ProjectId}/ask_llm/";

    public static Task<DialectServer> StartAsync(string settings = "{}", KnowledgeFakes? knowledge = null, string? path = null) => DialectServer.StartAsync(
        services => new EdenAIDialect(services, (knowledge ?? new KnowledgeFakes()).Services), EdenAIDialect.Definition, path ?? Generate, settings);

    /// <summary>Asserts a whole answer and gives it.</summary>
    public static async Task<JsonElement> JsonOfAsync(HttpResponseMessage response, int status = 200)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        return JsonElement.Parse(text);
    }
}
