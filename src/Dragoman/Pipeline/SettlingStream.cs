using Dragoman.Model;

namespace Dragoman.Pipeline;

/// <summary>The streamed answer that a dialect reads. It watches usage and failure on the side and settles the call when it is disposed of.</summary>
internal sealed class SettlingStream : ChatStream
{
    private readonly Call _call;
    private readonly Settlement _settlement;
    private readonly UpstreamStream? _upstream;
    private readonly ChatResponse? _answer;
    private readonly Action<GatewayError?>? _record;
    private GatewayError? _error = new(ErrorKind.Canceled, "The client went away.");
    private Usage? _usage;
    private long _characters;
    private bool _disposed;

    public SettlingStream(Call call, Settlement settlement, UpstreamStream upstream, Action<GatewayError?> record)
    {
        _call = call;
        _settlement = settlement;
        _upstream = upstream;
        _record = record;
    }

    /// <summary>An answer that was at hand.</summary>
    public SettlingStream(Call call, Settlement settlement, ChatResponse answer)
    {
        _call = call;
        _settlement = settlement;
        _answer = answer;
    }

    public override async IAsyncEnumerator<ChatEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (_answer is not null)
        {
            foreach (var step in _answer.ToSteps())
            {
                Watch(step);
                yield return step;
            }

            _error = null;
            yield break;
        }

        while (await _upstream!.NextAsync() is (true, var step))
        {
            Watch(step);
            yield return step;
            if (step.Kind is ChatEventKind.Failed)
            {
                yield break;
            }
        }

        _error = null;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_upstream is not null)
        {
            await _upstream.DisposeAsync();
        }

        _record?.Invoke(_error);
        _settlement.Settle(_call, _error, _usage ?? UsageEstimate.Of(_call, _characters));
    }

    private void Watch(in ChatEvent step)
    {
        switch (step.Kind)
        {
            case ChatEventKind.UsageReported:
                _usage = step.Usage;
                break;
            case ChatEventKind.Failed:
                _error = step.Error;
                break;
            default:
                _characters += step.Text?.Length ?? 0;
                break;
        }
    }
}
