using System.Globalization;
using Dragoman.Model;

namespace Dragoman.Policies.RateLimiting;

/// <summary>Tells a caller which limit refused a call: of several the one that takes longest to give way.</summary>
internal static class RateLimitRefusal
{
    public static (GatewayError Error, LimitWindow Breached) Of(in LimitsInForce limits, in Room room, long tokens, string dialect)
    {
        if (room.TokensInMinute is { } whole && tokens > whole.Limit)
        {
            return (new GatewayError(
                ErrorKind.RateLimited,
                $"{Words(limits.TokensPerMinute, "token", "a minute", dialect)}, and this call alone may take {Number(tokens)}; shorten it or ask for less output."),
                whole);
        }

        LimitWindow? breached = null;
        var words = "";
        Weigh(limits.ConcurrentCalls, room.Calls, 1, "call", "at once");
        Weigh(limits.RequestsPerMinute, room.RequestsInMinute, 1, "request", "a minute");
        Weigh(limits.TokensPerMinute, room.TokensInMinute, tokens, "token", "a minute");
        Weigh(limits.RequestsPerDay, room.RequestsInDay, 1, "request", "in 24 hours");
        var wait = breached!.Value.ResetsIn;
        return (new GatewayError(ErrorKind.RateLimited, $"{words}; try again in {Words(wait)}.") { RetryAfter = wait }, breached.Value);

        void Weigh(Limit limit, LimitWindow? window, long wanted, string unit, string time)
        {
            if (window is { } some && wanted > some.Remaining && !(breached?.ResetsIn > some.ResetsIn))
            {
                breached = some;
                words = Words(limit, unit, time, dialect);
            }
        }
    }

    private static string Words(Limit limit, string unit, string time, string dialect)
    {
        var (ending, verb) = limit.Most == 1 ? ("", "is") : ("s", "are");
        return $"{Number(limit.Most)} {unit}{ending} {time} {verb} the limit of this key{(limit.IsOfKey ? "" : $" in the {dialect} API")}";
    }

    /// <summary>Rounded up, so that whoever waits so long is not early.</summary>
    private static string Words(TimeSpan wait)
    {
        var seconds = (long)Math.Ceiling(wait.TotalSeconds);
        var minutes = (seconds + 59) / 60;
        return seconds < 120 ? $"{Number(seconds)} s" : minutes < 120 ? $"{Number(minutes)} min" : $"{Number(minutes / 60)} h {Number(minutes % 60)} min";
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
