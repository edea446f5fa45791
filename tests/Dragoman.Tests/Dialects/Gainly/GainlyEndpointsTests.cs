using System.Net;
using System.Text.Json;
using Dragoman.Dialects.Gainly;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Dragoman.Tests.Configuration;

namespace Dragoman.Tests.Dialects.Gainly;

public sealed class GainlyEndpointsTests
{
    private const string Question = """{"instruction":"Be brief.","input":"What is an AI agent?"}""";

    [Fact]
    public async Task InvokeLlm_Answered_IsTheEnvelopeByteForByte()
    {
        await using var server = await GainlyServer.StartAsync();
        server.Gateway.Answer = (call, _) =>
        {
            call.ServedBy = "openai/gpt-4o";
            return new(FakeChatGateway.Text("A program.", FinishReason.Length) with { Usage = new Usage { InputTokens = 3, OutputTokens = 2 } });
        };

        using var response = await server.PostAsync(Question);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        response.Headers.GetValues("x-dragoman-served-by").ShouldBe(["openai/gpt-4o"]);
        response.Headers.Contains("x-dragoman-dropped").ShouldBeFalse();
        response.Headers.Contains("retry-after").ShouldBeFalse();
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldBe("""
            {"object":"invoke_llm_result","url":"/v20241104/invoke-llm","data":[{"output":"A program.","stop_reason":"max_tokens"}],
            "instruction":"Be brief.","input":"What is an AI agent?","max_output_tokens":512,"temperature":0.5,"model":"model_3",
            "token_usage":{"semantic_tokens":0,"llm_tokens":{"llm_output_tokens":2,"llm_input_tokens":3,"model":"model_3"}},"livemode":true}
            """.ReplaceLineEndings(""));
        response.Content.Headers.ContentLength.ShouldBe(text.Length);

        var call = server.Gateway.LastCall!;
        call.Dialect.ShouldBe("gainly");
        call.Request.Model.ShouldBe("model_3");
    }

    [Fact]
    public async Task InvokeLlm_ThingsDropped_AreNamedInOneHeader()
    {
        await using var server = await GainlyServer.StartAsync();
        server.Gateway.Answer = (call, _) =>
        {
            call.Dropped = ["temperature"];
            return new(new ChatResponse
            {
                Choices = [new ChatChoice(0, new ChatMessage(ChatRole.Assistant, [new ImagePart { Url = "x" }, new TextPart("t")]), FinishReason.Stop)],
            });
        };

        using var response = await server.PostAsync("""{"instruction":"x","stream":true,"a,b\r\nc":1}""");

        response.Headers.GetValues("x-dragoman-dropped").ShouldBe(["temperature, stream, a%2Cb%0D%0Ac, image output"]);
    }

    [Theory]
    [InlineData("", 400, "empty")]
    [InlineData("{", 400, "not valid JSON")]
    [InlineData("[]", 400, "object")]
    [InlineData("{}", 422, "instruction is required.")]
    [InlineData("""{"instruction":1}""", 422, "must be a string")]
    [InlineData("""{"instruction":"x","max_output_tokens":127}""", 422, "from 128 to 4096")]
    [InlineData("""{"instruction":"x","temperature":1.1}""", 422, "from 0 to 1")]
    public async Task InvokeLlm_BodyWrong_IsToldInTheDialectsShape(string body, int status, string message)
    {
        await using var server = await GainlyServer.StartAsync();

        using var response = await server.PostAsync(body);

        (await GainlyServer.ErrorOfAsync(response, status)).ShouldContain(message);
        server.Gateway.LastCall.ShouldBeNull();
    }

    [Theory]
    [InlineData("instruction", 422)]
    [InlineData("input", 422)]
    [InlineData("other", 200)]
    public async Task InvokeLlm_TenMegabytes_AreJudgedLikeAnyOtherText(string name, int status)
    {
        await using var server = await GainlyServer.StartAsync();

        using var response = await server.PostAsync($$"""{"{{name}}":"{{new string('x', 10_000_000)}}","instruction{{(name == "instruction" ? "s" : "")}}":"x"}""");

        if (status == 200)
        {
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Headers.GetValues("x-dragoman-dropped").ShouldBe(["other"]);
        }
        else
        {
            (await GainlyServer.ErrorOfAsync(response, status)).ShouldEndWith("not 10000000.");
        }
    }

    [Theory]
    [InlineData(ErrorKind.ModelNotConfigured, 503, "model_engine_error")]
    [InlineData(ErrorKind.NotFound, 404, "invalid_request_error")]
    [InlineData(ErrorKind.RateLimited, 429, "invalid_request_error")]
    [InlineData(ErrorKind.UpstreamRateLimited, 429, "model_engine_error")]
    [InlineData(ErrorKind.UpstreamModelNotFound, 502, "model_engine_error")]
    [InlineData(ErrorKind.UpstreamTimeout, 504, "model_engine_error")]
    [InlineData(ErrorKind.Internal, 500, "response_error")]
    public async Task InvokeLlm_GatewayRefuses_SaysSoInItsShape(ErrorKind kind, int status, string type)
    {
        await using var server = await GainlyServer.StartAsync();
        server.Gateway.Answer = (call, _) =>
        {
            call.ServedBy = "openai/gpt-4o";
            return new(new GatewayError(kind, "Das geht nicht — “so”.") { RetryAfter = TimeSpan.FromMilliseconds(6_100) });
        };

        using var response = await server.PostAsync(Question);

        (await GainlyServer.ErrorOfAsync(response, status, type)).ShouldBe("Das geht nicht — “so”.");
        response.Headers.GetValues("x-dragoman-served-by").ShouldBe(["openai/gpt-4o"]);
        response.Headers.TryGetValues("retry-after", out var wait);
        wait.ShouldBe(status == 429 ? ["7"] : null);
    }

    [Theory]
    [InlineData(FinishReason.ContentFilter)]
    [InlineData(FinishReason.Refusal)]
    public async Task InvokeLlm_AnswerCutOff_IsWhatThereIsOfIt(FinishReason reason)
    {
        await using var server = await GainlyServer.StartAsync();
        server.Gateway.Answer = (_, _) => new(FakeChatGateway.Text("So far", reason));

        using var response = await server.PostAsync(Question);

        (await response.Content.ReadAsStringAsync()).ShouldContain("""{"output":"So far","stop_reason":"not_available"}""");
    }

    [Theory]
    [InlineData("nobody", 401, false)]
    [InlineData("test", 422, false)]
    [InlineData("live", 422, true)]
    public async Task Error_AnyCaller_TellsTheirMode(string key, int status, bool live)
    {
        await using var server = await GainlyServer.StartAsync();
        server.Client.DefaultRequestHeaders.Add("Authorization", $"Bearer {key}");

        using var response = await server.PostAsync("{}");

        await GainlyServer.ErrorOfAsync(response, status, live: live);
        response.Headers.WwwAuthenticate.ToString().ShouldBe(status == 401 ? "Bearer" : "");
    }

    [Theory]
    [InlineData("GET", "/v20241104/invoke-llm", "POST")]
    [InlineData("PUT", "/v20241104/invoke-llm", "POST")]
    [InlineData("DELETE", "/v20241104/invoke-llm", "POST")]
    [InlineData("POST", "/versions", "GET, HEAD")]
    [InlineData("POST", "/v20241104/openapi.json", "GET, HEAD")]
    public async Task Path_WrongMethod_Is405WithAllow(string method, string path, string allow)
    {
        await using var server = await GainlyServer.StartAsync();

        using var response = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        await GainlyServer.ErrorOfAsync(response, 405);
        string.Join(", ", response.Content.Headers.Allow).ShouldBe(allow);
    }

    [Theory]
    [InlineData("POST", "/v20241104/invoke_llm")]
    [InlineData("POST", "/v20241104/documents")]
    [InlineData("GET", "/v20241104")]
    [InlineData("POST", "/v20241104//invoke-llm")]
    [InlineData("POST", "/v20241104/invoke-llm/x")]
    [InlineData("GET", "/v20241104/%22%0D%0A%3Cb%3E")]
    [InlineData("GET", "/versions/x")]
    public async Task Path_Unknown_Is404AndNamesWhatIsThere(string method, string path)
    {
        await using var server = await GainlyServer.StartAsync();

        using var response = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        (await GainlyServer.ErrorOfAsync(response, 404)).ShouldBe(
            "There is nothing at this path. This server answers POST /v20241104/invoke-llm and GET /versions.");
    }

    [Theory]
    [InlineData("/v20241104", true)]
    [InlineData("/v20241104/x", true)]
    [InlineData("/versions", true)]
    [InlineData("/v202411041", false)]
    [InlineData("/versionsx", false)]
    [InlineData("/v1/action/invoke_llm", false)]
    [InlineData("/", false)]
    public async Task Path_OfTheDialect_IsOwned(string path, bool owned)
    {
        await using var server = await GainlyServer.StartAsync();

        using var response = await server.Client.GetAsync(path);

        // A path that nobody owns is answered by the host, without a word.
        (response.Content.Headers.ContentType is not null).ShouldBe(owned);
    }

    [Theory]
    [InlineData("live", "true")]
    [InlineData("test", "false")]
    public async Task Versions_Asked_AreListed(string key, string live)
    {
        await using var server = await GainlyServer.StartAsync();
        server.Client.DefaultRequestHeaders.Add("Authorization", $"Bearer {key}");

        using var response = await server.Client.GetAsync("/versions");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe(
            $$"""{"object":"versions_result","url":"/versions","data":[{"version":"v20241104"}],"livemode":{{live}}}""");
    }

    [Fact]
    public async Task Document_Fields_AreTheReadersOwn()
    {
        await using var server = await GainlyServer.StartAsync();

        using var json = JsonDocument.Parse(await server.Client.GetStringAsync("/v20241104/openapi.json"));

        var fields = json.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("InvokeLlmRequest").GetProperty("properties");
        fields.GetProperty("instruction").GetProperty("maxLength").GetInt32().ShouldBe(InvokeLlmReader.LongestInstruction);
        fields.GetProperty("input").GetProperty("maxLength").GetInt32().ShouldBe(InvokeLlmReader.LongestInput);
        var tokens = fields.GetProperty("max_output_tokens");
        tokens.GetProperty("minimum").GetInt32().ShouldBe(InvokeLlmReader.FewestOutputTokens);
        tokens.GetProperty("maximum").GetInt32().ShouldBe(InvokeLlmReader.MostOutputTokens);
        tokens.GetProperty("default").GetInt32().ShouldBe(InvokeLlmReader.DefaultOutputTokens);
        fields.GetProperty("temperature").GetProperty("maximum").GetDouble().ShouldBe(InvokeLlmReader.HighestTemperature);
        fields.GetProperty("temperature").GetProperty("default").GetDouble().ShouldBe(InvokeLlmReader.DefaultTemperature);
    }

    public static TheoryData<RateLimitStatus, string?, string[]?> Standings => new()
    {
        { default, null, null },
        { new() { Minute = Minute(12, 11, 59.2) }, null, ["12", "11", "60", "60"] },
        { new() { Minute = Minute(12, 11, 30), Day = new LimitWindow(100, 4, TimeSpan.FromDays(1), TimeSpan.FromHours(3)) }, null, ["12", "11", "30", "60"] },
        { new() { Day = new LimitWindow(100, 4, TimeSpan.FromDays(1), TimeSpan.FromHours(3)) }, null, ["100", "4", "10800", "86400"] },
        { new() { Minute = Minute(12, 5, 30), Breached = new LimitWindow(900, 0, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(7)) }, "7", ["900", "0", "7", "60"] },
    };

    [Theory]
    [MemberData(nameof(Standings))]
    public async Task RateLimits_OfACall_AreInItsHeaders(RateLimitStatus status, string? retryAfter, string[]? expected)
    {
        await using var server = await GainlyServer.StartAsync(rateLimits: new FixedRateLimits(default));
        server.Gateway.Answer = (call, _) =>
        {
            call.RateLimits = status;
            return retryAfter is null
                ? new(FakeChatGateway.Text("x"))
                : new(new GatewayError(ErrorKind.RateLimited, "Slow down.") { RetryAfter = status.Breached!.Value.ResetsIn });
        };

        using var response = await server.PostAsync(Question);

        ((int)response.StatusCode).ShouldBe(retryAfter is null ? 200 : 429);
        ShouldStandAt(response, expected);
        response.Headers.TryGetValues("retry-after", out var wait);
        wait.ShouldBe(retryAfter is null ? null : [retryAfter]);
    }

    [Theory]
    [InlineData("POST", "/v20241104/invoke-llm", "live")]
    [InlineData("GET", "/v20241104/invoke-llm", "live")]
    [InlineData("GET", "/v20241104/x", "test")]
    [InlineData("GET", "/versions", "test")]
    [InlineData("POST", "/v20241104/invoke-llm", "nobody")]
    public async Task RateLimits_WithoutACall_AreToldToWhoeverIsKnown(string method, string path, string key)
    {
        await using var server = await GainlyServer.StartAsync(rateLimits: new FixedRateLimits(new() { Minute = Minute(1200, 1200, 60) }));
        server.Client.DefaultRequestHeaders.Add("Authorization", $"Bearer {key}");

        using var response = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        server.Gateway.LastCall.ShouldBeNull();
        ShouldStandAt(response, key == "nobody" ? null : ["1200", "1200", "60", "60"]);
    }

    [Fact]
    public void Definition_Limits_AreThePaidPlansAndCanBeChanged()
    {
        GainlyDialect.Definition.LiveLimits.ShouldBe(new CallLimits { RequestsPerMinute = 1200 });
        GainlyDialect.Definition.TestLimits.ShouldBe(new CallLimits { RequestsPerMinute = 12 });

        var settings = Settings.CompileFor(
            GainlyDialect.Definition, """{ "Dialects": { "gainly": { "Limits": { "Live": { "RequestsPerMinute": 12000 } } } } }""").Dialects["gainly"];
        settings.LiveLimits.RequestsPerMinute.ShouldBe(12_000);
        settings.TestLimits.RequestsPerMinute.ShouldBe(12);
    }

    private static LimitWindow Minute(int limit, int remaining, double resetsIn) =>
        new(limit, remaining, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(resetsIn));

    /// <param name="expected">Limit, remaining, reset, window; <c>null</c> for none of them.</param>
    private static void ShouldStandAt(HttpResponseMessage response, string[]? expected)
    {
        string[] names = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-window"];
        foreach (var (i, name) in names.Index())
        {
            response.Headers.TryGetValues(name, out var values);
            values.ShouldBe(expected is null ? null : [expected[i]], name);
        }
    }

    private sealed class FixedRateLimits(RateLimitStatus status) : IRateLimits
    {
        public GatewayError? Count(Caller caller, string dialect, GatewaySnapshot settings) => null;

        public RateLimitStatus StatusOf(Caller caller, string dialect, GatewaySnapshot settings) => status;
    }
}
