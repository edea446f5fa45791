using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <summary>One upstream's streamed answer: bytes in, canonical steps out. It always ends in <see cref="ChatEventKind.Failed"/> or whole.</summary>
internal sealed class UpstreamStream : IAsyncDisposable
{
    private static readonly TimeSpan Drain = TimeSpan.FromMilliseconds(250);

    private readonly List<ChatEvent> _steps = [];
    private readonly UpstreamTarget? _target;
    private readonly IChatEventReader? _events;
    private readonly HttpResponseMessage? _response;
    private readonly Stream? _bytes;
    private readonly Deadline? _deadline;
    private readonly UpstreamLimits? _limits;
    private readonly TimeProvider? _time;
    private readonly CancellationToken _callerGone;
    private readonly SseReader _sse = new();
    private readonly byte[] _buffer = [];
    private readonly long _startedAt;
    private int _next;
    private bool _ended;

    // Until the first bytes, the time for them that was set when the call was sent runs on.
    private bool _hasBytes;

    public UpstreamStream(
        IChatEventReader events,
        UpstreamTarget target,
        HttpResponseMessage response,
        Stream bytes,
        Deadline deadline,
        UpstreamLimits limits,
        TimeProvider time,
        long startedAt,
        CancellationToken callerGone)
    {
        _events = events;
        _target = target;
        _response = response;
        _bytes = bytes;
        _deadline = deadline;
        _limits = limits;
        _time = time;
        _callerGone = callerGone;
        _startedAt = startedAt;
        _buffer = new byte[8 * 1024];
    }

    private UpstreamStream(IEnumerable<ChatEvent> steps)
    {
        _steps.AddRange(steps);
        _ended = true;
    }

    /// <summary>An answer that is at hand, as a stream of its steps.</summary>
    public static UpstreamStream Of(IEnumerable<ChatEvent> steps) => new(steps);

    /// <summary>Reads on until there is content for the client. The failure, where one came first; then nothing was shown to anybody.</summary>
    public async ValueTask<GatewayError?> ReadToContentAsync()
    {
        for (var i = 0; ; i++)
        {
            while (i == _steps.Count)
            {
                if (!await ReadMoreAsync())
                {
                    return null;
                }
            }

            if (_steps[i].Kind is ChatEventKind.Failed)
            {
                return _steps[i].Error;
            }

            if (_steps[i].IsContent)
            {
                return null;
            }
        }
    }

    /// <summary>The next step; <c>false</c> at the end.</summary>
    public async ValueTask<(bool HasStep, ChatEvent Step)> NextAsync()
    {
        while (_next == _steps.Count)
        {
            _steps.Clear();
            _next = 0;
            if (!await ReadMoreAsync())
            {
                return (false, default);
            }
        }

        return (true, _steps[_next++]);
    }

    public async ValueTask DisposeAsync()
    {
        _sse.Dispose();
        if (_events is { IsOver: true } && !_callerGone.IsCancellationRequested)
        {
            await DrainAsync();
        }

        // Cancels what is still being read: an answer that nobody listens to must not run on at the caller's cost.
        _deadline?.Cancel();
        _response?.Dispose();
        _deadline?.Dispose();
    }

    /// <summary>
    /// The client has its answer; what is left is the end of the upstream's body. Read to that, the connection serves the next call; without it, it
    /// is lost. A moment is enough for an honest upstream.
    /// </summary>
    private async ValueTask DrainAsync()
    {
        try
        {
            _deadline!.CancelAfter(Drain);
            while (await _bytes!.ReadAsync(_buffer, _deadline.Token) > 0)
            {
            }
        }
        catch (Exception e) when (UpstreamClient.IsExpected(e))
        {
            // Then the connection is not used again.
        }
    }

    private async ValueTask<bool> ReadMoreAsync()
    {
        if (_ended)
        {
            return false;
        }

        try
        {
            var read = await ReadBytesAsync();
            if (read > 0)
            {
                _sse.Feed(_buffer.AsSpan(0, read), this, static (name, data, stream) => stream._events!.Read(name, data, stream._steps));
                _ended = _events!.IsOver;
            }
            else
            {
                _events!.Complete(_steps);
                _ended = true;
            }
        }
        catch (Exception e) when (UpstreamClient.IsMisread(e))
        {
            _steps.Add(ChatEvent.Failed(UpstreamClient.Explain(new InvalidDataException("An event could not be read.", e), _target!, _callerGone)));
            _ended = true;
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && IsWhole())
        {
            // The answer had reached its end; only the connection had not.
            _ended = true;
        }
        catch (Exception e) when (UpstreamClient.IsExpected(e))
        {
            _steps.Add(ChatEvent.Failed(UpstreamClient.Explain(e, _target!, _callerGone)));
            _ended = true;
            return true;
        }

        var failure = _steps.FindIndex(step => step.Kind is ChatEventKind.Failed);
        if (failure >= 0)
        {
            // Nothing follows a failure, and the reader's words for it become the caller's.
            _steps.RemoveRange(failure + 1, _steps.Count - failure - 1);
            _steps[failure] = ChatEvent.Failed(UpstreamErrors.Explain(_steps[failure].Error!, _target!));
            _ended = true;
        }

        return _steps.Count > _next || !_ended;
    }

    /// <summary>Whether the wire's own end was seen; then what is still owed is among the steps.</summary>
    private bool IsWhole()
    {
        var count = _steps.Count;
        _events!.Complete(_steps);
        if (_steps.FindIndex(count, static step => step.Kind is ChatEventKind.Failed) < 0)
        {
            return true;
        }

        _steps.RemoveRange(count, _steps.Count - count);
        return false;
    }

    /// <summary>
    /// Each piece has the idle time, and all of them the total. The idle time runs only while the upstream is waited for: what a slow client takes
    /// between two reads is not the upstream's.
    /// </summary>
    private async ValueTask<int> ReadBytesAsync()
    {
        var reading = _bytes!.ReadAsync(_buffer, _deadline!.Token);
        if (_hasBytes && reading.IsCompleted)
        {
            return await reading;
        }

        if (_hasBytes)
        {
            SetDeadline(_limits!.IdleTimeout);
        }

        var read = await reading;
        _hasBytes = true;
        SetDeadline(_limits!.TotalTimeout);
        return read;
    }

    private void SetDeadline(TimeSpan wait)
    {
        var left = _limits!.TotalTimeout - _time!.GetElapsedTime(_startedAt);
        wait = left < wait ? left : wait;
        _deadline!.CancelAfter(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
    }
}
