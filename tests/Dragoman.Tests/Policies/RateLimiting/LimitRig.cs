using System.Collections.Frozen;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Policies.RateLimiting;
using Dragoman.Routing;

namespace Dragoman.Tests.Policies.RateLimiting;

/// <summary>The policy alone, with two dialects <c>one</c> and <c>two</c> of the same limits, and a key whose limits a test may change as it goes.</summary>
internal sealed class LimitRig
{
    public LimitRig() => Policy = new RateLimitPolicy(Time);

    public FakeTime Time { get; } = new();

    public RateLimitPolicy Policy { get; }

    /// <summary>The key's own.</summary>
    public CallLimits OfKey { get; set; }

    /// <summary>The dialects', for live keys.</summary>
    public CallLimits OfDialects { get; set; }

    /// <summary>The dialects', for test keys.</summary>
    public CallLimits OfDialectsInTest { get; set; }

    public KeyMode Mode { get; set; } = KeyMode.Live;

    /// <summary>Asks for admission.</summary>
    public Asked Ask(string dialect = "one", string key = "k", string text = "", int? maxOutput = 0, int? choices = null)
    {
        var request = new ChatRequest
        {
            Model = "m",
            Messages = [ChatMessage.OfText(ChatRole.User, text)],
            MaxOutputTokens = maxOutput,
            ChoiceCount = choices,
        };
        var call = new ChatCall(Settings(), dialect, CallerOf(key), request, Time.GetTimestamp());
        var admission = Policy.AdmitAsync(call, default);
        return new Asked(Policy, call, admission.IsCompleted ? admission.Result : throw new InvalidOperationException("Nobody waits for a limit."));
    }

    /// <summary>How many of <paramref name="times"/> calls in a row are admitted.</summary>
    public int AskOften(int times, string dialect = "one", string key = "k") => Enumerable.Range(0, times).Count(_ => Ask(dialect, key).IsAdmitted);

    /// <summary>Counts a request that calls no model.</summary>
    public GatewayError? Count(string dialect = "one", string key = "k") => Policy.Count(CallerOf(key), dialect, Settings());

    public RateLimitStatus Status(string dialect = "one", string key = "k") => Policy.StatusOf(CallerOf(key), dialect, Settings());

    private Caller CallerOf(string key) => new(key, key, Mode) { Limits = OfKey };

    private GatewaySnapshot Settings() => new()
    {
        Providers = FrozenDictionary<string, ProviderSnapshot>.Empty,
        Upstream = new UpstreamLimits(),
        Dialects = new[] { "one", "two" }.ToFrozenDictionary(name => name, name => new DialectSettings(name)
        {
            Routes = FrozenDictionary<string, RouteEntry>.Empty,
            LiveLimits = OfDialects,
            TestLimits = OfDialectsInTest,
            Options = FrozenDictionary<string, string>.Empty,
        }),
    };
}

/// <summary>A call that has asked for admission.</summary>
internal sealed record Asked(RateLimitPolicy Policy, Call Call, Admission Admission)
{
    public bool IsAdmitted => Admission.Refusal is null;

    public GatewayError Refusal => Admission.Refusal.ShouldNotBeNull();

    public RateLimitStatus Status => Call.RateLimits;

    public void Settle(long input = 0, long output = 0) =>
        Policy.Settle(Call, Admission.Reservation, new CallOutcome(null, new Usage { InputTokens = input, OutputTokens = output }, TimeSpan.Zero));
}
