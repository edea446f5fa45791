using Dragoman.Model;

namespace Dragoman.Pipeline;

/// <summary>
/// A rule that every call passes once, never once an attempt. Admission runs in the order of the list, settlement in reverse, always, for each
/// policy that admitted. A policy that only settles admits everything.
/// </summary>
public interface IPolicy
{
    /// <summary>Lets the call on, refuses it, or answers it at once.</summary>
    ValueTask<Admission> AdmitAsync(Call call, CancellationToken cancellationToken);

    /// <summary>Told how the call ended; gives back what was reserved. Must not throw and must not wait.</summary>
    /// <param name="reservation">What <see cref="AdmitAsync"/> handed over.</param>
    void Settle(Call call, object? reservation, in CallOutcome outcome);
}

/// <summary>A policy's word on a call; a value, not an exception.</summary>
public readonly record struct Admission
{
    public GatewayError? Refusal { get; private init; }

    /// <summary>For a <see cref="ChatCall"/> alone.</summary>
    public ChatResponse? Answer { get; private init; }

    /// <summary>Handed back at settlement.</summary>
    public object? Reservation { get; private init; }

    public static Admission Admit(object? reservation = null) => new() { Reservation = reservation };

    public static Admission Refuse(GatewayError refusal) => new() { Refusal = refusal };

    public static Admission AnswerWith(ChatResponse answer, object? reservation = null) => new() { Answer = answer, Reservation = reservation };
}
