using Dragoman.Testing;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>
/// Each way in which an upstream fails becomes an error that names the provider and the remedy, in the client's dialect, on each wire, and neither
/// the answer nor the log ever holds the credential.
/// </summary>
public sealed class UpstreamFaultTests
{
    public static TheoryData<string, string, string, int, string> Faults()
    {
        var data = new TheoryData<string, string, string, int, string>();
        foreach (var (prefix, engine, name) in new[]
        {
            ("OPENAI", "gpt-4.1", "OpenAI"), ("ANTHROPIC", "claude_sonnet_4", "Anthropic"), ("GEMINI", "gemini_15_flash", "Gemini"),
        })
        {
            data.Add(prefix, engine, "unauthorized", 502, $"{prefix}_API_KEY");
            data.Add(prefix, engine, "model", 404, name);
            data.Add(prefix, engine, "throttled", 429, name);
            data.Add(prefix, engine, "throttled-absurdly", 429, name);

            // Gemini has one word for a spent quota and for too many calls.
            data.Add(prefix, engine, "quota", prefix == "GEMINI" ? 429 : 503, name);
            data.Add(prefix, engine, "overloaded", 503, name);
            data.Add(prefix, engine, "context", 400, name);
            data.Add(prefix, engine, "failed", 502, name);
            data.Add(prefix, engine, "html", 502, name);
            data.Add(prefix, engine, "html-200", 502, name);
            data.Add(prefix, engine, "garbage", 502, name);
            data.Add(prefix, engine, "malformed", 502, name);
            data.Add(prefix, engine, "empty", 502, name);
            data.Add(prefix, engine, "reset", 502, name);
            data.Add(prefix, engine, "truncated", 502, name);
            data.Add(prefix, engine, "redirect", 502, name);
            data.Add(prefix, engine, "echoes-key", 502, name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Upstream_Fails_CallerIsToldByNameAndNothingLeaks(string prefix, string engine, string fault, int status, string contains)
    {
        await using var upstream = await TestUpstream.StartAsync();
        upstream.Always(_ => true, fault switch
        {
            "unauthorized" => Reply.Unauthorized(),
            "model" => Reply.ModelNotFound(),
            "throttled" => Reply.RateLimited("7"),
            "throttled-absurdly" => Reply.RateLimited("99999999999"),
            "quota" => Reply.QuotaExceeded(),
            "overloaded" => Reply.Overloaded(),
            "context" => Reply.ContextTooLong(),
            "failed" => Reply.Error(500, message: "internal"),
            "html" => Reply.HtmlPage(502),
            "html-200" => Reply.HtmlPage(200),
            "garbage" => Reply.Garbage(),
            "malformed" => Reply.MalformedJson(),
            "empty" => Reply.EmptyBody(),
            "reset" => Reply.Text("x").Reset(),
            "truncated" => Reply.Text("a long enough answer to be cut").TruncateAfter(1),
            "redirect" => Reply.Redirect("http://169.254.169.254/latest/meta-data"),
            "echoes-key" => Reply.Error(500, message: $"bad key {RunningGateway.Canary} for you"),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        });
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);

        var answer = await gateway.InvokeAsync("Hello", engine);

        answer.HttpStatus.ShouldBe(status, answer.Body);
        answer.Status.ShouldBe(status);
        answer.Response.ShouldBeNull();
        answer.Error.ShouldContain(contains);
        answer.Headers.GetValueOrDefault("retry-after").ShouldBe(fault switch
        {
            "throttled" => "7",
            "throttled-absurdly" when prefix == "GEMINI" => "20", // Its body tells a wait of its own.
            _ => null,
        });
        (answer.Body + string.Join(' ', answer.Headers.Values) + gateway.Log).ShouldNotContain(RunningGateway.Canary);
    }

    [Fact]
    public async Task Upstream_Refuses_CallerIsToldWhichSettingToCheck()
    {
        using var closed = TestUpstream.ReserveClosedPort();
        await using var gateway = await RunningGateway.StartAsync(new()
        {
            ["OPENAI_API_KEY"] = RunningGateway.Canary,
            ["OPENAI_BASE_URL"] = $"http://127.0.0.1:{closed.Port}/v1",
        });

        var answer = await gateway.InvokeAsync("Hello");

        answer.HttpStatus.ShouldBe(502);
        answer.Error.ShouldContain("OpenAI could not be reached");
        answer.Error.ShouldContain("OPENAI_BASE_URL");
    }

    [Fact]
    public async Task Upstream_NeverAnswers_CallerIsToldWhenTimeIsUp()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var gate = new Gate();
        upstream.Always(_ => true, Reply.Text("late").HeldBy(gate));
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["OPENAI_API_KEY"] = RunningGateway.Canary, ["OPENAI_BASE_URL"] = upstream.BaseUrl + "/v1" },
            """{ "Upstream": { "TotalTimeoutSeconds": 0.3 } }""");

        var answer = await gateway.InvokeAsync("Hello");

        answer.HttpStatus.ShouldBe(504);
        answer.Error.ShouldContain("OpenAI did not answer in time");
        await upstream.WaitForAbortAsync();
    }

    [Fact]
    public async Task Client_GoesAway_UpstreamIsCancelled()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var gate = new Gate();
        upstream.Always(_ => true, Reply.Text("late").HeldBy(gate));
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        using var leaving = new CancellationTokenSource();

        var call = gateway.Client.PostAsync(
            new Uri("/v1/action/invoke_llm", UriKind.Relative),
            new StringContent("""{"instructions":"Hello"}""", System.Text.Encoding.UTF8, "application/json"),
            leaving.Token);
        await gate.WaitForArrivalAsync();
        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
        await upstream.WaitForAbortAsync();
    }
}
