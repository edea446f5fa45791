using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <summary>Tells how a caller stands with the limits on requests, for answers to requests that became no call (a bad body, a wrong path).</summary>
public interface IRateLimits
{
    /// <summary>Counts nothing.</summary>
    RateLimitStatus StatusOf(Caller caller, string dialect, GatewaySnapshot settings);
}
