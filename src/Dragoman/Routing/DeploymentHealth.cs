using System.Collections.Concurrent;
using Dragoman.Model;

namespace Dragoman.Routing;

/// <summary>Remembers which deployments failed of late, so that others are tried first. Nothing is ever shut out: with no other it is tried all the same.</summary>
public sealed class DeploymentHealth(TimeProvider time)
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    // Callers choose the names of models, so that there may be any number of deployments that fail.
    private const int MostRemembered = 1024;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _setAsideUntil = new(StringComparer.Ordinal);

    public bool IsSetAside(Deployment deployment) =>
        !_setAsideUntil.IsEmpty && _setAsideUntil.TryGetValue(deployment.HealthKey, out var until) && until > time.GetUtcNow();

    /// <summary>Takes note of how an attempt ended.</summary>
    public void Report(Deployment deployment, GatewayError? error)
    {
        if (error is null)
        {
            if (!_setAsideUntil.IsEmpty)
            {
                _setAsideUntil.TryRemove(deployment.HealthKey, out _);
            }
        }
        else if (ErrorTable.Get(error.Kind).SetsAside)
        {
            // Neither a refused credential nor a missing model mends itself in seconds.
            var wait = error.RetryAfter
                ?? (error.Kind is ErrorKind.UpstreamRejectedCredential or ErrorKind.UpstreamModelNotFound ? Longest : Default);
            var now = time.GetUtcNow();
            if (_setAsideUntil.Count >= MostRemembered && !_setAsideUntil.ContainsKey(deployment.HealthKey))
            {
                MakeRoom(now);
            }

            _setAsideUntil[deployment.HealthKey] = now + (wait < Longest ? wait : Longest);
        }
    }

    /// <summary>Forgets what is over; where nothing is, everything: it costs some calls a failed attempt and nothing else.</summary>
    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var (id, until) in _setAsideUntil)
        {
            if (until <= now)
            {
                _setAsideUntil.TryRemove(id, out _);
            }
        }

        if (_setAsideUntil.Count >= MostRemembered)
        {
            _setAsideUntil.Clear();
        }
    }
}
