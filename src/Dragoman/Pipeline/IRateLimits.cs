using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <summary>The limits on requests, as far as they concern requests that are or became no call of a model.</summary>
public interface IRateLimits
{
    /// <summary>
    /// Counts a request that calls no model against the limits on requests (the minute's and the day's), or refuses it and counts nothing. There is nothing
    /// to settle.
    /// </summary>
    GatewayError? Count(Caller caller, string dialect, GatewaySnapshot settings);

    /// <summary>How a caller stands, for answers to requests that became no call (a bad body, a wrong path). Counts nothing.</summary>
    RateLimitStatus StatusOf(Caller caller, string dialect, GatewaySnapshot settings);
}
