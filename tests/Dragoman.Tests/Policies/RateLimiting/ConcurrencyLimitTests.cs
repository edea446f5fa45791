using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Policies.RateLimiting;
using Dragoman.Tests.Pipeline;

namespace Dragoman.Tests.Policies.RateLimiting;

/// <summary>Calls in flight: a place is given back once, however the call ends; through the real spine where the spine has a part in it.</summary>
public sealed class ConcurrencyLimitTests
{
    [Fact]
    public void Admission_AllPlacesTaken_IsRefusedUntilOneIsGivenBack()
    {
        var rig = new LimitRig { OfKey = new CallLimits { ConcurrentCalls = 2 } };
        var first = rig.Ask("one");
        rig.Ask("two").IsAdmitted.ShouldBeTrue();
        rig.Time.Advance(TimeSpan.FromHours(5));
        var third = rig.Ask();
        third.Refusal.Message.ShouldBe("2 calls at once are the limit of this key; try again in 1 s.");
        third.Refusal.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        third.Status.Breached.ShouldBe(new LimitWindow(2, 0, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        first.Settle();
        rig.AskOften(3).ShouldBe(1);
    }

    [Fact]
    public void DialectsLimit_CountsInThatDialectAlone()
    {
        var rig = new LimitRig { OfDialects = new CallLimits { ConcurrentCalls = 1 } };
        rig.AskOften(3, "one").ShouldBe(1);
        rig.AskOften(3, "two").ShouldBe(1);
    }

    [Fact]
    public async Task Place_CallFails_IsGivenBack()
    {
        using var rig = new SpineRig(new FakeUpstream().On("a", 500, "x").On("b", 500, "x").On("c", 500, "x"));
        for (var i = 0; i < 5; i++)
        {
            (await rig.CompleteAsync()).Error!.Kind.ShouldBe(ErrorKind.UpstreamFailed);
        }
    }

    [Fact]
    public async Task Place_ALaterPolicyRefuses_IsGivenBackWithTheTokens()
    {
        var refusal = new GatewayError(ErrorKind.BudgetExceeded, "No.");
        using var rig = new SpineRig(new FakeUpstream(), new FakePolicy("later", []) { Says = (_, _) => new(Admission.Refuse(refusal)) });
        for (var i = 0; i < 5; i++)
        {
            (await rig.CompleteAsync()).Error.ShouldBeSameAs(refusal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Place_ClientHangsUp_IsGivenBack(bool stream)
    {
        using var gone = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        var upstream = new FakeUpstream().Silent("a", asked.SetResult).On("a", 200, "hello");
        using var rig = new SpineRig(upstream);
        var running = stream ? Refused(rig.StreamAsync(gone.Token)) : Error(rig.CompleteAsync(gone.Token));
        await asked.Task;
        (await rig.CompleteAsync()).Error!.Kind.ShouldBe(ErrorKind.RateLimited);
        await gone.CancelAsync();
        (await running)!.Kind.ShouldBe(ErrorKind.Canceled);
        (await rig.CompleteAsync()).Response.ShouldNotBeNull();

        static async Task<GatewayError?> Error(ValueTask<ChatResult> result) => (await result).Error;

        static async Task<GatewayError?> Refused(ValueTask<ChatStreamResult> result) => (await result).Error;
    }

    [Fact]
    public async Task Place_StreamIsAbandoned_IsGivenBackOnceWhenItIsDisposedOf()
    {
        using var rig = new SpineRig(new FakeUpstream().Streams("a", new FakeBody().Say("hello")).On("a", 200, "hello"));
        var (stream, _) = await rig.StreamAsync(default);
        (await rig.CompleteAsync()).Error!.Kind.ShouldBe(ErrorKind.RateLimited);
        await stream!.DisposeAsync();
        await stream.DisposeAsync();

        // One place was taken and one came back: one call may run, a second beside it not.
        var (again, _) = await rig.StreamAsync(default);
        again.ShouldNotBeNull();
        (await rig.CompleteAsync()).Error!.Kind.ShouldBe(ErrorKind.RateLimited);
    }

    /// <summary>The real spine with the real policy, and a key with one call at a time and 400 tokens a minute.</summary>
    private sealed class SpineRig : IDisposable
    {
        private readonly GatewayRig _rig;

        public SpineRig(FakeUpstream upstream, params IPolicy[] later)
        {
            _rig = new GatewayRig(upstream);
            _rig.Policies = [new RateLimitPolicy(_rig.Time), .. later];
        }

        public ValueTask<ChatResult> CompleteAsync(CancellationToken cancellationToken = default) => _rig.CompleteAsync(Call(), cancellationToken);

        public ValueTask<ChatStreamResult> StreamAsync(CancellationToken cancellationToken) => _rig.StreamAsync(Call(), cancellationToken);

        public void Dispose() => _rig.Dispose();

        private ChatCall Call()
        {
            var limits = new CallLimits { ConcurrentCalls = 1, TokensPerMinute = 400 };
            return new ChatCall(
                _rig.Call().Settings,
                "test",
                new Caller("k", "key", KeyMode.Live) { Limits = limits },
                GatewayRig.Ask() with { MaxOutputTokens = 300 },
                _rig.Time.GetTimestamp());
        }
    }
}
