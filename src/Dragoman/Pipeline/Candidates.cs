using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <summary>
/// The deployments of a route in the order in which they are tried, each at most once: those that failed of late come last.
/// </summary>
internal struct Candidates(Route route, DeploymentHealth health, int left)
{
    private ulong _tried;

    public Deployment? Next()
    {
        if (left-- == 0)
        {
            return null;
        }

        return Take(setAside: false) ?? Take(setAside: true);
    }

    /// <summary>
    /// Which of two failures the caller is told. That a deployment does not take a parameter was no attempt, and says less than what an upstream
    /// did to one.
    /// </summary>
    public GatewayError Weigh(GatewayError? former, GatewayError latest)
    {
        if (latest.Kind != ErrorKind.UnsupportedParameter)
        {
            return latest;
        }

        left++;
        return former is { Kind: not ErrorKind.Internal } ? former : latest;
    }

    private Deployment? Take(bool setAside)
    {
        var count = Math.Min(route.Deployments.Count, 64);
        for (var i = 0; i < count; i++)
        {
            if ((_tried & (1UL << i)) == 0 && (setAside || !health.IsSetAside(route.Deployments[i])))
            {
                _tried |= 1UL << i;
                return route.Deployments[i];
            }
        }

        return null;
    }
}
