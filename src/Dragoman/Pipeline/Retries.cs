using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <summary>
/// Tries a call that changes nothing again, while its failure may go away and there is time: after the pause that the upstream asks for, else after
/// pauses that double, each shortened by chance so that many callers do not come back at once.
/// </summary>
internal sealed class Retries(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestOwnPause = TimeSpan.FromSeconds(5);

    /// <param name="attempt">One try, within the limits that it is given.</param>
    /// <param name="limits">Their total time is for all tries together.</param>
    public async ValueTask<(TAnswer Answer, GatewayError? Error)> RunAsync<TAnswer>(
        Func<UpstreamLimits, ValueTask<(TAnswer Answer, GatewayError? Error)>> attempt,
        UpstreamLimits limits,
        Patience patience,
        CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        var left = limits.TotalTimeout;
        for (var tries = 1; ; tries++)
        {
            var (answer, error) = await attempt(limits with { TotalTimeout = left });
            if (error is null || tries >= patience.MostTries || !MayGoAway(error, patience))
            {
                return (answer, error);
            }

            var pause = error.RetryAfter ?? OwnPause(tries);
            left = limits.TotalTimeout - time.GetElapsedTime(startedAt) - pause;
            if (pause > patience.LongestPause || left <= TimeSpan.Zero)
            {
                return (answer, error);
            }

            try
            {
                await Task.Delay(pause, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return (default!, new GatewayError(ErrorKind.Canceled, "The client went away.") { Provider = error.Provider });
            }
        }
    }

    private static bool MayGoAway(GatewayError error, Patience patience) => error.Kind switch
    {
        ErrorKind.UpstreamRateLimited or ErrorKind.UpstreamOverloaded or ErrorKind.UpstreamFailed or ErrorKind.UpstreamUnreachable
            or ErrorKind.UpstreamTimeout or ErrorKind.UpstreamStreamBroken => true,
        ErrorKind.StarterUnavailable => patience.WaitsForEngine && error.RetryAfter is not null,
        _ => false,
    };

    private static TimeSpan OwnPause(int tries)
    {
        var whole = FirstPause * Math.Pow(2, Math.Min(tries - 1, 10));
        return (whole < LongestOwnPause ? whole : LongestOwnPause) * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}

/// <param name="LongestPause">A longer wait that an upstream asks for is told instead.</param>
/// <param name="WaitsForEngine">A starter that is being fetched or started again is waited for.</param>
internal readonly record struct Patience(int MostTries, TimeSpan LongestPause, bool WaitsForEngine = false)
{
    /// <summary>Somebody waits for the answer.</summary>
    public static Patience OfCaller { get; } = new(3, TimeSpan.FromSeconds(10));

    /// <summary>Work in the background.</summary>
    public static Patience OfBackground { get; } = new(6, TimeSpan.MaxValue);

    /// <summary>Somebody waits, for an engine of this machine that serves one text after the other.</summary>
    public static Patience OfCallerForStarter { get; } = new(20, TimeSpan.FromSeconds(10));

    /// <summary>Work in the background by an engine that serves everybody else first.</summary>
    public static Patience OfBackgroundForStarter { get; } = new(int.MaxValue, TimeSpan.MaxValue, WaitsForEngine: true);
}
