using Dragoman.Model;

namespace Dragoman.Pipeline;

/// <summary>The streamed answer that a dialect reads. It watches usage and failure on the side and settles the call when it is disposed of.</summary>
internal sealed class SettlingStream : ChatStream
{
    private readonly ChatCall _call;
    private readonly Settlement _settlement;
    private readonly UpstreamStream? _upstream;
    private readonly ChatResponse? _answer;
    private readonly Action<GatewayError?>? _record;
    private GatewayError? _error = Settlement.Canceled;
    private Usage? _usage;
    private long _characters;
    private bool _disposed;

    public SettlingStream(ChatCall call, Settlement settlement, UpstreamStream upstream, Action<GatewayError?> record)
    {
        _call = call;
        _settlement = settlement;
        _upstream = upstream;
        _record = record;
    }

    /// <summary>An answer that was at hand.</summary>
    public SettlingStream(ChatCall call, Settlement settlement, ChatResponse answer)
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

        while (true)
        {
            // What tears the reading apart is a program error and no client's doing.
            _error = Settlement.Unfinished;
            var (hasStep, step) = await _upstream!.NextAsync();
            if (!hasStep)
            {
                break;
            }

            _error = Settlement.Canceled;
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
        try
        {
            if (_upstream is not null)
            {
                await _upstream.DisposeAsync();
            }
        }
        finally
        {
            _record?.Invoke(_error);
            _settlement.Settle(_call, _error, Usage());
        }
    }

    /// <summary>
    /// What the upstream told, or an estimate. Of a stream that was broken off it may have told the beginning only (Anthropic opens with the input
    /// and one token of output): then what was seen since counts.
    /// </summary>
    private Usage Usage()
    {
        var estimate = UsageEstimate.Of(_call, _characters);
        if (_usage is not { } told)
        {
            return estimate;
        }

        return _error is null || told.OutputTokens >= estimate.OutputTokens
            ? told
            : told with { OutputTokens = estimate.OutputTokens, IsEstimate = true };
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
            case ChatEventKind.Text or ChatEventKind.Reasoning or ChatEventKind.Refusal or ChatEventKind.ToolCallArguments:
                _characters += step.Text?.Length ?? 0;
                break;
        }
    }
}
