
namespace Dragoman.Routing;

/// <summary>A name of a table, compiled: the deployments of configured providers, and the references that have none.</summary>
public sealed record RouteEntry(Route Route, IReadOnlyList<ModelReference> Missing)
{
    internal static RouteEntry Compile(string name, IEnumerable<ModelReference> references, GatewaySnapshot snapshot, ModelWork work)
    {
        var deployments = new List<Deployment>();
        var missing = new List<ModelReference>();
        foreach (var reference in references)
        {
            if (work.Deploy(snapshot, reference) is { } deployment)
            {
                deployments.Add(deployment);
            }
            else
            {
                missing.Add(reference);
            }
        }

        return new RouteEntry(new Route(name, deployments), missing);
    }
}
