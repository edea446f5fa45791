namespace Dragoman.Starter.Pictures;

/// <summary>Lets so many callers work at once and so many more wait, first come first served.</summary>
internal sealed class PictureSlots(PictureSettings settings, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _free = new(settings.Threads);
    private readonly WaitEstimate _wait = new(assumed: TimeSpan.FromMilliseconds(500)); // locked
    private int _callers; // at work or waiting

    public int Count => settings.Threads;

    /// <summary>Callers at work.</summary>
    public int ActiveCount => settings.Threads - _free.CurrentCount;

    /// <summary>Callers that wait.</summary>
    public int WaitingCount => Math.Max(0, Volatile.Read(ref _callers) - ActiveCount);

    /// <summary>Seconds until the callers that are here now will have been served, as far as that can be told.</summary>
    public int ExpectedWaitSeconds
    {
        get
        {
            lock (_wait)
            {
                return _wait.Seconds(Volatile.Read(ref _callers), settings.Threads);
            }
        }
    }

    /// <summary>Waits for a slot, which is given back by its disposal; null where too many wait already.</summary>
    public async Task<IDisposable?> TakeAsync(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _callers) > settings.Threads + settings.Queue)
        {
            Interlocked.Decrement(ref _callers);
            return null;
        }

        try
        {
            await _free.WaitAsync(cancellation);
            return new Slot(this, time.GetTimestamp());
        }
        catch
        {
            Interlocked.Decrement(ref _callers);
            throw;
        }
    }

    public void Dispose() => _free.Dispose();

    private void Release(long taken)
    {
        lock (_wait)
        {
            _wait.Record(time.GetElapsedTime(taken));
        }

        _free.Release();
        Interlocked.Decrement(ref _callers);
    }

    private sealed class Slot(PictureSlots slots, long taken) : IDisposable
    {
        public void Dispose() => slots.Release(taken);
    }
}
