using System.Text.Json;
using Dragoman.Dialects.Gainly;
using Dragoman.Pipeline;

namespace Dragoman.Tests.Dialects.Gainly;

/// <summary>Gainly's dialect alone on Kestrel.</summary>
internal static class GainlyServer
{
    public static Task<DialectServer> StartAsync(string settings = "{}", IRateLimits? rateLimits = null) => DialectServer.StartAsync(
        services => new GainlyDialect(services), GainlyDialect.Definition, "/v20241104/invoke-llm", settings, rateLimits);

    /// <summary>Asserts the error's shape and gives its text.</summary>
    public static async Task<string> ErrorOfAsync(HttpResponseMessage response, int status, string type = "invalid_request_error", bool live = true)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        using var json = JsonDocument.Parse(text);
        json.RootElement.EnumerateObject().Select(member => member.Name).ShouldBe(["error", "livemode"]);
        json.RootElement.GetProperty("livemode").GetBoolean().ShouldBe(live);
        var error = json.RootElement.GetProperty("error");
        error.EnumerateObject().Select(member => member.Name).ShouldBe(["type", "message"]);
        error.GetProperty("type").GetString().ShouldBe(type);
        var message = error.GetProperty("message").GetString();
        message.ShouldNotBeNullOrEmpty();
        return message;
    }
}
