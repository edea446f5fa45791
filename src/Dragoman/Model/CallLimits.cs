namespace Dragoman.Model;

/// <summary>
/// How much may be called. Of each limit: <c>null</c> is not said, so that the next in line decides (a key's own limits, then its dialect's), and
/// <see cref="None"/> is no limit.
/// </summary>
public readonly record struct CallLimits
{
    /// <summary>Said outright: no limit.</summary>
    public const int None = 0;

    public int? RequestsPerMinute { get; init; }

    public int? RequestsPerDay { get; init; }

    /// <summary>Input and output together.</summary>
    public int? TokensPerMinute { get; init; }

    /// <summary>Calls in flight at once.</summary>
    public int? ConcurrentCalls { get; init; }
}
