using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dragoman.Keys;
using Dragoman.Model;
using Dragoman.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>Gainly's API from the client's socket to the upstream's and back, on each wire.</summary>
public sealed class GainlyTests
{
    private const string Instruction = "Rewrite the following text in first-person plural (using we and us) as a customer service agent.";
    private const string Input = "You can contact AwesomeCompany at 512-512-5252. They are happy to assist you with any questions you may have.";
    private const string Output = "We can be reached at 512-512-5252. We are happy to assist you with any questions you may have.";

    /// <summary>The body of the documentation's curl.</summary>
    private const string Documented = $$"""
        {
          "instruction": "{{Instruction}}",
          "input": "{{Input}}"
        }
        """;

    public static TheoryData<string, string> Wires => new()
    {
        { "OPENAI", "openai/gpt-4o" },
        { "ANTHROPIC", "anthropic/claude-sonnet-4-5" },
        { "GEMINI", "google/gemini-2.5-flash" },
    };

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task InvokeLlm_DocumentedRequest_IsAnsweredAsDocumented(string prefix, string model)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, prefix, model);
        upstream.Enqueue(Reply.Text(Output).WithUsage(input: 70, output: 33));

        var answer = await PostAsync(gateway, Documented);

        answer.HttpStatus.ShouldBe(200, answer.Body);
        answer.Headers["content-type"].ShouldBe("application/json");
        answer.ServedBy.ShouldBe(model);
        answer.Headers.ShouldNotContainKey("x-dragoman-dropped");
        answer.Body.ShouldBe($$$"""
            {"object":"invoke_llm_result","url":"/v20241104/invoke-llm","data":[{"output":"{{{Output}}}","stop_reason":"end_turn"}],
            "instruction":"{{{Instruction}}}","input":"{{{Input}}}",
            "max_output_tokens":512,"temperature":0.5,"model":"model_3",
            "token_usage":{"semantic_tokens":0,"llm_tokens":{"llm_output_tokens":33,"llm_input_tokens":70,"model":"model_3"}},"livemode":true}
            """.ReplaceLineEndings(""));
        AskedOf(upstream).ShouldBe(new Asked(Instruction, Input, 512, 0.5));
        upstream.Violations.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task InvokeLlm_InstructionAlone_IsTheUsersMessage(string prefix, string model)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, prefix, model);

        var answer = await PostAsync(
            gateway, """{"instruction":"What is the capital of France?","max_output_tokens":4096,"temperature":0}""");

        answer.HttpStatus.ShouldBe(200, answer.Body);
        answer.Json.GetProperty("data")[0].GetProperty("output").GetString().ShouldBe("The capital of France is Paris.");
        answer.Json.GetProperty("input").ValueKind.ShouldBe(JsonValueKind.Null);
        AskedOf(upstream).ShouldBe(new Asked(null, "What is the capital of France?", 4096, 0));
        upstream.Violations.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("OPENAI", "openai/gpt-4o", "stop", "end_turn")]
    [InlineData("OPENAI", "openai/gpt-4o", "length", "max_tokens")]
    [InlineData("OPENAI", "openai/gpt-4o", "content_filter", "not_available")]
    [InlineData("OPENAI", "openai/gpt-4o", "something_new", "not_available")]
    [InlineData("ANTHROPIC", "anthropic/claude-sonnet-4-5", "end_turn", "end_turn")]
    [InlineData("ANTHROPIC", "anthropic/claude-sonnet-4-5", "stop_sequence", "end_turn")]
    [InlineData("ANTHROPIC", "anthropic/claude-sonnet-4-5", "max_tokens", "max_tokens")]
    [InlineData("ANTHROPIC", "anthropic/claude-sonnet-4-5", "refusal", "not_available")]
    [InlineData("ANTHROPIC", "anthropic/claude-sonnet-4-5", "something_new", "not_available")]
    [InlineData("GEMINI", "google/gemini-2.5-flash", "STOP", "end_turn")]
    [InlineData("GEMINI", "google/gemini-2.5-flash", "MAX_TOKENS", "max_tokens")]
    [InlineData("GEMINI", "google/gemini-2.5-flash", "SAFETY", "not_available")]
    [InlineData("GEMINI", "google/gemini-2.5-flash", "SOMETHING_NEW", "not_available")]
    public async Task StopReason_EachWiresOwnWord_IsOneOfTheThree(string prefix, string model, string reason, string expected)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, prefix, model);
        upstream.Enqueue(Reply.Text("So far").WithWireFinish(reason));

        var answer = await PostAsync(gateway, Documented);

        answer.HttpStatus.ShouldBe(200, answer.Body);
        answer.Json.GetProperty("data")[0].GetRawText().ShouldBe($$"""{"output":"So far","stop_reason":"{{expected}}"}""");
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task InvokeLlm_AnswerWithheld_IsAResponseError(string prefix, string model)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, prefix, model);
        upstream.Enqueue(Reply.Text("").WithFinish(Finish.ContentFilter));

        ShouldBeError(await PostAsync(gateway, Documented), 422, "response_error");
    }

    [Theory]
    [InlineData("OPENAI")]
    [InlineData("ANTHROPIC")]
    [InlineData("GEMINI")]
    public async Task InvokeLlm_NothingSetButAProvider_IsServedByItsGeneralModel(string prefix)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);

        var answer = await PostAsync(gateway, Documented);

        answer.HttpStatus.ShouldBe(200, answer.Body);
        answer.Json.GetProperty("model").GetString().ShouldBe("model_3");

        // What a model does not take is left out and named, and still echoed as it was asked for.
        var temperatureArrived = AskedOf(upstream).Temperature is not null;
        answer.Headers.GetValueOrDefault("x-dragoman-dropped").ShouldBe(temperatureArrived ? null : "temperature");
        answer.Json.GetProperty("temperature").GetDouble().ShouldBe(0.5);
        upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task InvokeLlm_OperatorsNameAndModel_AreToldAndUsed()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "OPENAI", "openai/gpt-4o-mini", "\"ModelName\": \"house-1\",");

        var answer = await PostAsync(gateway, Documented);

        answer.ServedBy.ShouldBe("openai/gpt-4o-mini");
        answer.Json.GetProperty("model").GetString().ShouldBe("house-1");
        answer.Json.GetProperty("token_usage").GetProperty("llm_tokens").GetProperty("model").GetString().ShouldBe("house-1");
        upstream.Requests[0].Model.ShouldBe("gpt-4o-mini");
    }

    [Theory]
    [InlineData(null, null, 401)]
    [InlineData("X-API-Key", "wrong", 401)]
    [InlineData("X-API-Key", RunningGateway.Key, 200)]
    [InlineData("Authorization", "Bearer " + RunningGateway.Key, 200)]
    public async Task InvokeLlm_Key_IsTakenFromEitherHeader(string? header, string? value, int status)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "OPENAI", "openai/gpt-4o");
        gateway.Client.DefaultRequestHeaders.Authorization = null;
        if (header is not null)
        {
            gateway.Client.DefaultRequestHeaders.Add(header, value);
        }

        using var response = await gateway.Client.PostAsync(
            new Uri("/v20241104/invoke-llm", UriKind.Relative), new StringContent(Documented, Encoding.UTF8, "application/json"));
        var answer = await Answer.ReadAsync(response);

        answer.HttpStatus.ShouldBe(status);
        if (status == 401)
        {
            ShouldBeError(answer, 401, "invalid_request_error", live: false);
            answer.Headers["www-authenticate"].ShouldBe("Bearer");
            upstream.Requests.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task InvokeLlm_TestKey_IsNotLiveWhateverHappens()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "OPENAI", "openai/gpt-4o", after: ",\"TestMode\": { \"Model\": \"openai/gpt-4o-mini\" }");
        Enter(gateway, new Caller("k-test", "test", KeyMode.Test));

        var answer = await PostAsync(gateway, Documented);
        answer.HttpStatus.ShouldBe(200, answer.Body);
        answer.Json.GetProperty("livemode").GetBoolean().ShouldBeFalse();
        answer.ServedBy.ShouldBe("openai/gpt-4o-mini");

        ShouldBeError(await PostAsync(gateway, "{}"), 422, "invalid_request_error", live: false);
        ShouldBeError(await PostAsync(gateway, "{}", "/v20241104/nothing"), 404, "invalid_request_error", live: false);
    }

    [Fact]
    public async Task InvokeLlm_TestKeyOverItsTwelveAMinute_Is429WithTheFiveHeaders()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "OPENAI", "openai/gpt-4o", after: ",\"TestMode\": { \"Model\": \"openai/gpt-4o-mini\" }");
        Enter(gateway, new Caller("k-test", "test", KeyMode.Test));

        for (var left = 11; left >= 0; left--)
        {
            var answer = await PostAsync(gateway, Documented);
            answer.HttpStatus.ShouldBe(200, answer.Body);
            answer.Headers["x-ratelimit-limit"].ShouldBe("12");
            answer.Headers["x-ratelimit-remaining"].ShouldBe($"{left}");
            answer.Headers["x-ratelimit-window"].ShouldBe("60");
            answer.Headers.ShouldNotContainKey("retry-after");
        }

        var refused = await PostAsync(gateway, Documented);

        ShouldBeError(refused, 429, "invalid_request_error", live: false);
        refused.Headers["x-ratelimit-limit"].ShouldBe("12");
        refused.Headers["x-ratelimit-remaining"].ShouldBe("0");
        int.Parse(refused.Headers["x-ratelimit-reset"], CultureInfo.InvariantCulture).ShouldBeInRange(1, 60);
        refused.Headers["x-ratelimit-window"].ShouldBe("60");
        refused.Headers["retry-after"].ShouldBe(refused.Headers["x-ratelimit-reset"]);
        upstream.Requests.Count.ShouldBe(12);
    }

    [Fact]
    public async Task InvokeLlm_KeyOfAnotherDialect_Is403()
    {
        await using var gateway = await RunningGateway.StartAsync();
        Enter(gateway, new Caller("k-other", "other", KeyMode.Live) { Dialects = FrozenSet.Create("agentai") });

        ShouldBeError(await PostAsync(gateway, Documented), 403, "invalid_request_error").ShouldContain("gainly");
    }

    [Fact]
    public async Task InvokeLlm_NoModelConfigured_IsTheOperatorsFault()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: """{ "Starter": { "Enabled": false } }""");

        ShouldBeError(await PostAsync(gateway, Documented), 503, "model_engine_error");
    }

    [Fact]
    public async Task InvokeLlm_ModelUnknownUpstream_IsTheOperatorsFault()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "OPENAI", "openai/gpt-4o");
        upstream.Enqueue(Reply.ModelNotFound());

        ShouldBeError(await PostAsync(gateway, Documented), 502, "model_engine_error");
    }

    [Fact]
    public async Task InvokeLlm_UpstreamThrottled_Is429WithItsWait()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "OPENAI", "openai/gpt-4o");
        upstream.Enqueue(Reply.RateLimited("7"));

        var answer = await PostAsync(gateway, Documented);

        ShouldBeError(answer, 429, "model_engine_error");
        answer.Headers["retry-after"].ShouldBe("7");
    }

    [Fact]
    public async Task InvokeLlm_CredentialRefused_Is502WithoutTheCredential()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "OPENAI", "openai/gpt-4o");
        upstream.Enqueue(Reply.Error(401, message: $"Incorrect API key provided: {RunningGateway.Canary}."));

        var answer = await PostAsync(gateway, Documented);

        ShouldBeError(answer, 502, "model_engine_error");
        answer.Body.ShouldNotContain(RunningGateway.Canary);
    }

    [Theory]
    [InlineData("GET", "/v20241104/invoke-llm", 405, "POST")]
    [InlineData("DELETE", "/versions", 405, "GET, HEAD")]
    [InlineData("POST", "/v20241104/documents", 404, null)]
    [InlineData("GET", "/v20241104", 404, null)]
    public async Task Gainly_WrongMethodOrPath_AnswersInTheDialect(string method, string path, int status, string? allow)
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        var answer = await Answer.ReadAsync(response);

        ShouldBeError(answer, status, "invalid_request_error");
        answer.Headers.GetValueOrDefault("allow").ShouldBe(allow);
    }

    [Fact]
    public async Task Versions_WithAKey_AreListed()
    {
        await using var gateway = await RunningGateway.StartAsync();

        (await gateway.Client.GetStringAsync(new Uri("/versions", UriKind.Relative))).ShouldBe(
            """{"object":"versions_result","url":"/versions","data":[{"version":"v20241104"}],"livemode":true}""");
    }

    /// <summary>A gateway with one provider, whose <paramref name="model"/> serves Gainly's callers.</summary>
    private static Task<RunningGateway> StartAsync(TestUpstream upstream, string prefix, string model, string dialect = "", string after = "") =>
        RunningGateway.StartAsync(
            new()
            {
                [prefix + "_API_KEY"] = RunningGateway.Canary,
                [prefix + "_BASE_URL"] = upstream.BaseUrl + (prefix == "OPENAI" ? "/v1" : ""),
            },
            $$"""{ "Dialects": { "gainly": { {{dialect}} "Models": { "model_3": "{{model}}" } } } {{after}} }""");

    private static Task<Answer> PostAsync(RunningGateway gateway, string body, string path = "/v20241104/invoke-llm") => gateway.PostAsync(body, path);

    /// <summary>From now on the client calls with this caller's key.</summary>
    private static void Enter(RunningGateway gateway, Caller caller)
    {
        var secret = $"dgm_secret-of-{caller.KeyId}";
        var keys = gateway.Services.GetRequiredService<KeyRing>();
        keys.Set(keys.Hash(secret), caller);
        gateway.Client.DefaultRequestHeaders.Authorization = null;
        gateway.Client.DefaultRequestHeaders.Add("X-API-Key", secret);
    }

    private static string ShouldBeError(Answer answer, int status, string type, bool live = true)
    {
        answer.HttpStatus.ShouldBe(status, answer.Body);
        var error = answer.Json.GetProperty("error");
        error.GetProperty("type").GetString().ShouldBe(type);
        answer.Json.GetProperty("livemode").GetBoolean().ShouldBe(live);
        var message = error.GetProperty("message").GetString();
        message.ShouldNotBeNullOrEmpty();
        return message;
    }

    /// <summary>What the upstream was asked, by the words of its own wire.</summary>
    private static Asked AskedOf(TestUpstream upstream)
    {
        var request = upstream.Requests.ShouldHaveSingleItem();
        var body = request.Json!.Value;
        switch (request.Wire)
        {
            case WireKind.OpenAI:
                var messages = body.GetProperty("messages").EnumerateArray().ToList();
                messages[^1].GetProperty("role").GetString().ShouldBe("user");
                return new Asked(
                    messages.Count == 2 ? messages[0].GetProperty("content").GetString() : null,
                    messages[^1].GetProperty("content").GetString(),
                    (Member(body, "max_completion_tokens") ?? Member(body, "max_tokens"))?.GetInt32(),
                    Member(body, "temperature")?.GetDouble());
            case WireKind.Anthropic:
                body.GetProperty("messages").GetArrayLength().ShouldBe(1);
                return new Asked(
                    TextOf(Member(body, "system")),
                    TextOf(body.GetProperty("messages")[0].GetProperty("content")),
                    Member(body, "max_tokens")?.GetInt32(),
                    Member(body, "temperature")?.GetDouble());
            default:
                body.GetProperty("contents").GetArrayLength().ShouldBe(1);
                var options = body.GetProperty("generationConfig");
                return new Asked(
                    TextOf(Member(body, "systemInstruction")?.GetProperty("parts")),
                    TextOf(body.GetProperty("contents")[0].GetProperty("parts")),
                    Member(options, "maxOutputTokens")?.GetInt32(),
                    Member(options, "temperature")?.GetDouble());
        }
    }

    private static JsonElement? Member(JsonElement parent, string name) => parent.TryGetProperty(name, out var member) ? member : null;

    private static string? TextOf(JsonElement? content) => content switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } parts => string.Concat(parts.EnumerateArray().Select(part => part.GetProperty("text").GetString())),
    };

    private sealed record Asked(string? System, string? User, int? MaxOutputTokens, double? Temperature);
}
