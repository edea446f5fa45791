namespace Dragoman.Testing;

/// <summary>
/// A turnstile between a test and a reply. Each passage of the reply consumes one step; the test gives steps with <see cref="Release"/>,
/// or all of them with <see cref="Open"/>, and learns with <see cref="WaitForArrivalAsync"/> that the reply stands before it.
/// A client that goes away frees the reply without a step.
/// </summary>
public sealed class Gate
{
    readonly Lock _lock = new();
    readonly Queue<TaskCompletionSource> _waiting = new();
    readonly List<(int Count, TaskCompletionSource Signal)> _watchers = [];
    int _steps;
    int _arrivals;
    bool _open;

    /// <summary>How often a reply has come to the gate so far.</summary>
    public int Arrivals
    {
        get { lock (_lock) { return _arrivals; } }
    }

    /// <summary>A gate that opens for good when the task ends, however it ends.</summary>
    public static Gate OpenedBy(Task task)
    {
        var gate = new Gate();
        task.ContinueWith(_ => gate.Open(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return gate;
    }

    public void Release(int steps = 1)
    {
        lock (_lock)
        {
            for (_steps += steps; _steps > 0 && _waiting.TryDequeue(out var waiter);)
            {
                // A waiter that was cancelled meanwhile takes no step.
                if (waiter.TrySetResult())
                {
                    _steps--;
                }
            }
        }
    }

    public void Open()
    {
        lock (_lock)
        {
            _open = true;
            while (_waiting.TryDequeue(out var waiter))
            {
                waiter.TrySetResult();
            }
        }
    }

    /// <summary>Completes once replies have come to the gate <paramref name="count"/> times in all.</summary>
    public Task WaitForArrivalAsync(int count = 1, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_arrivals >= count)
            {
                return Task.CompletedTask;
            }

            var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((count, signal));
            return signal.Task.WaitAsync(RequestLog.Patience, cancellationToken);
        }
    }

    internal async Task PassAsync(CancellationToken cancellationToken)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _arrivals++;
            foreach (var (_, signal) in _watchers.Where(w => w.Count <= _arrivals))
            {
                signal.TrySetResult();
            }

            if (_open)
            {
                return;
            }

            if (_steps > 0)
            {
                _steps--;
                return;
            }

            _waiting.Enqueue(waiter);
        }

        await using var registration = cancellationToken.Register(() => waiter.TrySetCanceled(cancellationToken));
        await waiter.Task;
    }
}
