using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;

namespace Dragoman.Policies.RateLimiting;

/// <summary>What holds for a key in a dialect: of each limit the key's own, else the dialect's for the key's mode.</summary>
internal readonly record struct LimitsInForce(Limit RequestsPerMinute, Limit RequestsPerDay, Limit TokensPerMinute, Limit ConcurrentCalls)
{
    public static LimitsInForce Of(Caller caller, string dialect, GatewaySnapshot settings)
    {
        var own = caller.Limits;
        var standard = settings.Dialects.TryGetValue(dialect, out var known)
            ? caller.Mode switch
            {
                KeyMode.Live => known.LiveLimits,
                KeyMode.Test => known.TestLimits,
                _ => default,
            }
            : default;
        return new LimitsInForce(
            Of(own.RequestsPerMinute, standard.RequestsPerMinute),
            Of(own.RequestsPerDay, standard.RequestsPerDay),
            Of(own.TokensPerMinute, standard.TokensPerMinute),
            Of(own.ConcurrentCalls, standard.ConcurrentCalls));
    }

    private static Limit Of(int? own, int? standard) => own is { } most ? new Limit(most, IsOfKey: true) : new Limit(standard ?? CallLimits.None, IsOfKey: false);
}

/// <param name="Most">How many; <see cref="CallLimits.None"/> where there is no limit.</param>
/// <param name="IsOfKey">The key's own, counted over all dialects; else the dialect's, counted in that dialect alone.</param>
internal readonly record struct Limit(int Most, bool IsOfKey);

/// <summary>The tokens that a call may take, as far as can be told beforehand.</summary>
/// <param name="Input">An estimate by the length of the text.</param>
/// <param name="Output">The bound that the caller set, for all choices together; absent where there is none.</param>
internal readonly record struct TokenDemand(long Input, long? Output)
{
    /// <summary>Reserved for the answer to a call whose caller set no bound.</summary>
    private const int UnboundedOutput = 512;

    public static TokenDemand Of(Call call) => new(call.InputTokens, call.MaxOutputTokens);

    /// <summary>What to reserve where <paramref name="left"/> tokens are left. A call without a bound makes do with little, but for one token.</summary>
    public long Within(long left) => Input + (Output ?? Math.Clamp(left - Input, 1, UnboundedOutput));
}
