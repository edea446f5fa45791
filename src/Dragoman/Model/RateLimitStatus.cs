namespace Dragoman.Model;

/// <summary>How a caller stands with the limits on requests, for the headers of a dialect. A window without a limit is absent.</summary>
public readonly record struct RateLimitStatus
{
    public LimitWindow? Minute { get; init; }

    public LimitWindow? Day { get; init; }

    /// <summary>The window that refused the call, whichever of the caller's it was.</summary>
    public LimitWindow? Breached { get; init; }
}

/// <param name="Limit">Most that the window takes: requests, or tokens where those were breached.</param>
/// <param name="Remaining">What is left of it.</param>
/// <param name="Length">From the window's first call to its end.</param>
/// <param name="ResetsIn">Until it ends and all is left again; its whole length while nothing was taken.</param>
public readonly record struct LimitWindow(int Limit, int Remaining, TimeSpan Length, TimeSpan ResetsIn);
