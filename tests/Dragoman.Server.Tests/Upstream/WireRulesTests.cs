using System.Text.Json;
using Dragoman.Testing;

namespace Dragoman.Server.Tests.Upstream;

/// <summary>What OpenAI, Azure and Anthropic refuse, in their words, and what is only noted.</summary>
public sealed class WireRulesTests : IAsyncLifetime
{
    readonly HttpClient _client = UpstreamCalls.NewClient();
    TestUpstream _upstream = null!;

    public async ValueTask InitializeAsync() => _upstream = await TestUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}]}""", "you must provide a model parameter", null)]
    [InlineData("""{"model":"m"}""", "Missing required parameter: 'messages'.", "missing_required_parameter")]
    [InlineData("""{"model":"m","messages":[]}""", "empty array", "empty_array")]
    [InlineData("""{"model":"m","messages":[{"role":"bot","content":"Hi"}]}""", "Supported values are", "invalid_value")]
    [InlineData("""{"model":"m","temperature":3,"messages":[{"role":"user","content":"Hi"}]}""", "<= 2, but got 3", "decimal_above_max_value")]
    [InlineData("""{"model":"m","stream_options":{},"messages":[{"role":"user","content":"Hi"}]}""", "only allowed when 'stream' is enabled", null)]
    [InlineData("""{"model":"m","messages":[{"role":"tool","tool_call_id":"a","content":"x"}]}""", "must be a response to a preceeding message", null)]
    [InlineData("""{"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"a"}]}]}""", "did not have response messages: a", null)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":null}]}""", "expected a string, got null", null)]
    [InlineData("""{"model":"m",""", "could not parse the JSON body", null)]
    public async Task OpenAI_UnsoundBody_IsRefused(string body, string message, string? code)
    {
        _upstream.Enqueue(Reply.Text("never sent"));

        using var response = await _client.SendAsync(_upstream.Chat(body));
        var error = (await response.JsonAsync()).GetProperty("error");

        ((int)response.StatusCode).ShouldBe(400);
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("message").GetString()!.ShouldContain(message);
        error.GetProperty("code").GetString().ShouldBe(code);
        _upstream.Violations.ShouldNotBeEmpty();
        _upstream.Pending.ShouldBe(1);
    }

    [Fact]
    public async Task OpenAI_UnknownAndNullAndDuplicateMembers_AreNotedAndServed()
    {
        using var response = await _client.SendAsync(_upstream.Chat(
            """{"model":"m","model":"m","top_k":5,"seed":null,"messages":[{"role":"user","content":"Hi","x":1}]}"""));

        ((int)response.StatusCode).ShouldBe(200);
        _upstream.Violations.Select(v => $"{v.Where}: {v.What}").ShouldBe(
            [": duplicate member", "seed: null member", "top_k: unknown member", "messages[0].x: unknown member"], ignoreOrder: true);
    }

    [Fact]
    public async Task OpenAI_ToolMessageWithNullContent_IsNoViolation()
    {
        using var response = await _client.SendAsync(_upstream.Chat(
            """
            {"model":"m","messages":[{"role":"user","content":"Hi"},
             {"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"a","content":"done"}]}
            """));

        ((int)response.StatusCode).ShouldBe(200);
        _upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task OpenAI_UnknownMember_IsRefusedWhereTheOptionsSaySo()
    {
        await using var strict = await TestUpstream.StartAsync(
            new() { RefuseUnknownOpenAIMembers = true, ExtraMembers = new HashSet<string> { "top_k" } });

        using var known = await _client.SendAsync(strict.Chat("""{"model":"m","top_k":5,"messages":[{"role":"user","content":"Hi"}]}"""));
        using var unknown = await _client.SendAsync(strict.Chat("""{"model":"m","top_q":5,"messages":[{"role":"user","content":"Hi"}]}"""));

        ((int)known.StatusCode).ShouldBe(200);
        (await unknown.JsonAsync()).GetProperty("error").GetProperty("message").GetString().ShouldBe("Unrecognized request argument supplied: top_q");
    }

    [Theory]
    [InlineData("""{"model":"c","messages":[{"role":"user","content":"Hi"}]}""", "max_tokens: Field required")]
    [InlineData("""{"max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", "model: Field required")]
    [InlineData("""{"model":"c","max_tokens":9,"messages":[]}""", "messages: at least one message is required")]
    [InlineData("""{"model":"c","max_tokens":9,"n":1,"messages":[{"role":"user","content":"Hi"}]}""", "n: Extra inputs are not permitted")]
    [InlineData("""{"model":"c","max_tokens":9,"temperature":1.5,"messages":[{"role":"user","content":"Hi"}]}""", "temperature: range: 0..1")]
    [InlineData("""{"model":"c","max_tokens":9,"messages":[{"role":"assistant","content":"Hi"}]}""", "first message must use the \"user\" role")]
    [InlineData("""{"model":"c","max_tokens":9,"messages":[{"role":"system","content":"Hi"}]}""", "Unexpected role \"system\"")]
    [InlineData("""{"model":"c","max_tokens":9,"messages":[{"role":"user","content":""}]}""", "must have non-empty content")]
    [InlineData("""{"model":"c","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":""}]}]}""", "must be non-empty")]
    [InlineData("""{"model":"c","max_tokens":9,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"x","content":"1"}]}]}""",
        "unexpected `tool_use_id` found in `tool_result` blocks: x")]
    [InlineData(
        """
        {"model":"c","max_tokens":9,"messages":[{"role":"user","content":"Hi"},
         {"role":"assistant","content":[{"type":"tool_use","id":"x","name":"f","input":{}}]},{"role":"user","content":"And?"}]}
        """,
        "`tool_use` ids were found without `tool_result` blocks immediately after: x")]
    [InlineData("""{"model":"c","max_tokens":2000,"thinking":{"type":"enabled","budget_tokens":2000},"messages":[{"role":"user","content":"Hi"}]}""",
        "must be greater than `thinking.budget_tokens`")]
    public async Task Anthropic_UnsoundBody_IsRefused(string body, string message)
    {
        using var response = await _client.SendAsync(_upstream.Messages(body));
        var error = await response.JsonAsync();

        ((int)response.StatusCode).ShouldBe(400);
        error.GetProperty("type").GetString().ShouldBe("error");
        error.GetProperty("error").GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("error").GetProperty("message").GetString()!.ShouldContain(message);
        error.GetProperty("request_id").GetString().ShouldBe(response.Headers.GetValues("request-id").Single());
        _upstream.Violations.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Anthropic_SameRoleTwice_IsAllowed()
    {
        using var response = await _client.SendAsync(_upstream.Messages(
            """{"model":"c","max_tokens":9,"messages":[{"role":"user","content":"Hi"},{"role":"user","content":"there"}]}"""));

        ((int)response.StatusCode).ShouldBe(200);
        _upstream.Violations.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", 400)]
    [InlineData("claude-opus-4-8", 200)]
    public async Task Anthropic_SystemWithinTheConversation_DependsOnTheModel(string model, int status)
    {
        using var response = await _client.SendAsync(_upstream.Messages(
            $$"""{"model":"{{model}}","max_tokens":9,"messages":[{"role":"user","content":"Hi"},{"role":"system","content":"Be brief."}]}"""));

        ((int)response.StatusCode).ShouldBe(status);
    }

    [Theory]
    [InlineData("x-api-key", 401, "authentication_error", "x-api-key header is required")]
    [InlineData("anthropic-version", 400, "invalid_request_error", "anthropic-version: header is required")]
    public async Task Anthropic_HeaderMissing_IsRefused(string header, int status, string type, string message)
    {
        var request = _upstream.Messages();
        request.Headers.Remove(header);

        using var response = await _client.SendAsync(request);
        var error = (await response.JsonAsync()).GetProperty("error");

        ((int)response.StatusCode).ShouldBe(status);
        (error.GetProperty("type").GetString(), error.GetProperty("message").GetString()).ShouldBe((type, message));
    }

    [Theory]
    [InlineData(WireKind.OpenAI, "model_not_found")]
    [InlineData(WireKind.Azure, "DeploymentNotFound")]
    [InlineData(WireKind.Anthropic, "not_found_error")]
    [InlineData(WireKind.Gemini, "NOT_FOUND")]
    public async Task AnyWire_ModelNotListed_IsTheVendors404(WireKind wire, string part)
    {
        await using var strict = await TestUpstream.StartAsync(new() { OnlyListedModels = true, Models = ["other"] });

        using var response = await _client.SendAsync(strict.Any(wire));

        ((int)response.StatusCode).ShouldBe(404);
        (await response.Content.ReadAsStringAsync()).ShouldContain(part);
    }

    [Fact]
    public async Task Keys_OneRefused_TheOtherServed()
    {
        await using var strict = await TestUpstream.StartAsync(new() { Keys = new HashSet<string> { "sk-test" } });
        var bad = strict.Chat();
        bad.Headers.Authorization = new("Bearer", "sk-revoked-key-0001");

        using var served = await _client.SendAsync(strict.Chat());
        using var refused = await _client.SendAsync(bad);

        ((int)served.StatusCode).ShouldBe(200);
        ((int)refused.StatusCode).ShouldBe(401);
        (await refused.JsonAsync()).GetProperty("error").GetProperty("message").GetString()!.ShouldContain("sk-r***********0001");
    }

    [Fact]
    public async Task Azure_Stream_BeginsWithAChunkWithoutChoices()
    {
        using var response = await _client.HeadersAsync(_upstream.Any(WireKind.Azure, stream: true));
        List<JsonElement> chunks = [];
        await foreach (var item in response.EventsAsync())
        {
            if (item.Data != "[DONE]")
            {
                chunks.Add(JsonElement.Parse(item.Data));
            }
        }

        chunks[0].GetProperty("choices").GetArrayLength().ShouldBe(0);
        chunks[0].GetProperty("prompt_filter_results").GetArrayLength().ShouldBe(1);
        chunks[2].GetProperty("choices")[0].GetProperty("content_filter_results").GetProperty("hate").GetProperty("filtered").GetBoolean().ShouldBeFalse();
        _upstream.Requests[0].Query["api-version"].ShouldBe("2024-10-21");
        _upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task OpenAI_SeveralChoices_AreInterleavedInTheStream()
    {
        _upstream.Enqueue(Reply.Several("a b", "c d"));

        using var response = await _client.HeadersAsync(
            _upstream.Chat("""{"model":"m","n":2,"stream":true,"messages":[{"role":"user","content":"Hi"}]}"""));
        List<(int Index, string Text)> deltas = [];
        await foreach (var item in response.EventsAsync())
        {
            if (UpstreamCalls.TextOf(WireKind.OpenAI, item) is { Length: > 0 } text)
            {
                deltas.Add((JsonElement.Parse(item.Data).GetProperty("choices")[0].GetProperty("index").GetInt32(), text));
            }
        }

        deltas.ShouldBe([(0, "a"), (1, "c"), (0, " b"), (1, " d")]);
    }

    [Fact]
    public async Task OpenAI_Reasoning_ComesAsDeepSeekTellsIt()
    {
        _upstream.Enqueue(Reply.Text("Paris").WithReasoning("France, so"), Reply.Text("Paris").WithReasoning("France, so"));

        using var plain = await _client.SendAsync(_upstream.Chat());
        using var stream = await _client.HeadersAsync(_upstream.Chat(stream: true));
        var reasoning = "";
        await foreach (var item in stream.EventsAsync())
        {
            reasoning += item.Data != "[DONE]"
                && JsonElement.Parse(item.Data).GetProperty("choices")[0].GetProperty("delta").TryGetProperty("reasoning_content", out var delta)
                    ? delta.GetString() : "";
        }

        (await plain.JsonAsync()).GetProperty("choices")[0].GetProperty("message").GetProperty("reasoning_content").GetString().ShouldBe("France, so");
        reasoning.ShouldBe("France, so");
    }
}
