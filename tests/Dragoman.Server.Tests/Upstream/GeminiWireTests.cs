using System.Text.Json;
using Dragoman.Testing;

namespace Dragoman.Server.Tests.Upstream;

/// <summary>Gemini's wire member by member, since there is no official SDK for .NET to judge it.</summary>
public sealed class GeminiWireTests : IAsyncLifetime
{
    readonly HttpClient _client = UpstreamCalls.NewClient();
    TestUpstream _upstream = null!;

    public async ValueTask InitializeAsync() => _upstream = await TestUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Plain_Scripted_HasTheVendorsEnvelope()
    {
        _upstream.Enqueue(Reply.Text("Paris").WithUsage(10, 7, cached: 4, reasoning: 5));

        using var response = await _client.SendAsync(_upstream.Gemini());
        var body = await response.JsonAsync();

        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json; charset=UTF-8");
        var candidate = body.GetProperty("candidates")[0];
        candidate.GetProperty("content").GetRawText().Replace("\n", "").Replace(" ", "").ShouldBe("""{"parts":[{"text":"Paris"}],"role":"model"}""");
        candidate.GetProperty("finishReason").GetString().ShouldBe("STOP");
        var usage = body.GetProperty("usageMetadata");
        usage.GetProperty("promptTokenCount").GetInt32().ShouldBe(10);
        usage.GetProperty("cachedContentTokenCount").GetInt32().ShouldBe(4);
        usage.GetProperty("candidatesTokenCount").GetInt32().ShouldBe(2);
        usage.GetProperty("thoughtsTokenCount").GetInt32().ShouldBe(5);
        usage.GetProperty("totalTokenCount").GetInt32().ShouldBe(17);
        body.GetProperty("modelVersion").GetString().ShouldBe("gemini-2.5-flash");
        _upstream.Violations.ShouldBeEmpty();
        _upstream.Requests[0].Model.ShouldBe("gemini-2.5-flash");
    }

    [Fact]
    public async Task Stream_Sse_EndsWithTheFinishReasonAndNoDone()
    {
        using var response = await _client.HeadersAsync(_upstream.Gemini(action: "streamGenerateContent?alt=sse"));
        var raw = await response.Content.ReadAsStringAsync();

        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        raw.ShouldNotContain("[DONE]");
        var chunks = raw.Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries).Select(c => JsonElement.Parse(c["data: ".Length..])).ToList();
        string.Concat(chunks.Select(Text)).ShouldBe("You said: Hello there");
        chunks[^1].GetProperty("candidates")[0].GetProperty("finishReason").GetString().ShouldBe("STOP");
        chunks[0].GetProperty("candidates")[0].TryGetProperty("finishReason", out _).ShouldBeFalse();
        chunks[^1].GetProperty("usageMetadata").GetProperty("candidatesTokenCount").GetInt32().ShouldBe(4);
    }

    [Fact]
    public async Task Stream_WithoutAltSse_IsOneJsonArray()
    {
        using var response = await _client.SendAsync(_upstream.Gemini(action: "streamGenerateContent"));
        var body = await response.JsonAsync();

        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        string.Concat(body.EnumerateArray().Select(Text)).ShouldBe("You said: Hello there");
    }

    [Fact]
    public async Task Plain_ThoughtsAndCalls_AreParts()
    {
        _upstream.Enqueue(Reply.Tool("get_weather", """{"city":"Paris"}""").WithReasoning("Which city?", "c2ln"));

        using var response = await _client.SendAsync(_upstream.Gemini());
        var parts = (await response.JsonAsync()).GetProperty("candidates")[0].GetProperty("content").GetProperty("parts");

        parts[0].GetProperty("thought").GetBoolean().ShouldBeTrue();
        parts[1].GetProperty("functionCall").GetProperty("args").GetProperty("city").GetString().ShouldBe("Paris");
        parts[1].GetProperty("thoughtSignature").GetString().ShouldBe("c2ln");
    }

    [Theory]
    [InlineData("generateContent")]
    [InlineData("streamGenerateContent")]
    public async Task AnyCall_Blocked_HasFeedbackAndNoCandidates(string action)
    {
        _upstream.Enqueue(Reply.Blocked("PROHIBITED_CONTENT"));

        using var response = await _client.SendAsync(_upstream.Gemini(action: action));
        var body = await response.JsonAsync();
        body = body.ValueKind == JsonValueKind.Array ? body[0] : body;

        body.GetProperty("promptFeedback").GetProperty("blockReason").GetString().ShouldBe("PROHIBITED_CONTENT");
        body.TryGetProperty("candidates", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Plain_CandidateCount_GivesAsManyCandidates()
    {
        _upstream.Enqueue(Reply.Several("one", "two"));

        using var response = await _client.SendAsync(
            _upstream.Gemini("""{"contents":[{"parts":[{"text":"Hi"}]}],"generationConfig":{"candidateCount":2}}"""));
        var candidates = (await response.JsonAsync()).GetProperty("candidates");

        candidates.EnumerateArray().Select(c => c.GetProperty("index").GetInt32()).ShouldBe([0, 1]);
    }

    [Fact]
    public async Task Error_RateLimited_HasGooglesDetails()
    {
        _upstream.Enqueue(Reply.RateLimited("20"));

        using var response = await _client.SendAsync(_upstream.Gemini());
        var error = (await response.JsonAsync()).GetProperty("error");

        ((int)response.StatusCode).ShouldBe(429);
        error.GetProperty("status").GetString().ShouldBe("RESOURCE_EXHAUSTED");
        error.GetProperty("details").EnumerateArray().Select(d => d.GetProperty("@type").GetString()!.Split('.')[^1])
            .ShouldBe(["QuotaFailure", "Help", "RetryInfo"]);
    }

    [Fact]
    public async Task Key_BadOrMissing_IsRefusedAsGoogleDoes()
    {
        await using var strict = await TestUpstream.StartAsync(new() { Keys = new HashSet<string> { "AIza-good" } });
        var keyless = strict.Gemini();
        keyless.Headers.Remove("x-goog-api-key");

        using var bad = await _client.SendAsync(strict.Gemini());
        using var missing = await _client.SendAsync(keyless);
        var error = (await bad.JsonAsync()).GetProperty("error");

        error.GetProperty("code").GetInt32().ShouldBe(400);
        error.GetProperty("details")[0].GetProperty("reason").GetString().ShouldBe("API_KEY_INVALID");
        (await missing.JsonAsync()).GetProperty("error").GetProperty("status").GetString().ShouldBe("PERMISSION_DENIED");
    }

    [Fact]
    public async Task UnknownNames_AtAnyDepth_AreAllListed()
    {
        const string Body = """
            {"stream":true,"contents":[{"role":"user","parts":[{"text":"Hi","cache":1}]}],
             "tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string","const":"x"}}}}]}]}
            """;

        using var response = await _client.SendAsync(_upstream.Gemini(Body));
        var error = (await response.JsonAsync()).GetProperty("error");

        error.GetProperty("status").GetString().ShouldBe("INVALID_ARGUMENT");
        error.GetProperty("message").GetString()!.Split('\n').ShouldBe(
        [
            "Invalid JSON payload received. Unknown name \"stream\": Cannot find field.",
            "Invalid JSON payload received. Unknown name \"cache\" at 'contents[0].parts[0]': Cannot find field.",
            "Invalid JSON payload received. Unknown name \"const\" at "
                + "'tools[0].function_declarations[0].parameters.properties[0].value': Cannot find field.",
        ]);
        _upstream.Violations.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("""{"contents":[]}""", "contents is not specified")]
    [InlineData("""{"contents":[{"role":"assistant","parts":[{"text":"Hi"}]}]}""", "Please use a valid role: user, model.")]
    [InlineData("""{"contents":[{"parts":[]}]}""", "parts must not be empty")]
    [InlineData("""{"contents":[{"parts":[{}]}]}""", "required oneof field 'data'")]
    [InlineData("""{"contents":""", "Invalid JSON payload")]
    public async Task Body_Unsound_IsRefused(string body, string message)
    {
        using var response = await _client.SendAsync(_upstream.Gemini(body));

        ((int)response.StatusCode).ShouldBe(400);
        (await response.JsonAsync()).GetProperty("error").GetProperty("message").GetString()!.ShouldContain(message);
        _upstream.Violations.ShouldNotBeEmpty();
    }

    static string Text(JsonElement chunk) =>
        chunk.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString()!;
}
