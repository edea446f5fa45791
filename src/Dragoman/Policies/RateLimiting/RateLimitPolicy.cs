using System.Collections.Concurrent;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;

namespace Dragoman.Policies.RateLimiting;

/// <summary>
/// The limits of a key: requests a minute and a day, tokens a minute, calls in flight. A call is admitted by all of them and counted in all, or refused
/// and counted in none. Windows are fixed and begin with the first call after the former one ended (decision 9).
/// </summary>
public sealed class RateLimitPolicy(TimeProvider time) : IPolicy, IRateLimits
{
    // Only keys that the operator made come here, so what is kept is bounded by them.
    private readonly ConcurrentDictionary<string, KeyCounters> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<KeyCounters> _changed = new();

    public ValueTask<Admission> AdmitAsync(Call call, CancellationToken cancellationToken)
    {
        var limits = LimitsInForce.Of(call.Caller, call.Dialect, call.Settings);
        var reservation = CountersOf(call.Caller.KeyId).Take(
            limits, call.Dialect, TokenDemand.Of(call), time.GetTimestamp(), out var status, out var refusal);
        call.RateLimits = status;
        return ValueTask.FromResult(refusal is null ? Admission.Admit(reservation) : Admission.Refuse(refusal));
    }

    public void Settle(Call call, object? reservation, in CallOutcome outcome)
    {
        var held = (Reservation)reservation!;
        held.Counters.Settle(held, outcome.Usage.TotalTokens, time.GetTimestamp());
    }

    public GatewayError? Count(Caller caller, string dialect, GatewaySnapshot settings) =>
        CountersOf(caller.KeyId).Count(LimitsInForce.Of(caller, dialect, settings), dialect, time.GetTimestamp());

    public RateLimitStatus StatusOf(Caller caller, string dialect, GatewaySnapshot settings) =>
        CountersOf(caller.KeyId).StatusOf(LimitsInForce.Of(caller, dialect, settings), dialect, time.GetTimestamp());

    /// <summary>Puts back the days that a former process had counted; before the first call. Those that have ended are passed over.</summary>
    public void Restore(IEnumerable<DayCount> days)
    {
        var (now, clock) = (time.GetTimestamp(), time.GetUtcNow());
        foreach (var day in days)
        {
            CountersOf(day.KeyId).Restore(day, now, day.EndsAt - clock);
        }
    }

    /// <summary>The days that were counted in since they were taken last, as they stand now.</summary>
    public IReadOnlyList<DayCount> TakeChanged()
    {
        var days = new List<DayCount>();
        for (var left = _changed.Count; left > 0 && _changed.TryDequeue(out var counters); left--)
        {
            counters.TakeDays(days, time.GetTimestamp(), time.GetUtcNow());
        }

        return days;
    }

    private KeyCounters CountersOf(string keyId) =>
        _keys.GetOrAdd(keyId, static (id, shared) => new KeyCounters(id, shared.time, shared._changed), (time, _changed));
}

/// <summary>Requests of a key in its present day, to outlast the process.</summary>
/// <param name="Dialect">The dialect that they were counted for; empty for the key over all dialects.</param>
/// <param name="EndsAt">The day's end by the wall clock.</param>
public readonly record struct DayCount(string KeyId, string Dialect, DateTimeOffset EndsAt, long Requests);
