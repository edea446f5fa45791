using Dragoman.Pipeline;

namespace Dragoman.Tests.Pipeline;

/// <summary>Writes down what it is told and says what the test wants.</summary>
internal sealed class FakePolicy(string name, List<string> log) : IPolicy
{
    public Func<Call, CancellationToken, ValueTask<Admission>>? Says { get; init; }

    public Action? OnSettle { get; init; }

    public List<CallOutcome> Outcomes { get; } = [];

    public ValueTask<Admission> AdmitAsync(Call call, CancellationToken cancellationToken)
    {
        log.Add($"{name} admits");
        return Says?.Invoke(call, cancellationToken) ?? ValueTask.FromResult(Admission.Admit(name));
    }

    public void Settle(Call call, object? reservation, in CallOutcome outcome)
    {
        log.Add($"{name} settles {reservation}");
        Outcomes.Add(outcome);
        OnSettle?.Invoke();
    }
}
