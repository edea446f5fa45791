using Dragoman.Pipeline;
using Dragoman.Routing;

namespace Dragoman.Dialects;

/// <summary>What every dialect works with.</summary>
/// <param name="Settings">Gives the snapshot in force; asked once a request.</param>
internal sealed record DialectServices(IChatGateway Gateway, Func<GatewaySnapshot> Settings, IRateLimits RateLimits, TimeProvider Time);
