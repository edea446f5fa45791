using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;

namespace Dragoman.Policies.RateLimiting;

/// <summary>The limits of a key: requests a minute and a day, tokens a minute, calls in flight.</summary>
public sealed class RateLimitPolicy(TimeProvider time) : IPolicy, IRateLimits
{
    private readonly TimeProvider _time = time;

    public ValueTask<Admission> AdmitAsync(Call call, CancellationToken cancellationToken) => ValueTask.FromResult(Admission.Admit());

    public void Settle(Call call, object? reservation, in CallOutcome outcome)
    {
    }

    public RateLimitStatus StatusOf(Caller caller, string dialect, GatewaySnapshot settings) => default;
}
