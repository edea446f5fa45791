using System.Net;
using Dragoman.Testing;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>invoke_llm from the client's socket to the upstream's and back, on each wire.</summary>
public sealed class InvokeLlmTests
{
    [Theory]
    [InlineData("OPENAI", "gpt4o", "openai/")]
    [InlineData("ANTHROPIC", "claude_sonnet_4", "anthropic/")]
    [InlineData("GEMINI", "gemini_15_flash", "google/")]
    [InlineData("GROQ", "llama-3.3-70b-versatile", "groq/")]
    [InlineData("PERPLEXITY", "perplexity", "perplexity/")]
    public async Task InvokeLlm_EachWire_Answers(string prefix, string engine, string servedBy)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);

        var answer = await gateway.InvokeAsync("What is the capital of France?", engine);

        answer.HttpStatus.ShouldBe(200, answer.Body);
        answer.Status.ShouldBe(200);
        answer.Response.ShouldBe("The capital of France is Paris.");
        answer.ServedBy.ShouldNotBeNull().ShouldStartWith(servedBy);
        answer.Json.GetProperty("metadata").GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBeGreaterThan(0);
        upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task InvokeLlm_Auto_TakesTheConfiguredProvider()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "ANTHROPIC");

        (await gateway.InvokeAsync("Hello", "auto")).ServedBy.ShouldNotBeNull().ShouldStartWith("anthropic/");
    }

    [Fact]
    public async Task InvokeLlm_FirstProviderThrottled_NextOneServes()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI", "OPENROUTER");
        upstream.EnqueueForModel("gpt-4o", Reply.RateLimited("7"));

        var answer = await gateway.InvokeAsync("What is the capital of France?");

        answer.HttpStatus.ShouldBe(200, answer.Body);
        answer.ServedBy.ShouldBe("openrouter/openai/gpt-4o");

        // The throttled one is left alone for as long as it asked.
        (await gateway.InvokeAsync("Again")).ServedBy.ShouldBe("openrouter/openai/gpt-4o");
        upstream.Requests.Count(request => request.Model == "gpt-4o").ShouldBe(1);
    }

    [Fact]
    public async Task InvokeLlm_UnknownEngine_IsNotFoundWithNearMatches()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");

        var answer = await gateway.InvokeAsync("Hello", "claud_sonnet_4");

        answer.HttpStatus.ShouldBe(404);
        answer.Error.ShouldContain("claud_sonnet_4");
        answer.Error.ShouldContain("claude_sonnet_4");
        upstream.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task InvokeLlm_EngineOfAnUnconfiguredProvider_NamesTheSetting()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "PERPLEXITY");

        var answer = await gateway.InvokeAsync("Hello", "claude_opus_4");

        answer.HttpStatus.ShouldBe(404);
        answer.Error.ShouldContain("ANTHROPIC_API_KEY");
    }

    [Fact]
    public async Task InvokeLlm_OperatorsOwnMapping_GoesOverTheTable()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(
            new()
            {
                ["MISTRAL_API_KEY"] = RunningGateway.Canary,
                ["MISTRAL_BASE_URL"] = upstream.BaseUrl + "/v1",
            },
            """{ "Dialects": { "agentai": { "Models": { "gpt4o": "mistral/mistral-large-latest", "house": ["openai/gpt-4o", "mistral/codestral-latest"] } } } }""");

        (await gateway.InvokeAsync("Hello", "gpt4o")).ServedBy.ShouldBe("mistral/mistral-large-latest");
        (await gateway.InvokeAsync("Hello", "house")).ServedBy.ShouldBe("mistral/codestral-latest");
    }

    [Fact]
    public async Task InvokeLlm_ManyAtOnce_EachGetsItsOwnAnswer()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(RunningGateway.EnvironmentOf(upstream, "OPENAI"), RunningGateway.NoLimits);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i => (i, answer: await gateway.InvokeAsync($"number {i} of many"))));

        foreach (var (i, answer) in answers)
        {
            answer.Response.ShouldBe($"You said: number {i} of many");
        }
    }

    [Fact]
    public async Task InvokeLlm_TwoMegabytesOfInstructions_ReachTheUpstreamWhole()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        var instructions = string.Concat(Enumerable.Repeat("wörter ", 2 * 1024 * 1024 / 8));

        var answer = await gateway.InvokeAsync(instructions);

        answer.HttpStatus.ShouldBe(200);
        upstream.Requests[0].Json!.Value.GetProperty("messages")[0].GetProperty("content").GetString().ShouldBe(instructions);
    }

    [Theory]
    [InlineData("{\"instructions\":", 400, "JSON")]
    [InlineData("[]", 400, "object")]
    [InlineData("{}", 400, "Input instructions is not provided.")]
    [InlineData("{\"instructions\":\"\"}", 400, "Input instructions is not provided.")]
    [InlineData("{\"instructions\":7}", 400, "instructions")]
    [InlineData("{\"instructions\":\"hi\",\"llm_engine\":[]}", 400, "llm_engine")]
    public async Task InvokeLlm_BadBody_IsRefusedInTheDialect(string body, int status, string contains)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");

        var answer = await gateway.PostAsync(body);

        answer.HttpStatus.ShouldBe(status);
        answer.Status.ShouldBe(status);
        answer.Response.ShouldBeNull();
        answer.Error.ShouldContain(contains);
        upstream.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task InvokeLlm_BodyOverTheLimit_Is413()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: """{ "Limits": { "MaxRequestBodyBytes": 2000 } }""");

        (await gateway.InvokeAsync(new string('x', 3000))).HttpStatus.ShouldBe(413);
    }

    [Theory]
    [InlineData("GET", "/v1/action/invoke_llm", 405)]
    [InlineData("PUT", "/v1/action/invoke_llm", 405)]
    [InlineData("POST", "/v1/action/no_such_action", 404)]
    public async Task AgentAI_WrongMethodOrPath_AnswersInTheDialect(string method, string path, int status)
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        var answer = await Answer.ReadAsync(response);

        answer.HttpStatus.ShouldBe(status);
        answer.Status.ShouldBe(status);
        answer.Error.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("/api-reference/v1/v1.0.1_openapi.json", "1.0.1")]
    [InlineData("/api-reference/v1/v1.1.0_openapi.json", "1.1.0")]
    public async Task OpenApiDocument_WithoutAKey_IsServed(string path, string version)
    {
        await using var gateway = await RunningGateway.StartAsync();
        gateway.Client.DefaultRequestHeaders.Authorization = null;

        using var response = await gateway.Client.GetAsync(new Uri(path, UriKind.Relative));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Answer.ReadAsync(response)).Json.GetProperty("info").GetProperty("version").GetString().ShouldBe(version);
    }
}
