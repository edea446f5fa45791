using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dragoman.Dialects.EdenAI;

namespace Dragoman.Tests.Dialects.EdenAI.Projects;

/// <summary>Eden AI's dialect alone on Kestrel, over stores in memory.</summary>
internal sealed class ProjectServer : IAsyncDisposable
{
    /// <summary>Under which no test meets a limit that it is not about.</summary>
    private const string NoLimits = """{ "Dialects": { "edenai": { "Limits": { "RequestsPerMinute": "none" } } } }""";

    private ProjectServer(MemoryDocumentStore documents)
    {
        Documents = documents;
        Retrieval = new MemoryRetrieval(documents);
    }

    public MemoryProjectStore Projects { get; } = new();

    public MemoryDocumentStore Documents { get; }

    public MemoryRetrieval Retrieval { get; }

    public DialectServer Server { get; private set; } = null!;

    public HttpClient Client => Server.Client;

    /// <param name="settings">What the operator set, as JSON.</param>
    public static async Task<ProjectServer> StartAsync(string settings = NoLimits)
    {
        var server = new ProjectServer(new MemoryDocumentStore());
        server.Server = await DialectServer.StartAsync(
            services => new EdenAIDialect(services, new KnowledgeServices(server.Projects, server.Documents, server.Retrieval)),
            EdenAIDialect.Definition,
            "/v2/aiproducts/askyoda/v2/",
            settings);
        return server;
    }

    /// <summary>A new project; its path, up to the slash after its id.</summary>
    public async Task<string> NewProjectAsync(string more = "", string? key = null)
    {
        var answer = await SendAsync(
            "POST", "/v2/aiproducts/askyoda/v2/", $$"""{"project_name":"p","collection_name":"c","embeddings_provider":"starter"{{more}}}""", key);
        answer.Status.ShouldBe(200, answer.Text);
        return $"/v2/aiproducts/askyoda/v2/{answer.Json.GetProperty("project_id").GetGuid()}/";
    }

    /// <param name="body">JSON.</param>
    public Task<ProjectAnswer> SendAsync(string method, string path, string? body = null, string? key = null) =>
        SendAsync(method, path, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"), key);

    public async Task<ProjectAnswer> SendAsync(string method, string path, HttpContent? content, string? key = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using var response = await Client.SendAsync(request);
        return new ProjectAnswer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.Location?.OriginalString,
            response.Headers.TryGetValues("x-dragoman-dropped", out var dropped) ? string.Join(", ", dropped) : null);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

internal sealed record ProjectAnswer(int Status, string Text, string? Location, string? Dropped)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>What is wrong with a field; asserts that the answer tells of fields.</summary>
    public string[] Field(string name)
    {
        Status.ShouldBe(400, Text);
        return [.. Json.GetProperty("error").GetProperty("message").GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];
    }

    public void ShouldBeNotFound()
    {
        Status.ShouldBe(404, Text);
        Text.ShouldBe("""{"details":"Not Found"}""");
    }

    public void ShouldBe(int status, string text)
    {
        Text.ShouldBe(text);
        Status.ShouldBe(status);
    }
}
