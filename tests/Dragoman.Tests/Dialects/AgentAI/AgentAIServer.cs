using System.Text.Json;
using Dragoman.Dialects.AgentAI;

namespace Dragoman.Tests.Dialects.AgentAI;

/// <summary>agent.ai's dialect alone on Kestrel.</summary>
internal static class AgentAIServer
{
    public static Task<DialectServer> StartAsync(string settings = "{}") => DialectServer.StartAsync(
        services => new AgentAIDialect(services), AgentAIDialect.Definition, "/v1/action/invoke_llm", settings);

    /// <summary>Asserts the error envelope and gives its text.</summary>
    public static async Task<string> ErrorOfAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        using var json = JsonDocument.Parse(text);
        json.RootElement.EnumerateObject().Select(member => member.Name).ShouldBe(["status", "response", "error"]);
        json.RootElement.GetProperty("status").GetInt32().ShouldBe(status);
        json.RootElement.GetProperty("response").ValueKind.ShouldBe(JsonValueKind.Null);
        var error = json.RootElement.GetProperty("error").GetString();
        error.ShouldNotBeNullOrEmpty();
        return error;
    }
}
