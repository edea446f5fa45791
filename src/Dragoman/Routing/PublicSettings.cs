using System.Net;

namespace Dragoman.Routing;

/// <summary>How callers see this server (section <c>Public</c>), compiled.</summary>
public sealed record PublicSettings
{
    /// <summary>Where callers reach it, with the path that a proxy puts before its own; absent to go by each request.</summary>
    public Uri? Url { get; init; }

    /// <summary>Proxies whose <c>X-Forwarded-…</c> headers count. In force from start to end of the process.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];
}
