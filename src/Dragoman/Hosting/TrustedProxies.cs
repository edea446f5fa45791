using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Dragoman.Hosting;

/// <summary>Proxies of the operator's that say how a request reached them.</summary>
internal static class TrustedProxies
{
    /// <summary>
    /// Takes <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>-Prefix</c> of the proxies in the settings, and of nobody else. Of a header with
    /// several values the last counts, which that proxy itself wrote. Where there is no such proxy, requests pass through nothing more.
    /// </summary>
    /// <remarks>Called before <see cref="DragomanEndpoints.MapDragoman"/>.</remarks>
    public static void UseTrustedProxies(this WebApplication app, IReadOnlyList<IPNetwork> proxies)
    {
        if (proxies.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = 1 };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in proxies)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }
}
