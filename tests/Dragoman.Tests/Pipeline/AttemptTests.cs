using System.Text.Json;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Tests.Pipeline;

/// <summary>Plain calls: which deployments are tried, what is sent to them, and what their failures become.</summary>
public sealed class AttemptTests
{
    private static readonly JsonElement Json = JsonDocument.Parse("1").RootElement;

    [Fact]
    public async Task Call_FirstAnswers_NoOtherIsAsked()
    {
        var upstream = new FakeUpstream().On("a", 200, "hello");
        using var rig = new GatewayRig(upstream);
        var call = rig.Call();
        var result = await rig.CompleteAsync(call);
        result.Response!.Text.ShouldBe("hello");
        upstream.Asked.ShouldBe(["a/plain"]);
        call.ServedBy.ShouldBe("a/m");
        call.Attempts.ShouldBe([new AttemptRecord("a/m", null, TimeSpan.Zero)]);
        rig.Outcome.ShouldBe(new CallOutcome(null, new Usage { InputTokens = 10, OutputTokens = 20 }, TimeSpan.Zero));
        var sent = upstream.Requests.Single();
        sent.Method.ShouldBe(HttpMethod.Post);
        sent.Headers.Authorization!.ToString().ShouldBe("Bearer " + FakeProvider.Canary);
        sent.Content!.Headers.ContentType!.ToString().ShouldBe("application/json");
    }

    [Fact]
    public async Task Call_AnswerWithoutUsage_IsEstimatedAndMarked()
    {
        using var rig = new GatewayRig(new FakeUpstream().On("a", 200, "uncounted!!!"));
        (await rig.CompleteAsync(rig.Call())).Response!.Usage.ShouldBeNull();
        rig.Outcome.Usage.ShouldBe(new Usage { InputTokens = 6, OutputTokens = 3, IsEstimate = true });
    }

    [Theory]
    [InlineData(401, ErrorKind.UpstreamRejectedCredential)]
    [InlineData(404, ErrorKind.UpstreamModelNotFound)]
    [InlineData(429, ErrorKind.UpstreamRateLimited)]
    [InlineData(500, ErrorKind.UpstreamFailed)]
    [InlineData(503, ErrorKind.UpstreamOverloaded)]
    [InlineData(301, ErrorKind.UpstreamInvalidResponse)]
    [InlineData(302, ErrorKind.UpstreamInvalidResponse)]
    [InlineData(307, ErrorKind.UpstreamInvalidResponse)]
    public async Task Call_FirstFails_TheNextIsTriedAndBothAreRecorded(int status, ErrorKind kind)
    {
        var upstream = new FakeUpstream()
            .On("a", status, "no", response => response.Headers.Location = new Uri("http://b/plain"))
            .On("b", 200, "hello");
        using var rig = new GatewayRig(upstream);
        var call = rig.Call();
        (await rig.CompleteAsync(call)).Response!.Text.ShouldBe("hello");
        upstream.Asked.ShouldBe(["a/plain", "b/plain"]);
        call.Attempts.Select(attempt => (attempt.Deployment, attempt.Outcome)).ShouldBe([("a/m", kind), ("b/m", null)]);
        call.ServedBy.ShouldBe("b/m");
        rig.Health.IsSetAside(rig.Deployments[0]).ShouldBeTrue();
        rig.Health.IsSetAside(rig.Deployments[1]).ShouldBeFalse();

        upstream.Asked.Clear();
        rig.Watch.Outcomes.Clear();
        await rig.CompleteAsync(rig.Call());
        upstream.Asked.ShouldBe(["b/plain"], "the one that failed comes last now");
    }

    [Fact]
    public async Task Call_RequestRefused_StopsThereAndCostsNothing()
    {
        var upstream = new FakeUpstream().On("a", 400, "temperature is silly").On("b", 200, "hello");
        using var rig = new GatewayRig(upstream);
        var error = (await rig.CompleteAsync(rig.Call())).Error!;
        error.Kind.ShouldBe(ErrorKind.UpstreamRejectedRequest);
        error.Message.ShouldContain("temperature is silly");
        error.Provider.ShouldBe("a");
        upstream.Asked.ShouldBe(["a/plain"]);
        rig.Outcome.Usage.ShouldBe(default);
        rig.Health.IsSetAside(rig.Deployments[0]).ShouldBeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task Call_AllFail_TriesEachOnceAndNoMoreThanAllowed(int most)
    {
        var upstream = new FakeUpstream().On("a", 500, "x").On("b", 503, "x").On("c", 500, "last");
        using var rig = new GatewayRig(upstream) { Limits = new UpstreamLimits { MaxAttempts = most } };
        var error = (await rig.CompleteAsync(rig.Call())).Error!;
        upstream.Asked.ShouldBe(new[] { "a/plain", "b/plain", "c/plain" }.Take(most));
        error.Provider.ShouldBe(upstream.Asked[^1][..1]);
    }

    [Fact]
    public async Task Call_AllAreSetAside_AreTriedAllTheSame()
    {
        var upstream = new FakeUpstream().On("a", 500, "x").On("a", 200, "hello").On("b", 500, "x").On("c", 500, "x");
        using var rig = new GatewayRig(upstream);
        (await rig.CompleteAsync(rig.Call())).Error.ShouldNotBeNull();
        (await rig.CompleteAsync(rig.Call())).Response!.Text.ShouldBe("hello");
        rig.Health.IsSetAside(rig.Deployments[0]).ShouldBeFalse("success clears it");
    }

    [Fact]
    public async Task Call_ManyDeployments_EachAtMostOnce()
    {
        var names = Enumerable.Range(0, 70).Select(i => $"h{i}").ToList();
        var upstream = new FakeUpstream();
        names.ForEach(name => upstream.On(name, 500, "x"));
        using var rig = new GatewayRig(upstream, [.. names.Select(name => GatewayRig.Deploy(name))]) { Limits = new UpstreamLimits { MaxAttempts = 1000 } };
        await rig.CompleteAsync(rig.Call());
        upstream.Asked.ShouldBe(names.Take(64).Select(name => name + "/plain"));
    }

    public static TheoryData<Exception, ErrorKind> Faults => new()
    {
        { new HttpRequestException(HttpRequestError.ConnectionError, FakeProvider.Canary), ErrorKind.UpstreamUnreachable },
        { new HttpRequestException(HttpRequestError.NameResolutionError, FakeProvider.Canary), ErrorKind.UpstreamUnreachable },
        { new HttpRequestException(HttpRequestError.SecureConnectionError, FakeProvider.Canary), ErrorKind.UpstreamUnreachable },
        { new HttpRequestException(HttpRequestError.InvalidResponse, FakeProvider.Canary), ErrorKind.UpstreamInvalidResponse },
        { new HttpRequestException(HttpRequestError.ResponseEnded, FakeProvider.Canary), ErrorKind.UpstreamFailed },
        { new OperationCanceledException(FakeProvider.Canary, new TimeoutException()), ErrorKind.UpstreamUnreachable },
        { new IOException(FakeProvider.Canary), ErrorKind.UpstreamFailed },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Call_TransportFails_IsAValueWithoutSecrets(Exception fault, ErrorKind kind)
    {
        foreach (var stream in new[] { false, true })
        {
            using var rig = new GatewayRig(new FakeUpstream().On("a", fault), GatewayRig.Deploy("a"));
            var error = stream ? (await rig.StreamAsync(rig.Call())).Error! : (await rig.CompleteAsync(rig.Call())).Error!;
            error.Kind.ShouldBe(kind);
            ShouldHoldNoSecret(error);
            rig.Outcome.Usage.ShouldBe(default);
        }
    }

    [Theory]
    [InlineData("", ErrorKind.UpstreamInvalidResponse)]
    [InlineData("!bad", ErrorKind.UpstreamInvalidResponse)]
    [InlineData("!surrogate", ErrorKind.UpstreamInvalidResponse)]
    [InlineData("!error sk-canary-0123456789", ErrorKind.UpstreamOverloaded)]
    public async Task Call_AnswerThatIsNone_IsFailedOver(string body, ErrorKind kind)
    {
        foreach (var stream in new[] { false, true })
        {
            var upstream = new FakeUpstream().On("a", 200, body).On("b", 200, "hello");
            using var rig = new GatewayRig(upstream);
            var call = rig.Call();
            if (stream)
            {
                (await rig.ReadAsync(call)).ShouldBe("<Started>hello<Finished><UsageReported>");
            }
            else
            {
                (await rig.CompleteAsync(call)).Response!.Text.ShouldBe("hello");
            }

            call.Attempts[0].Outcome.ShouldBe(kind);
        }
    }

    [Fact]
    public async Task Call_AnswerTooLong_IsRefused()
    {
        using var rig = new GatewayRig(new FakeUpstream().On("a", 200, new string('x', 2000)), GatewayRig.Deploy("a"))
        {
            Limits = new UpstreamLimits { MaxResponseBytes = 1999 },
        };
        (await rig.CompleteAsync(rig.Call())).Error!.Kind.ShouldBe(ErrorKind.UpstreamInvalidResponse);
        rig.Limits = new UpstreamLimits { MaxResponseBytes = 2000 };
        (await rig.CompleteAsync(rig.Call())).Response!.Text.Length.ShouldBe(2000);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(256 * 1024)]
    [InlineData(256 * 1024 + 1)]
    [InlineData(3_000_000)]
    public async Task Call_ErrorBodyOfAnyLength_IsToldShort(int length)
    {
        using var rig = new GatewayRig(new FakeUpstream().On("a", 503, new string('x', length)), GatewayRig.Deploy("a"));
        var error = (await rig.CompleteAsync(rig.Call())).Error!;
        error.Kind.ShouldBe(ErrorKind.UpstreamOverloaded);
        error.Message.Length.ShouldBeLessThan(500);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Call_UpstreamRepeatsTheCredential_ItIsTakenOut(int status)
    {
        var body = $"Incorrect key {FakeProvider.Canary}{FakeProvider.Canary}\r\nprovided: Bearer {FakeProvider.Canary}. {new string(' ', 180)} {FakeProvider.Canary}";
        foreach (var stream in new[] { false, true })
        {
            using var rig = new GatewayRig(new FakeUpstream().On("a", status, body), GatewayRig.Deploy("a"));
            var error = stream ? (await rig.StreamAsync(rig.Call())).Error! : (await rig.CompleteAsync(rig.Call())).Error!;
            ShouldHoldNoSecret(error);
            error.Message.ShouldNotContain("\n");
        }
    }

    public static TheoryData<string?, double?> Waits => new()
    {
        { null, null },
        { "7", 7 },
        { "0", null },
        { "-5", null },
        { "86400", 86400 },
        { "86401", null },
        { "99999999999999999999", null },
        { "soon", null },
        { "1.5", null },
        { "Sun, 01 Nov 2026 12:00:30 GMT", 30 },
        { "Sun, 01 Nov 2026 11:59:30 GMT", null },
        { "Fri, 01 Jan 2100 00:00:00 GMT", null },
    };

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task Call_RetryAfter_IsTakenWhereItMakesSense(string? header, double? seconds)
    {
        using var rig = new GatewayRig(
            new FakeUpstream().On("a", 429, "slow", response => response.Headers.TryAddWithoutValidation("Retry-After", header)), GatewayRig.Deploy("a"));
        var error = (await rig.CompleteAsync(rig.Call())).Error!;
        error.RetryAfter?.TotalSeconds.ShouldBe(seconds!.Value);
        (error.RetryAfter is null).ShouldBe(seconds is null);
        rig.Health.IsSetAside(rig.Deployments[0]).ShouldBeTrue();
        rig.Time.Advance(TimeSpan.FromSeconds(Math.Min(seconds ?? 15, 300)));
        rig.Health.IsSetAside(rig.Deployments[0]).ShouldBeFalse();
    }

    [Fact]
    public async Task Call_UpstreamSilent_TimesOutByTheGatewaysClockAndIsFailedOver()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var upstream = new FakeUpstream().Silent("a", asked.SetResult).On("b", 200, "hello");
        using var rig = new GatewayRig(upstream) { Limits = new UpstreamLimits { TotalTimeout = TimeSpan.FromSeconds(50) } };
        var call = rig.Call();
        var running = rig.CompleteAsync(call);
        await asked.Task;
        rig.Time.Advance(TimeSpan.FromSeconds(49));
        running.IsCompleted.ShouldBeFalse();
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        (await running).Response!.Text.ShouldBe("hello");
        call.Attempts[0].ShouldBe(new AttemptRecord("a/m", ErrorKind.UpstreamTimeout, TimeSpan.FromSeconds(50)));
    }

    [Fact]
    public async Task Call_ClientGone_IsCanceledAndNotFailedOver()
    {
        using var gone = new CancellationTokenSource();
        var upstream = new FakeUpstream().Silent("a", gone.Cancel).On("b", 200, "hello");
        using var rig = new GatewayRig(upstream);
        var call = rig.Call();
        (await rig.CompleteAsync(call, gone.Token)).Error!.Kind.ShouldBe(ErrorKind.Canceled);
        upstream.Asked.ShouldBe(["a/plain"]);
        call.Attempts.Single().Outcome.ShouldBe(ErrorKind.Canceled);
        rig.Outcome.Usage.ShouldBe(new Usage { InputTokens = 6, IsEstimate = true }, "it may have worked in vain");
        rig.Health.IsSetAside(rig.Deployments[0]).ShouldBeFalse("it is not the deployment's fault");
    }

    [Fact]
    public async Task Request_WishesThatCannotBe_AreLeftOutAndNamed()
    {
        var provider = new FakeProvider();
        using var rig = new GatewayRig(
            new FakeUpstream().On("a", 200, "hello"),
            GatewayRig.Deploy("a", provider, ~(ChatParameters.LogitBias | ChatParameters.Seed)));
        var call = rig.Call(GatewayRig.Ask() with { Temperature = 1, Seed = 5, LogitBias = new Dictionary<string, double> { ["1"] = 2 } });
        (await rig.CompleteAsync(call)).Error.ShouldBeNull();
        call.Dropped.ShouldBe(["seed", "logit_bias"]);
        provider.LastWritten!.UsedParameters().ShouldBe(ChatParameters.Temperature);
        call.Request.Seed.ShouldBe(5, "the caller's own request stays as it came");
    }

    [Fact]
    public async Task Request_WishesThatTheProviderBends_AreNamedAndStay()
    {
        var provider = new FakeProvider { Bends = request => request.UsedParameters() & ChatParameters.Temperature };
        using var rig = new GatewayRig(new FakeUpstream().On("a", 200, "hello"), GatewayRig.Deploy("a", provider));
        var call = rig.Call(GatewayRig.Ask() with { Temperature = 2 });
        (await rig.CompleteAsync(call)).Error.ShouldBeNull();
        call.Dropped.ShouldBe(["temperature"]);
        provider.LastWritten!.Temperature.ShouldBe(2);
    }

    [Fact]
    public async Task Request_RuleOfTheModel_Counts()
    {
        var provider = new FakeProvider();
        var deployment = GatewayRig.Deploy("a", provider);
        deployment = deployment with { Target = deployment.Target! with { Rule = new ModelRule("") { OneOf = ChatParameters.Temperature | ChatParameters.TopP } } };
        using var rig = new GatewayRig(new FakeUpstream().On("a", 200, "hello"), deployment);
        var call = rig.Call(GatewayRig.Ask() with { Temperature = 1, TopP = 0.5 });
        (await rig.CompleteAsync(call)).Error.ShouldBeNull();
        call.Dropped.ShouldBe(["top_p"]);
        provider.LastWritten!.TopP.ShouldBeNull();
    }

    [Fact]
    public async Task Request_EssentialsThatCannotBe_GoToTheNextThatCan()
    {
        var upstream = new FakeUpstream().On("b", 200, "hello");
        using var rig = new GatewayRig(upstream, GatewayRig.Deploy("a", supported: ~ChatParameters.Tools), GatewayRig.Deploy("b"));
        var call = rig.Call(GatewayRig.Ask() with { Tools = [new ToolDefinition("t")] });
        (await rig.CompleteAsync(call)).Response!.Text.ShouldBe("hello");
        upstream.Asked.ShouldBe(["b/plain"]);
        call.ServedBy.ShouldBe("b/m");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_OneFailsAndTheOthersCannot_IsToldTheFailure(bool stream)
    {
        var upstream = new FakeUpstream().On("a", 429, "slower");
        using var rig = new GatewayRig(
            upstream,
            GatewayRig.Deploy("a"),
            GatewayRig.Deploy("b", supported: ~ChatParameters.Tools),
            GatewayRig.Deploy("c", supported: ~ChatParameters.Tools));
        var call = rig.Call(GatewayRig.Ask() with { Tools = [new ToolDefinition("t")] });
        var error = stream ? (await rig.StreamAsync(call)).Error : (await rig.CompleteAsync(call)).Error;
        error!.Kind.ShouldBe(ErrorKind.UpstreamRateLimited);
        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.UpstreamRateLimited);
    }

    [Fact]
    public async Task Request_DeploymentsThatCannot_DoNotCountAsAttempts()
    {
        var upstream = new FakeUpstream().On("c", 200, "hello");
        using var rig = new GatewayRig(
            upstream,
            GatewayRig.Deploy("a", supported: ~ChatParameters.Tools),
            GatewayRig.Deploy("b", supported: ~ChatParameters.Tools),
            GatewayRig.Deploy("c"))
        {
            Limits = new UpstreamLimits { MaxAttempts = 1 },
        };
        var call = rig.Call(GatewayRig.Ask() with { Tools = [new ToolDefinition("t")] });
        (await rig.CompleteAsync(call)).Response!.Text.ShouldBe("hello");
    }

    [Fact]
    public async Task Request_EssentialsThatNobodyCan_AreRefusedByNameAndCostNothing()
    {
        var upstream = new FakeUpstream();
        using var rig = new GatewayRig(upstream, GatewayRig.Deploy("a", supported: ~(ChatParameters.N | ChatParameters.JsonSchema)));
        var call = rig.Call(GatewayRig.Ask() with { ChoiceCount = 2, ResponseFormat = new ResponseFormat(ResponseFormatKind.JsonSchema) });
        var error = (await rig.CompleteAsync(call)).Error!;
        error.Kind.ShouldBe(ErrorKind.UnsupportedParameter);
        error.Parameter.ShouldBe("n");
        error.Message.ShouldContain("n, response_format");
        error.HttpStatus.ShouldBe(400);
        upstream.Asked.ShouldBeEmpty();
        rig.Outcome.Usage.ShouldBe(default);
    }

    [Theory]
    [InlineData(WireFormat.OpenAIChat, false)]
    [InlineData(WireFormat.AnthropicMessages, true)]
    public async Task Request_UnknownMembers_TravelToTheirOwnWireOnly(WireFormat wire, bool dropped)
    {
        var provider = new FakeProvider(wire);
        using var rig = new GatewayRig(new FakeUpstream().On("a", 200, "hello"), GatewayRig.Deploy("a", provider));
        var call = rig.Call(GatewayRig.Ask() with
        {
            ExtraMembers = new Dictionary<string, JsonElement> { ["safe_prompt"] = Json, ["x"] = Json },
            ExtraMembersWire = WireFormat.OpenAIChat,
        });
        await rig.CompleteAsync(call);
        call.Dropped.ShouldBe(dropped ? ["safe_prompt", "x"] : []);
    }

    [Fact]
    public async Task Request_AfterAFailover_NamesWhatTheAnsweringOneDropped()
    {
        var upstream = new FakeUpstream().On("a", 500, "x").On("b", 200, "hello");
        using var rig = new GatewayRig(upstream, GatewayRig.Deploy("a", supported: ~ChatParameters.Seed), GatewayRig.Deploy("b", supported: ~ChatParameters.User));
        var call = rig.Call(GatewayRig.Ask() with { Seed = 1, User = "u" });
        await rig.CompleteAsync(call);
        call.Dropped.ShouldBe(["user"]);
    }

    [Fact]
    public async Task Engine_ThatRuns_IsAsked()
    {
        var running = GatewayRig.Deploy("a");
        using var rig = new GatewayRig(new FakeUpstream().On("a", 200, "hello"), running with { Id = "starter/x", Target = null, Engine = new FakeEngine(new(running.Target, null)) });
        var call = rig.Call();
        (await rig.CompleteAsync(call)).Response!.Text.ShouldBe("hello");
        call.ServedBy.ShouldBe("starter/x");
    }

    [Fact]
    public async Task Engine_ThatDoesNotRun_IsFailedOver()
    {
        var broken = GatewayRig.Deploy("a") with { Target = null, Engine = new FakeEngine(new(null, new GatewayError(ErrorKind.StarterUnavailable, "x"))) };
        using var rig = new GatewayRig(new FakeUpstream().On("b", 200, "hello"), broken, GatewayRig.Deploy("b"));
        var call = rig.Call();
        (await rig.CompleteAsync(call)).Response!.Text.ShouldBe("hello");
        call.Attempts.Select(attempt => attempt.Outcome).ShouldBe([ErrorKind.StarterUnavailable, null]);
    }

    [Fact]
    public async Task Engine_ClientGoneWhileItStarts_IsCanceled()
    {
        using var gone = new CancellationTokenSource();
        using var rig = new GatewayRig(new FakeUpstream(), GatewayRig.Deploy("a") with { Target = null, Engine = new FakeEngine(null) });
        var call = rig.Call();
        var waiting = rig.CompleteAsync(call, gone.Token);
        await gone.CancelAsync();
        (await waiting).Error!.Kind.ShouldBe(ErrorKind.Canceled);
        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.Canceled);
    }

    private static void ShouldHoldNoSecret(GatewayError error)
    {
        error.ToString().ShouldNotContain(FakeProvider.Canary);
        error.ToString().ShouldNotContain("canary");
    }

    /// <summary>An engine with this to say; with nothing to say it starts for ever.</summary>
    private sealed class FakeEngine(LocalEngineAddress? says) : ILocalEngine
    {
        public async ValueTask<LocalEngineAddress> EnsureRunningAsync(CancellationToken cancellationToken)
        {
            if (says is null)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            return says!.Value;
        }
    }
}
