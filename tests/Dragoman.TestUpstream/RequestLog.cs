namespace Dragoman.Testing;

/// <summary>The requests so far, and those who wait for one to come or to change.</summary>
internal sealed class RequestLog(int limit)
{
    /// <summary>How long a wait may last when nobody cancels it: long enough for a slow machine, short enough to end a hung test.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Lock _lock = new();
    readonly Queue<RecordedRequest> _requests = new();
    readonly List<Waiter> _waiters = [];

    public IReadOnlyList<RecordedRequest> Snapshot()
    {
        lock (_lock)
        {
            return [.. _requests];
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _requests.Clear();
        }
    }

    public void Add(RecordedRequest request)
    {
        lock (_lock)
        {
            while (_requests.Count >= limit && _requests.TryDequeue(out _))
            {
            }

            _requests.Enqueue(request);
            Wake();
        }
    }

    public void End(RecordedRequest request, RequestOutcome outcome)
    {
        lock (_lock)
        {
            if (request.Outcome == RequestOutcome.Pending)
            {
                request.Outcome = outcome;
                Wake();
            }
        }
    }

    /// <summary>Completes with the <paramref name="count"/>-th request that satisfies the condition, now or later.</summary>
    public async Task<RecordedRequest> WaitAsync(Func<RecordedRequest, bool> condition, int count, string what, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(condition, count, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            _waiters.Add(waiter);
            Wake();
        }

        try
        {
            return await waiter.Found.Task.WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {Patience.TotalSeconds:0} s for {what}. Seen: {string.Join("; ", Snapshot())}");
        }
        finally
        {
            lock (_lock)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    void Wake()
    {
        foreach (var waiter in _waiters)
        {
            if (_requests.Where(waiter.Condition).ElementAtOrDefault(waiter.Count - 1) is { } found)
            {
                waiter.Found.TrySetResult(found);
            }
        }
    }

    sealed record Waiter(Func<RecordedRequest, bool> Condition, int Count, TaskCompletionSource<RecordedRequest> Found);
}
