using System.Net.Http.Headers;
using System.Text.Json;
using Dragoman.Configuration;
using Dragoman.Keys;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Providers.Sandbox;
using Dragoman.Testing;
using Microsoft.Extensions.DependencyInjection;
using ErrorKind = Dragoman.Model.ErrorKind;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>Test keys at the whole server, with a provider at hand that must never hear of them.</summary>
public sealed class TestModeTests
{
    private const string TestKey = "dgm_test_key-of-the-tests-0123456789";

    private static readonly Caller Tester = new("key_test", "test", KeyMode.Test)
    {
        Limits = new CallLimits
        {
            RequestsPerMinute = CallLimits.None,
            RequestsPerDay = CallLimits.None,
            TokensPerMinute = CallLimits.None,
            ConcurrentCalls = CallLimits.None,
        },
    };

    [Fact]
    public async Task TestKey_AnyModel_IsServedByTheSandboxAndTheLiveOneIsNot()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);

        foreach (var engine in new[] { "gpt4o", "claude_opus_4", "sandbox/echo", "nobody-knows-this" })
        {
            var answer = await gateway.InvokeAsync("What is the capital of France?", engine);
            answer.HttpStatus.ShouldBe(200, answer.Body);
            answer.ServedBy.ShouldBe("sandbox/echo");
            answer.Response.ShouldNotBeNull().ShouldContain("“What is the capital of France?”");
            answer.Response.ShouldContain(engine);
            answer.Json.GetProperty("metadata").GetProperty("usage").TryGetProperty("estimated", out _).ShouldBeFalse();
            answer.Body.ShouldBe((await gateway.InvokeAsync("What is the capital of France?", engine)).Body);
        }

        upstream.Requests.ShouldBeEmpty();

        UseKey(gateway, RunningGateway.Key);
        (await gateway.InvokeAsync("What is the capital of France?")).ServedBy.ShouldBe("openai/gpt-4o");
        (await gateway.InvokeAsync("What is the capital of France?", "sandbox/echo")).HttpStatus.ShouldBe(404);
    }

    [Fact]
    public async Task TestKey_TheSameAskedOfAnotherServer_IsAnsweredTheSame()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var first = await StartAsync(upstream);
        await using var second = await StartAsync(upstream);
        (await first.InvokeAsync("Hello")).Body.ShouldBe((await second.InvokeAsync("Hello")).Body);
    }

    [Fact]
    public async Task TestKey_EveryErrorWord_HasItsStatusInTheDialectsShape()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);

        foreach (var word in SandboxWords.All.Where(word => word.Play is SandboxPlay.Error or SandboxPlay.BrokenStream))
        {
            var answer = await gateway.InvokeAsync($"Please play {word.Name}.");
            answer.HttpStatus.ShouldBe(ErrorTable.Get(word.Kind).HttpStatus, word.Name);
            answer.Status.ShouldBe(answer.HttpStatus);
            answer.Response.ShouldBeNull();
            answer.Error.ShouldBe($"The sandbox plays: {word.Meaning}.");
            answer.ServedBy.ShouldBe("sandbox/echo");
            if (word.RetryAfter is { } wait)
            {
                answer.Headers["retry-after"].ShouldBe(((int)wait.TotalSeconds).ToString());
            }
        }

        // None of it was held against anybody.
        (await gateway.InvokeAsync("Hello")).HttpStatus.ShouldBe(200);
        UseKey(gateway, RunningGateway.Key);
        (await gateway.InvokeAsync("What is the capital of France?")).ServedBy.ShouldBe("openai/gpt-4o");
        upstream.Requests.Count.ShouldBe(1, "the live one's");
        gateway.Log.ShouldContain("for test key key_test");
    }

    [Fact]
    public async Task TestKey_WordsThatAnswer_AreInTheDialectsShape()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);

        (await gateway.InvokeAsync("sandbox:empty")).Response.ShouldBe("");
        (await gateway.InvokeAsync("sandbox:refusal")).Response.ShouldNotBeNull().ShouldContain("The sandbox plays a refusal.");
        (await gateway.InvokeAsync("sandbox:content_filter")).HttpStatus.ShouldBe(400);
        (await gateway.InvokeAsync("sandbox:content_filter_after_text")).Response.ShouldNotBeNullOrEmpty();
        JsonDocument.Parse((await gateway.InvokeAsync("sandbox:json")).Response!).RootElement.GetProperty("message").GetString().ShouldBe("sandbox:json");
        (await gateway.InvokeAsync("sandbox:tool_call")).Error.ShouldContain("give tools");
        (await gateway.InvokeAsync("sandbox:typo")).Response.ShouldNotBeNull().ShouldContain("sandbox:error:overloaded");
        upstream.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task TestKey_Stream_IsInWordsAndAsThePlainAnswer()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var spine = gateway.Services.GetRequiredService<IChatGateway>();

        var plain = (await spine.CompleteAsync(NewCall(gateway, "Hello there"), CancellationToken.None)).Response.ShouldNotBeNull();
        var builder = new ChatResponseBuilder();
        var pieces = 0;
        await using (var stream = (await spine.StreamAsync(NewCall(gateway, "Hello there"), CancellationToken.None)).Stream.ShouldNotBeNull())
        {
            await foreach (var step in stream)
            {
                builder.Add(step);
                pieces += step.Kind is ChatEventKind.Text ? 1 : 0;
            }
        }

        builder.Build().Text.ShouldBe(plain.Text);
        builder.Usage.ShouldBe(plain.Usage);
        pieces.ShouldBeGreaterThan(10);

        var steps = new List<ChatEvent>();
        await using (var stream = (await spine.StreamAsync(NewCall(gateway, "sandbox:error:stream_broken"), CancellationToken.None)).Stream.ShouldNotBeNull())
        {
            await foreach (var step in stream)
            {
                steps.Add(step);
            }
        }

        steps[^1].Error!.Kind.ShouldBe(ErrorKind.UpstreamStreamBroken);
    }

    [Fact]
    public async Task TestKey_OperatorsModel_ServesItAsLongAsTheSettingsSaySo()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, """{ "TestMode": { "Model": "openai/gpt-4o-mini" } }""");

        (await gateway.InvokeAsync("What is the capital of France?", "claude_opus_4")).ServedBy.ShouldBe("openai/gpt-4o-mini");
        upstream.Requests.ShouldHaveSingleItem().Model.ShouldBe("gpt-4o-mini");

        await File.WriteAllTextAsync(Path.Combine(gateway.Data, "dragoman.json"), """{ "TestMode": { "Model": "groq/llama" } }""");
        gateway.Services.GetRequiredService<SnapshotSource>().Reload().ShouldBeTrue();
        var refused = await gateway.InvokeAsync("Hello");
        refused.HttpStatus.ShouldBe(404);
        refused.Error.ShouldContain("TestMode:Model");

        await File.WriteAllTextAsync(Path.Combine(gateway.Data, "dragoman.json"), "{}");
        gateway.Services.GetRequiredService<SnapshotSource>().Reload().ShouldBeTrue();
        (await gateway.InvokeAsync("Hello")).ServedBy.ShouldBe("sandbox/echo");
        upstream.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task LiveKey_AliasOfTheOperator_LeadsToTheSandbox()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: """{ "Starter": { "Enabled": false }, "Models": { "demo": "sandbox/echo" } }""");

        (await gateway.InvokeAsync("Hello", "demo")).ServedBy.ShouldBe("sandbox/echo");
        (await gateway.InvokeAsync("Hello", "sandbox/echo")).HttpStatus.ShouldBe(404);
    }

    /// <summary>A gateway with a provider, called with a test key.</summary>
    private static async Task<RunningGateway> StartAsync(TestUpstream upstream, string? settings = null)
    {
        var gateway = await RunningGateway.StartAsync(
            new() { ["OPENAI_API_KEY"] = RunningGateway.Canary, ["OPENAI_BASE_URL"] = upstream.BaseUrl + "/v1" }, settings);
        var ring = gateway.Services.GetRequiredService<KeyRing>();
        ring.Set(ring.Hash(TestKey), Tester);
        UseKey(gateway, TestKey);
        return gateway;
    }

    private static void UseKey(RunningGateway gateway, string key) =>
        gateway.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

    private static ChatCall NewCall(RunningGateway gateway, string text) => new(
        gateway.Services.GetRequiredService<SnapshotSource>().Current,
        "test",
        Tester,
        new ChatRequest { Model = "any", Messages = [ChatMessage.OfText(ChatRole.User, text)] },
        TimeProvider.System.GetTimestamp());
}
