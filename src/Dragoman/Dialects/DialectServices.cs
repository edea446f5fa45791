using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

/// <summary>What every dialect works with.</summary>
/// <param name="Settings">Gives the snapshot in force; asked once a request.</param>
internal sealed record DialectServices(IChatGateway Gateway, Func<GatewaySnapshot> Settings, IRateLimits RateLimits, TimeProvider Time)
{
    /// <summary>Absent where the host keeps no pictures.</summary>
    public ImageServices? Images { get; init; }

    /// <summary>
    /// How the caller of a request stands with the limits on requests: as the call left it, or, where the request became no call, as it is now. Without
    /// a window for a caller whom nobody knows.
    /// </summary>
    public RateLimitStatus RateLimitsOf(HttpContext context, string dialect)
    {
        if (context.Features.Get<Call>() is { } call)
        {
            return call.RateLimits;
        }

        return context.Features.Get<Caller>() is { } caller ? RateLimits.StatusOf(caller, dialect, Settings()) : default;
    }
}

/// <summary>What dialects make pictures with.</summary>
internal sealed record ImageServices(IImageGateway Gateway, ImagePublication Publication);
