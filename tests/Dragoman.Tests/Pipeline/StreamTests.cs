using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;

namespace Dragoman.Tests.Pipeline;

/// <summary>Streamed calls: failover before the first content and never after it, time, hanging up, and what is settled.</summary>
public sealed class StreamTests
{
    private static readonly UpstreamLimits Limits = new()
    {
        FirstByteTimeout = TimeSpan.FromSeconds(20),
        IdleTimeout = TimeSpan.FromSeconds(5),
        TotalTimeout = TimeSpan.FromSeconds(60),
    };

    [Fact]
    public async Task Stream_Whole_GivesAllStepsAndSettlesTheUsageItTold()
    {
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", "!start", "Hel", "lo", "!usage 3 4", "!done"));
        var call = rig.Call();
        (await rig.ReadAsync(call)).ShouldBe("<Started>Hello<UsageReported><Finished>");
        rig.Outcome.ShouldBe(new CallOutcome(null, new Usage { InputTokens = 3, OutputTokens = 4 }, TimeSpan.Zero));
        call.Attempts.ShouldBe([new AttemptRecord("a/m", null, TimeSpan.Zero)]);
        call.ServedBy.ShouldBe("a/m");
    }

    [Fact]
    public async Task Stream_WithoutUsage_IsEstimatedByWhatWasSaid()
    {
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", "12345678", "!signature", "!done"));
        await rig.ReadAsync(rig.Call());
        rig.Outcome.Usage.ShouldBe(new Usage { InputTokens = 6, OutputTokens = 2, IsEstimate = true });
    }

    [Theory]
    [InlineData("!error overloaded", ErrorKind.UpstreamOverloaded)]
    [InlineData("!bad", ErrorKind.UpstreamInvalidResponse)]
    [InlineData("!surrogate", ErrorKind.UpstreamInvalidResponse)]
    public async Task Stream_FailsBeforeContent_TheNextIsTried(string failure, ErrorKind kind)
    {
        // A beginning, an empty text and usage are nothing that a client has seen.
        var upstream = new FakeUpstream().Streams("a", "!start", "", "!usage 1 0", failure).Streams("b", "hello", "!done");
        using var rig = new GatewayRig(upstream);
        var call = rig.Call();
        (await rig.ReadAsync(call)).ShouldBe("hello<Finished>");
        upstream.Asked.ShouldBe(["a/stream", "b/stream"]);
        call.Attempts.Select(attempt => attempt.Outcome).ShouldBe([kind, null]);
        rig.Outcome.Error.ShouldBeNull();
    }

    [Fact]
    public async Task Stream_EndsBeforeContent_TheNextIsTried()
    {
        using var rig = new GatewayRig(new FakeUpstream().Streams("a").Streams("b", "!start").Streams("c", "hello", "!done"));
        var call = rig.Call();
        (await rig.ReadAsync(call)).ShouldBe("hello<Finished>");
        call.Attempts.Select(attempt => attempt.Outcome).ShouldBe([ErrorKind.UpstreamStreamBroken, ErrorKind.UpstreamStreamBroken, null]);
    }

    [Fact]
    public async Task Stream_AllFailBeforeContent_IsRefusedAndCostsNothing()
    {
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", "!error x").On("b", 500, "x").On("c", 401, "x"));
        var (stream, error) = await rig.StreamAsync(rig.Call());
        stream.ShouldBeNull();
        error!.Kind.ShouldBe(ErrorKind.UpstreamRejectedCredential);
        rig.Outcome.ShouldBe(new CallOutcome(error, default, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("!error sk-canary-0123456789", ErrorKind.UpstreamOverloaded)]
    [InlineData("!bad", ErrorKind.UpstreamInvalidResponse)]
    public async Task Stream_FailsAfterContent_EndsInThatAndTriesNoOther(string failure, ErrorKind kind)
    {
        foreach (var atOnce in new[] { true, false })
        {
            var body = new FakeBody();
            var upstream = new FakeUpstream().Streams("b", "other", "!done");
            if (atOnce)
            {
                upstream.Streams("a", "hello", failure, "more", "!done");
            }
            else
            {
                upstream.Streams("a", body.Say("hello", failure, "more", "!done").End());
            }

            using var rig = new GatewayRig(upstream);
            var call = rig.Call();
            var (stream, _) = await rig.StreamAsync(call);
            var steps = new List<ChatEvent>();
            await using (stream)
            {
                await foreach (var step in stream!)
                {
                    steps.Add(step);
                }
            }

            steps.Select(step => step.Kind).ShouldBe([ChatEventKind.Text, ChatEventKind.Failed]);
            steps[1].Error!.Kind.ShouldBe(kind);
            steps[1].Error!.ToString().ShouldNotContain("canary");
            upstream.Asked.ShouldBe(["a/stream"]);
            rig.Outcome.Error!.Kind.ShouldBe(kind);
            rig.Outcome.Usage.OutputTokens.ShouldBe(2);
            call.Attempts.Single().Outcome.ShouldBe(kind);
            rig.Health.IsSetAside(rig.Deployments[0]).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Stream_BrokenOff_IsNeverAQuietEnd()
    {
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", "hel"), GatewayRig.Deploy("a"));
        (await rig.ReadAsync(rig.Call())).ShouldBe("hel[UpstreamStreamBroken]");
        using var reset = new GatewayRig(new FakeUpstream().Streams("a", new FakeBody().Say("hel").End(new IOException("reset"))), GatewayRig.Deploy("a"));
        (await reset.ReadAsync(reset.Call())).ShouldBe("hel[UpstreamFailed]");
    }

    [Fact]
    public async Task Stream_WholeButNotClosed_IsWhole()
    {
        using var reset = new GatewayRig(new FakeUpstream().Streams("a", new FakeBody().Say("hello", "!done").End(new IOException("reset"))));
        (await reset.ReadAsync(reset.Call())).ShouldBe("hello<Finished>");
        reset.Outcome.Error.ShouldBeNull();

        using var open = new GatewayRig(new FakeUpstream().Streams("a", new FakeBody().Say("hello", "!done"))) { Limits = Limits };
        var reading = open.ReadAsync(open.Call());
        open.Time.Advance(Limits.IdleTimeout);
        (await reading).ShouldBe("hello<Finished>");
        open.Outcome.Error.ShouldBeNull();
    }

    [Fact]
    public async Task Stream_WiresOwnEnd_IsTheEndWhetherTheConnectionClosesOrNot()
    {
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", new FakeBody().Say("hello", "!done", "!over")));
        var (stream, _) = await rig.StreamAsync(rig.Call());
        (await GatewayRig.ReadAsync(stream!)).ShouldBe("hello<Finished>");

        // Letting go waits for the connection's end a moment, so that it can be used again, and no longer.
        var letGo = stream!.DisposeAsync().AsTask();
        letGo.IsCompleted.ShouldBeFalse();
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await letGo;
        rig.Outcome.Error.ShouldBeNull();
    }

    [Fact]
    public async Task Stream_DisposedMidway_CancelsTheUpstreamAndSettlesWhatWasSeen()
    {
        var body = new FakeBody().Say("12345678", "1234");
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", body));
        var call = rig.Call();
        var (stream, _) = await rig.StreamAsync(call);
        await foreach (var step in stream!)
        {
            if (step.Text == "1234")
            {
                break;
            }
        }

        body.IsDisposed.ShouldBeFalse();
        rig.Watch.Outcomes.ShouldBeEmpty();
        await stream.DisposeAsync();
        await stream.DisposeAsync();
        body.IsDisposed.ShouldBeTrue();
        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.Canceled);
        rig.Outcome.Usage.ShouldBe(new Usage { InputTokens = 6, OutputTokens = 3, IsEstimate = true });
        call.Attempts.Single().Outcome.ShouldBe(ErrorKind.Canceled);
        rig.Health.IsSetAside(rig.Deployments[0]).ShouldBeFalse();
    }

    [Fact]
    public async Task Stream_DisposedUnread_SettlesOnce()
    {
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", new FakeBody().Say("hello")));
        var (stream, _) = await rig.StreamAsync(rig.Call());
        await stream!.DisposeAsync();
        rig.Outcome.Usage.ShouldBe(new Usage { InputTokens = 6, IsEstimate = true });
    }

    [Fact]
    public async Task Stream_BrokenOffAfterEarlyUsage_CountsWhatWasSaidSince()
    {
        // Anthropic opens with the input and one token of output and tells the rest at the end.
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", "!usage 100 1", "12345678", "12345678"), GatewayRig.Deploy("a"));
        await rig.ReadAsync(rig.Call());
        rig.Outcome.Usage.ShouldBe(new Usage { InputTokens = 100, OutputTokens = 4, IsEstimate = true });
    }

    [Fact]
    public async Task Stream_ClientGoneWhileReading_StopsTheUpstream()
    {
        using var gone = new CancellationTokenSource();
        var body = new FakeBody().Say("hello");
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", body));
        var (stream, _) = await rig.StreamAsync(rig.Call(), gone.Token);
        await using (stream)
        {
            var reading = GatewayRig.ReadAsync(stream!);
            await gone.CancelAsync();
            (await reading).ShouldBe("hello[Canceled]");
        }

        body.WasCanceled.ShouldBeTrue();
        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.Canceled);
        rig.Health.IsSetAside(rig.Deployments[0]).ShouldBeFalse();
    }

    [Fact]
    public async Task Stream_ClientGoneBeforeContent_IsCanceled()
    {
        using var gone = new CancellationTokenSource();
        var upstream = new FakeUpstream().Silent("a", gone.Cancel);
        using var rig = new GatewayRig(upstream);
        (await rig.StreamAsync(rig.Call(), gone.Token)).Error!.Kind.ShouldBe(ErrorKind.Canceled);
        upstream.Asked.ShouldBe(["a/stream"]);
        rig.Outcome.Usage.ShouldBe(new Usage { InputTokens = 6, IsEstimate = true });
    }

    [Fact]
    public async Task Stream_NoFirstByteInTime_IsFailedOver()
    {
        var body = new FakeBody();
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", body).Streams("b", "hello", "!done")) { Limits = Limits };
        var call = rig.Call();
        var opening = rig.StreamAsync(call);
        rig.Time.Advance(TimeSpan.FromSeconds(19));
        opening.IsCompleted.ShouldBeFalse("the idle time does not count before the first byte");
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await using var stream = (await opening).Stream;
        call.Attempts.Single().Outcome.ShouldBe(ErrorKind.UpstreamTimeout);
        body.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task Stream_StallsAfterContent_EndsInATimeout()
    {
        var body = new FakeBody().Say("hello");
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", body)) { Limits = Limits };
        var (stream, _) = await rig.StreamAsync(rig.Call());
        await using (stream)
        {
            var reading = GatewayRig.ReadAsync(stream!);
            rig.Time.Advance(TimeSpan.FromSeconds(4));
            reading.IsCompleted.ShouldBeFalse();
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            (await reading).ShouldBe("hello[UpstreamTimeout]");
        }
    }

    [Fact]
    public async Task Stream_DripsForEver_EndsAtTheTotal()
    {
        var body = new FakeBody().Say("a");
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", body)) { Limits = Limits };
        var (stream, _) = await rig.StreamAsync(rig.Call());
        await using (stream)
        {
            var reading = GatewayRig.ReadAsync(stream!);
            for (var seconds = 4; seconds < 60; seconds += 4)
            {
                rig.Time.Advance(TimeSpan.FromSeconds(4));
                body.Say("a");
            }

            reading.IsCompleted.ShouldBeFalse();
            rig.Time.Advance(TimeSpan.FromSeconds(4));
            (await reading).ShouldBe(new string('a', 15) + "[UpstreamTimeout]");
        }
    }

    [Fact]
    public async Task Stream_SlowClient_IsNotTheUpstreamsDelay()
    {
        var body = new FakeBody().Say("hello", "again");
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", body)) { Limits = Limits };
        var (stream, _) = await rig.StreamAsync(rig.Call());
        var said = "";
        await using (stream)
        {
            await foreach (var step in stream!)
            {
                said += step.Kind is ChatEventKind.Failed ? $"[{step.Error!.Kind}]" : step.Text;
                rig.Time.Advance(TimeSpan.FromSeconds(10)); // Twice the idle time, at each step.
                if (step.Text == "again")
                {
                    body.Say("!done").End();
                }
            }
        }

        said.ShouldBe("helloagain");
        rig.Outcome.Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    public async Task Stream_AnsweredWhole_IsToldInSteps(string type)
    {
        var upstream = new FakeUpstream().On("a", 200, "hello", response => response.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type));
        using var rig = new GatewayRig(upstream);
        (await rig.ReadAsync(rig.Call())).ShouldBe("<Started>hello<Finished><UsageReported>");
        rig.Outcome.ShouldBe(new CallOutcome(null, new Usage { InputTokens = 10, OutputTokens = 20 }, TimeSpan.Zero));
    }

    [Fact]
    public async Task Stream_AnsweredWithAPage_IsNoAnswer()
    {
        using var rig = new GatewayRig(new FakeUpstream().On("a", 200, "<html>Welcome</html>", type: "text/html"), GatewayRig.Deploy("a"));
        var error = (await rig.StreamAsync(rig.Call())).Error!;
        error.Kind.ShouldBe(ErrorKind.UpstreamInvalidResponse);
        error.Message.ShouldContain("A_BASE_URL");
    }

    [Fact]
    public async Task Stream_ErrorUnderStatus200_IsFailedOver()
    {
        using var rig = new GatewayRig(new FakeUpstream().On("a", 200, "!error x").Streams("b", "hello", "!done"));
        var call = rig.Call();
        (await rig.ReadAsync(call)).ShouldBe("hello<Finished>");
        call.Attempts[0].Outcome.ShouldBe(ErrorKind.UpstreamOverloaded);
    }

    [Fact]
    public async Task Stream_ProgramErrorBeforeContent_LetsTheUpstreamGo()
    {
        var body = new FakeBody().Say("!throw");
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", body));
        await Should.ThrowAsync<NotSupportedException>(async () => await rig.StreamAsync(rig.Call()));
        body.IsDisposed.ShouldBeTrue();
        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.Internal);
    }

    [Fact]
    public async Task Stream_ProgramErrorAfterContent_SettlesAsOne()
    {
        var body = new FakeBody().Say("hello", "!throw");
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", body));
        var (stream, _) = await rig.StreamAsync(rig.Call());
        await using (stream)
        {
            await Should.ThrowAsync<NotSupportedException>(() => GatewayRig.ReadAsync(stream!));
        }

        body.IsDisposed.ShouldBeTrue();
        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.Internal, "it is not the client who went away");
    }

    [Fact]
    public async Task Stream_EventTooLong_IsAFailureAndNotAllTheMemory()
    {
        var body = new FakeBody().Say("hello");
        using var rig = new GatewayRig(new FakeUpstream().Streams("a", "hello", new string('x', 17 * 1024 * 1024), "!done"), GatewayRig.Deploy("a"));
        (await rig.ReadAsync(rig.Call())).ShouldBe("hello[UpstreamInvalidResponse]");
    }
}
