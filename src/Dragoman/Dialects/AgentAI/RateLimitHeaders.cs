using System.Globalization;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects.AgentAI;

/// <summary>
/// Tells a caller how it stands, on every response, in either generation of headers (agent.ai's documentation on rate limits). They tell of the day, as the
/// documentation's example does, or of the minute where no day is limited; on a 429 of the window that refused.
/// </summary>
internal static class RateLimitHeaders
{
    /// <summary>The option that chooses the generation.</summary>
    public const string Option = "RateLimitHeaders";

    public const string Newer = "newer";
    public const string Older = "older";
    public const string Both = "both";

    /// <summary>Sets nothing where there is no limit.</summary>
    public static void Set(HttpResponse response, string generation, in RateLimitStatus status, TimeProvider time)
    {
        if ((status.Breached ?? status.Day ?? status.Minute) is not { } window)
        {
            return;
        }

        // Rounded up: whoever waits for that second is not early.
        var resetsAt = (time.GetUtcNow() + window.ResetsIn).AddTicks(TimeSpan.TicksPerSecond - 1).ToUnixTimeSeconds();
        var limit = Text(window.Limit);
        var remaining = Text(window.Remaining);
        var reset = Text(resetsAt);
        var headers = response.Headers;
        if (generation is Newer or Both)
        {
            headers["ratelimit-limit"] = limit;
            headers["ratelimit-remaining"] = remaining;
            headers["ratelimit-reset"] = reset; // Inferred: a "timestamp" beside one in ISO is taken for Unix seconds.
            headers["ratelimit-reset-date"] = Date(resetsAt);
        }

        if (generation is Older or Both)
        {
            headers["X-AgentAI-RateLimit-Policy"] = Policy(window);
            headers["X-AgentAI-RateLimit-Limit"] = limit;
            headers["X-AgentAI-RateLimit-Remaining"] = remaining;
            headers["X-AgentAI-RateLimit-ResetAt"] = reset; // Inferred, likewise.
            headers["X-AgentAI-RateLimit-Breached"] = status.Breached is null ? "False" : "True";
        }
    }

    /// <summary>Documented as <c>1000 per 24 hours</c>; the words for other windows are inferred.</summary>
    private static string Policy(in LimitWindow window) => window.Length switch
    {
        { Ticks: 0 } => $"{Text(window.Limit)} at once",
        { TotalHours: >= 1 } => $"{Text(window.Limit)} per {Text((long)window.Length.TotalHours)} hours",
        _ => $"{Text(window.Limit)} per {Text((long)window.Length.TotalSeconds)} seconds",
    };

    private static string Date(long unixSeconds) => string.Create(20, unixSeconds, static (text, seconds) =>
    {
        DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.TryFormat(text, out _, "s", CultureInfo.InvariantCulture);
        text[^1] = 'Z';
    });

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
