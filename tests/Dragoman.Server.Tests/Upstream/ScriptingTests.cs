using System.Text.Json;
using Dragoman.Testing;

namespace Dragoman.Server.Tests.Upstream;

/// <summary>The script from the library and over HTTP, the record, and the fixed upstream.</summary>
public sealed class ScriptingTests : IAsyncLifetime
{
    readonly HttpClient _client = UpstreamCalls.NewClient();
    TestUpstream _upstream = null!;

    public async ValueTask InitializeAsync() => _upstream = await TestUpstream.StartAsync(new() { ControlEndpoints = true });

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Queue_Used_FallsBackToRulesAndThenTheDefault()
    {
        _upstream.EnqueueForModel("other", Reply.Text("for other"));
        _upstream.Enqueue(Reply.Text("first"));
        _upstream.Always(r => r.Wire == WireKind.Anthropic, Reply.Text("always"));

        (await TextAsync(_upstream.Chat())).ShouldBe("first");
        (await TextAsync(_upstream.Chat())).ShouldBe("You said: Hello there");
        (await TextAsync(_upstream.Messages())).ShouldBe("always");
        (await TextAsync(_upstream.Messages())).ShouldBe("always");
        (await TextAsync(_upstream.Chat("""{"model":"other","messages":[{"role":"user","content":"Hi"}]}"""))).ShouldBe("for other");
        _upstream.DefaultReply = Reply.Text("default");
        (await TextAsync(_upstream.Chat())).ShouldBe("default");
    }

    [Theory]
    [InlineData("""{"model":"m","max_tokens":3,"messages":[{"role":"user","content":"one two three"}]}""", "You said: one", "length")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"old"},{"role":"assistant","content":"x"},{"role":"user","content":[{"type":"text","text":"new"}]}]}""",
        "You said: new", "stop")]
    public async Task Default_LimitAndParts_AreHeeded(string body, string text, string finish)
    {
        using var response = await _client.SendAsync(_upstream.Chat(body));
        var choice = (await response.JsonAsync()).GetProperty("choices")[0];

        choice.GetProperty("message").GetProperty("content").GetString().ShouldBe(text);
        choice.GetProperty("finish_reason").GetString().ShouldBe(finish);
    }

    [Fact]
    public async Task Record_Request_HoldsWhatCame()
    {
        const string Body = """{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}""";

        using var response = await _client.SendAsync(_upstream.Chat(Body, path: "/v1/chat/completions?x=1"));
        await _upstream.WaitForRequestsAsync(1);
        var request = _upstream.Requests.ShouldHaveSingleItem();

        (request.Method, request.Path, request.QueryString, request.Query["x"]).ShouldBe(("POST", "/v1/chat/completions", "?x=1", "1"));
        request.Body.ToArray().ShouldBe(System.Text.Encoding.UTF8.GetBytes(Body));
        request.Json!.Value.GetProperty("model").GetString().ShouldBe("gpt-4o");
        request.Header("CONTENT-TYPE").ShouldBe("application/json; charset=utf-8");
        (await _upstream.WaitForEndAsync()).Status.ShouldBe(200);
        request.Aborted.ShouldBeFalse();
    }

    [Fact]
    public async Task UnknownPath_NoScript_Is404AndRawIsServedThere()
    {
        _upstream.EnqueueForPath("/v1/images/edits", Reply.Raw(200, """{"data":[]}"""));

        using var images = await _client.SendAsync(UpstreamCalls.Post(_upstream.BaseUrl + "/v1/images/edits", "{}"));
        using var nothing = await _client.SendAsync(UpstreamCalls.Post(_upstream.BaseUrl + "/v1/images/edits", "{}"));

        (await images.Content.ReadAsStringAsync()).ShouldBe("""{"data":[]}""");
        ((int)nothing.StatusCode).ShouldBe(404);
        (await nothing.Content.ReadAsStringAsync()).ShouldContain("Invalid URL (POST /v1/images/edits)");
    }

    [Fact]
    public async Task Models_AnyWire_AreTheVendorsList()
    {
        _upstream.Enqueue(Reply.Text("not for lists"));
        var openAI = Get("/v1/models", "Authorization", "Bearer sk-test");
        var anthropic = Get("/v1/models", "x-api-key", "sk-ant-test");
        anthropic.Headers.Add("anthropic-version", "2023-06-01");
        var gemini = Get("/v1beta/models", "x-goog-api-key", "AIza-test");

        (await BodyAsync(openAI)).GetProperty("data")[0].GetProperty("object").GetString().ShouldBe("model");
        (await BodyAsync(anthropic)).GetProperty("data")[0].GetProperty("type").GetString().ShouldBe("model");
        (await BodyAsync(gemini)).GetProperty("models")[0].GetProperty("name").GetString().ShouldBe("models/gpt-4o");
        _upstream.Pending.ShouldBe(1);
    }

    [Fact]
    public async Task HttpScript_Posted_IsUsedInOrder()
    {
        (await PostScript("""
            [
              {"error":{"status":429,"message":"slow down","retryAfter":2}},
              {"text":"Paris","usage":{"input":12,"output":1},"finish":"length","times":2,"headers":{"x-a":"b"}},
              {"tools":[{"name":"f","arguments":{"a":1}}],"reasoning":"hm"},
              {"raw":{"status":502,"contentType":"text/html","body":"<html>"}},
              {"preset":"overloaded","match":{"model":"other"}}
            ]
            """)).GetProperty("pending").GetInt32().ShouldBe(6);

        using var limited = await _client.SendAsync(_upstream.Chat());
        (await TextAsync(_upstream.Chat())).ShouldBe("Paris");
        using var paris = await _client.SendAsync(_upstream.Chat());
        var tool = await BodyAsync(_upstream.Chat());
        using var html = await _client.SendAsync(_upstream.Chat());

        limited.Headers.RetryAfter!.ToString().ShouldBe("2");
        (await paris.JsonAsync()).GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe(12);
        paris.Headers.GetValues("x-a").ShouldBe(["b"]);
        tool.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments")
            .GetString().ShouldBe("""{"a":1}""");
        ((int)html.StatusCode).ShouldBe(502);
        _upstream.Pending.ShouldBe(1);
        using var cleared = await _client.DeleteAsync(_upstream.BaseUrl + "/_script");
        _upstream.Pending.ShouldBe(0);
    }

    [Fact]
    public async Task HttpScript_NamedGate_HoldsUntilItIsPosted()
    {
        await PostScript("""{"text":"late","fault":{"hold":"door"}}""");

        var call = _client.SendAsync(_upstream.Chat());
        await _upstream.WaitForRequestAsync();
        call.IsCompleted.ShouldBeFalse();
        using var released = await _client.PostAsync(_upstream.BaseUrl + "/_gates/door", null);
        using var response = await call;

        ((int)released.StatusCode).ShouldBe(204);
        (await response.Content.ReadAsStringAsync()).ShouldContain("late");
    }

    [Theory]
    [InlineData("""[{"txet":"Paris"}]""", "txet")]
    [InlineData("""[{"fault":{"explode":true}}]""", "explode")]
    [InlineData("""[{"preset":"nothing"}]""", "nothing")]
    [InlineData("[", "JSON")]
    public async Task HttpScript_Unsound_IsRefusedByName(string script, string part)
    {
        using var response = await _client.SendAsync(UpstreamCalls.Post(_upstream.BaseUrl + "/_script", script));

        ((int)response.StatusCode).ShouldBe(400);
        (await response.Content.ReadAsStringAsync()).ShouldContain(part);
        _upstream.Pending.ShouldBe(0);
    }

    [Fact]
    public async Task HttpRequests_Read_TellTheCallsAndTheirViolations()
    {
        using var call = await _client.SendAsync(_upstream.Chat("""{"model":"m","top_k":1,"messages":[{"role":"user","content":"Hi"}]}"""));
        await _upstream.WaitForEndAsync();

        var told = await BodyAsync(new(HttpMethod.Get, _upstream.BaseUrl + "/_requests"));
        using var deleted = await _client.DeleteAsync(_upstream.BaseUrl + "/_requests");

        told.GetArrayLength().ShouldBe(1);
        told[0].GetProperty("body").GetProperty("top_k").GetInt32().ShouldBe(1);
        told[0].GetProperty("violations")[0].GetProperty("where").GetString().ShouldBe("top_k");
        told[0].GetProperty("outcome").GetString().ShouldBe("Answered");
        _upstream.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Control_NotAskedFor_IsClosed()
    {
        await using var upstream = await TestUpstream.StartAsync();

        using var response = await _client.GetAsync(upstream.BaseUrl + "/_requests");

        ((int)response.StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task Fixed_AnyBody_GetsTheSameBytes()
    {
        await using var plain = await TestUpstream.Fixed();
        await using var own = await TestUpstream.Fixed("own"u8.ToArray());
        await using var stream = await TestUpstream.FixedStream(5);

        (await TextAsync(plain.Chat(new string('x', 200_000)))).ShouldBe("The capital of France is Paris.");
        (await TextAsync(plain.Chat())).ShouldBe("The capital of France is Paris.");
        using var bytes = await _client.SendAsync(own.Chat());
        using var chunks = await _client.HeadersAsync(stream.Chat(stream: true));

        (await bytes.Content.ReadAsStringAsync()).ShouldBe("own");
        (await chunks.EventsAsync().Select(e => UpstreamCalls.TextOf(WireKind.OpenAI, e)).Where(t => t == " word").CountAsync()).ShouldBe(5);
        Should.Throw<InvalidOperationException>(() => plain.Requests);
    }

    [Fact]
    public async Task Dispose_WithAHeldReply_ReturnsAndFailsTheCall()
    {
        var upstream = await TestUpstream.StartAsync();
        upstream.Enqueue(Reply.Default().HeldBy(new Gate()));
        var call = _client.SendAsync(upstream.Chat());
        var request = await upstream.WaitForRequestAsync();

        await upstream.DisposeAsync();

        await Should.ThrowAsync<HttpRequestException>(call);
        request.Aborted.ShouldBeFalse();
    }

    HttpRequestMessage Get(string path, string header, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _upstream.BaseUrl + path);
        request.Headers.TryAddWithoutValidation(header, value);
        return request;
    }

    async Task<JsonElement> PostScript(string script) => await BodyAsync(UpstreamCalls.Post(_upstream.BaseUrl + "/_script", script));

    async Task<JsonElement> BodyAsync(HttpRequestMessage request)
    {
        using var response = await _client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(200);
        return await response.JsonAsync();
    }

    async Task<string?> TextAsync(HttpRequestMessage request)
    {
        var body = await BodyAsync(request);
        return body.TryGetProperty("choices", out var choices)
            ? choices[0].GetProperty("message").GetProperty("content").GetString()
            : body.GetProperty("content")[0].GetProperty("text").GetString();
    }
}
