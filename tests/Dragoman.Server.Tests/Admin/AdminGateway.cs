using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dragoman.Server.Tests.EndToEnd;

namespace Dragoman.Server.Tests.Admin;

/// <summary>A running gateway without models, with an admin key: a call that is let in meets 404, one that is not 401 or 403.</summary>
public sealed class AdminGateway : IAsyncLifetime
{
    public const string Key = "dgm_admin_test-key-0123456789";

    private static readonly Uri Keys = new("/admin/v1/keys", UriKind.Relative);

    private RunningGateway _gateway = null!;

    public Uri Document => new(_gateway.Client.BaseAddress!, "/admin/v1/openapi.json");

    public string Log => _gateway.Log;

    public string Data => _gateway.Data;

    public static async Task<AdminGateway> StartAsync()
    {
        var gateway = new AdminGateway();
        await gateway.InitializeAsync();
        return gateway;
    }

    public async ValueTask InitializeAsync()
    {
        _gateway = await RunningGateway.StartAsync(
            new Dictionary<string, string> { ["DRAGOMAN_ADMIN_KEY"] = Key }, settings: """{ "Starter": { "Enabled": false } }""");
        _gateway.Client.DefaultRequestHeaders.Authorization = null;
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    public Task<AdminAnswer> CreateAsync(string body) => SendAsync("POST", "", body);

    /// <param name="path">Below <c>/admin/v1/keys</c>.</param>
    /// <param name="body">As JSON, where there is one.</param>
    internal Task<AdminAnswer> SendAsync(string method, string path = "", string? body = null, string key = Key) =>
        SendAsync(method, path, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"), key);

    public async Task<AdminAnswer> SendAsync(string method, string path, HttpContent? content, string key = Key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Keys + path, UriKind.Relative)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await _gateway.Client.SendAsync(request);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var text = await response.Content.ReadAsStringAsync();
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(", ", header.Value));
        return new AdminAnswer((int)response.StatusCode, JsonDocument.Parse(text).RootElement, headers);
    }

    /// <summary>What a client of agent.ai meets with the key: 401 and 403 at the door, 404 (there is no model) behind it.</summary>
    public async Task<int> CallAsync(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/action/invoke_llm", UriKind.Relative))
        {
            Content = new StringContent("""{"instructions":"Hello","llm_engine":"gpt4o"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-API-Key", key);
        using var response = await _gateway.Client.SendAsync(request);
        return (int)response.StatusCode;
    }

    public async Task<HttpResponseMessage> ReadDocumentAsync(string? entityTag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Document);
        if (entityTag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", entityTag);
        }

        return await _gateway.Client.SendAsync(request);
    }
}

public sealed record AdminAnswer(int Status, JsonElement Json, Dictionary<string, string> Headers)
{
    public string Id => Text("id")!;

    /// <summary>The key itself.</summary>
    public string Secret => Text("key")!;

    public string? Text(string member) => Json.GetProperty(member).GetString();

    public string ErrorType => Json.GetProperty("error").GetProperty("type").GetString()!;

    public string? Field => Json.GetProperty("error").GetProperty("field").GetString();

    /// <summary>An error in the API's one shape, of its closed list.</summary>
    public void ShouldBeRefused(int status, string type, string? field = null)
    {
        Status.ShouldBe(status, Json.GetRawText());
        Json.EnumerateObject().Select(member => member.Name).ShouldBe(["error"]);
        Json.GetProperty("error").EnumerateObject().Select(member => member.Name).ShouldBe(["type", "message", "field"]);
        Json.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrWhiteSpace();
        ErrorType.ShouldBe(type);
        Field.ShouldBe(field);
    }
}
