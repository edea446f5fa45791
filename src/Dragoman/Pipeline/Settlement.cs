using Dragoman.Model;

namespace Dragoman.Pipeline;

/// <summary>The policies' side of one call: who admitted it, and the one time that they are told how it ended.</summary>
internal sealed class Settlement(IReadOnlyList<IPolicy> policies, TimeProvider time)
{
    /// <summary>How a call ended that an exception tore out of the pipeline.</summary>
    public static readonly GatewayError Unfinished = new(ErrorKind.Internal, "The call was not finished.");

    /// <summary>How a call ended whose caller did not wait for the end.</summary>
    public static readonly GatewayError Canceled = new(ErrorKind.Canceled, "The client went away.");

    private readonly object?[] _reservations = policies.Count == 0 ? [] : new object?[policies.Count];
    private int _admitted;

    public async ValueTask<(GatewayError? Refusal, ChatResponse? Answer)> AdmitAsync(Call call, CancellationToken cancellationToken)
    {
        for (var i = 0; i < policies.Count; i++)
        {
            var admission = await policies[i].AdmitAsync(call, cancellationToken);
            if (admission.Refusal is { } refusal)
            {
                return (refusal, null);
            }

            _reservations[_admitted++] = admission.Reservation;
            if (admission.Answer is { } answer)
            {
                return (null, answer);
            }
        }

        return (null, null);
    }

    /// <summary>Told once; a second time is without effect. A call that no upstream was asked for, a policy's own answer say, took nothing.</summary>
    public void Settle(Call call, GatewayError? error, Usage usage) =>
        SettleRest(call, new CallOutcome(error, call.Attempts.Count == 0 ? default : usage, time.GetElapsedTime(call.StartedAt)));

    private void SettleRest(Call call, in CallOutcome outcome)
    {
        while (_admitted > 0)
        {
            _admitted--;
            try
            {
                policies[_admitted].Settle(call, _reservations[_admitted], outcome);
            }
            catch
            {
                // A policy must not throw; one that does must not keep the others from giving back what they reserved.
                SettleRest(call, outcome);
                throw;
            }
        }
    }
}
