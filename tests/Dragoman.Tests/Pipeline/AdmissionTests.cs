using Dragoman.Model;
using Dragoman.Pipeline;

namespace Dragoman.Tests.Pipeline;

/// <summary>What policies see of a call: admission in order, settlement in reverse and once, whatever happens between.</summary>
public sealed class AdmissionTests
{
    private static readonly GatewayError Refusal = new(ErrorKind.RateLimited, "Slower.");
    private static readonly ChatResponse Known = new()
    {
        Choices = [new ChatChoice(0, ChatMessage.OfText(ChatRole.Assistant, "known"), FinishReason.Stop)],

        // What it took when it was made; this time it takes nothing.
        Usage = new Usage { InputTokens = 7, OutputTokens = 1 },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Policies_AnsweredCall_AdmitInOrderAndSettleInReverse(bool stream)
    {
        using var rig = new GatewayRig(Upstream());
        rig.Policies = [new FakePolicy("1", rig.Log), new FakePolicy("2", rig.Log), new FakePolicy("3", rig.Log)];
        await RunAsync(rig, stream);
        rig.Log.ShouldBe(["1 admits", "2 admits", "3 admits", "3 settles 3", "2 settles 2", "1 settles 1"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Policies_Refusal_IsAValueAndSettlesThoseBefore(bool stream)
    {
        var upstream = Upstream();
        using var rig = new GatewayRig(upstream);
        rig.Policies = [rig.Watch, new FakePolicy("2", rig.Log) { Says = (_, _) => new(Admission.Refuse(Refusal)) }, new FakePolicy("3", rig.Log)];
        (await RunAsync(rig, stream)).ShouldBeSameAs(Refusal);
        rig.Log.ShouldBe(["watch admits", "2 admits", "watch settles watch"]);
        rig.Outcome.ShouldBe(new CallOutcome(Refusal, default, TimeSpan.Zero));
        upstream.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Policies_AnswerAtHand_AsksNoUpstream(bool stream)
    {
        var upstream = Upstream();
        using var rig = new GatewayRig(upstream);
        rig.Policies = [rig.Watch, new FakePolicy("2", rig.Log) { Says = (_, _) => new(Admission.AnswerWith(Known, "r")) }, new FakePolicy("3", rig.Log)];
        var call = rig.Call();
        if (stream)
        {
            (await rig.ReadAsync(call)).ShouldBe("<Started>known<Finished><UsageReported>");
        }
        else
        {
            (await rig.CompleteAsync(call)).Response.ShouldBeSameAs(Known);
        }

        rig.Log.ShouldBe(["watch admits", "2 admits", "2 settles r", "watch settles watch"]);
        rig.Outcome.ShouldBe(new CallOutcome(null, default, TimeSpan.Zero));
        upstream.Asked.ShouldBeEmpty();
        call.ServedBy.ShouldBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Policies_OneThrowsAtAdmission_SettlesThoseBeforeAsUnfinished(bool stream)
    {
        using var rig = new GatewayRig(Upstream());
        rig.Policies = [rig.Watch, new FakePolicy("2", rig.Log) { Says = (_, _) => throw new NotSupportedException() }];
        await Should.ThrowAsync<NotSupportedException>(() => RunAsync(rig, stream));
        rig.Log.ShouldBe(["watch admits", "2 admits", "watch settles watch"]);
        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.Internal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Policies_OneThrowsAtSettlement_SettlesTheOthersAllTheSame(bool stream)
    {
        using var rig = new GatewayRig(Upstream());
        rig.Policies =
        [
            rig.Watch,
            new FakePolicy("2", rig.Log) { OnSettle = () => throw new NotSupportedException() },
            new FakePolicy("3", rig.Log) { OnSettle = () => throw new NotSupportedException() },
        ];
        await Should.ThrowAsync<NotSupportedException>(() => RunAsync(rig, stream));
        rig.Log.ShouldBe(["watch admits", "2 admits", "3 admits", "3 settles 3", "2 settles 2", "watch settles watch"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Policies_ClientGoneWhileOneWaits_IsCanceledAsAValue(bool stream)
    {
        using var gone = new CancellationTokenSource();
        using var rig = new GatewayRig(Upstream());
        rig.Policies =
        [
            rig.Watch,
            new FakePolicy("2", rig.Log)
            {
                Says = async (_, cancellation) =>
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
                    return default;
                },
            },
        ];
        var running = RunAsync(rig, stream, gone: gone.Token);
        await gone.CancelAsync();
        (await running)!.Kind.ShouldBe(ErrorKind.Canceled);
        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.Canceled);
        rig.Outcome.Usage.ShouldBe(default);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Policies_ProgramErrorInAProvider_SettlesAsUnfinishedAndRecordsTheAttempt(bool stream)
    {
        using var rig = new GatewayRig(Upstream(), GatewayRig.Deploy("a", new FakeProvider { OnWrite = () => throw new NotSupportedException() }));
        var call = rig.Call();
        await Should.ThrowAsync<NotSupportedException>(() => RunAsync(rig, stream, call: call));
        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.Internal);
        call.Attempts.ShouldBe([new AttemptRecord("a/m", ErrorKind.Internal, TimeSpan.Zero)]);
        rig.Health.IsSetAside(rig.Deployments[0]).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Policies_ProgramErrorAfterAFailover_IsNotToldAsTheFirstFailure(bool stream)
    {
        var upstream = new FakeUpstream().On("a", 503, "busy");
        using var rig = new GatewayRig(
            upstream, GatewayRig.Deploy("a"), GatewayRig.Deploy("b", new FakeProvider { OnWrite = () => throw new NotSupportedException() }));
        await Should.ThrowAsync<NotSupportedException>(() => RunAsync(rig, stream));
        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.Internal);
    }

    [Fact]
    public async Task Policies_UnknownModel_SettlesWithTheRoutersWord()
    {
        using var rig = new GatewayRig(Upstream());
        (await rig.CompleteAsync(rig.Call(GatewayRig.Ask("nobody-knows")))).Error!.Kind.ShouldBe(ErrorKind.ModelNotFound);
        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.ModelNotFound);
        rig.Outcome.Usage.ShouldBe(default);
    }

    [Fact]
    public async Task Settlement_TellsHowLongItTook()
    {
        using var rig = new GatewayRig(new FakeUpstream());
        var upstream = rig;
        var call = rig.Call();
        rig.Policies = [rig.Watch, new FakePolicy("2", rig.Log)
        {
            Says = (_, _) =>
            {
                upstream.Time.Advance(TimeSpan.FromSeconds(3));
                return new(Admission.Refuse(Refusal));
            },
        }];
        await rig.CompleteAsync(call);
        rig.Outcome.Duration.ShouldBe(TimeSpan.FromSeconds(3));
    }

    private static FakeUpstream Upstream() => new FakeUpstream()
        .On("a", (request, _) =>
        {
            var isStream = request.RequestUri!.AbsolutePath == "/stream";
            return Task.FromResult(new HttpResponseMessage
            {
                Content = new StringContent(isStream ? "data: hi\n\ndata: !done\n\n" : "hi", System.Text.Encoding.UTF8, isStream ? "text/event-stream" : "text/plain"),
            });
        });

    private static async Task<GatewayError?> RunAsync(GatewayRig rig, bool stream, ChatCall? call = null, CancellationToken gone = default)
    {
        call ??= rig.Call();
        if (!stream)
        {
            return (await rig.CompleteAsync(call, gone)).Error;
        }

        var (open, error) = await rig.StreamAsync(call, gone);
        if (open is not null)
        {
            await using (open)
            {
                await GatewayRig.ReadAsync(open);
            }
        }

        return error;
    }
}
