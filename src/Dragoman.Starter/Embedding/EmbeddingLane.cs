using System.Runtime.InteropServices;

namespace Dragoman.Starter.Embedding;

/// <summary>A queue of its own, served by threads of their own, each of which owns a context.</summary>
internal sealed partial class EmbeddingLane : IDisposable
{
    // Short texts gain by sharing a batch; beyond this many tokens nothing is gained, and whoever comes next waits longer.
    private const int BatchTokens = 256;

    // SCHED_IDLE of sched.h.
    private const int SchedulerIdle = 5;

    private readonly EmbeddingQueue _queue;
    private readonly bool _isIdle;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly EmbeddingContext[] _contexts;
    private readonly Thread[] _threads;
    private readonly WaitEstimate _wait = new(assumed: TimeSpan.FromMilliseconds(50)); // locked
    private int _active;

    /// <param name="queue">Texts that may wait.</param>
    /// <param name="isIdle">The threads run only while a processor has nothing else to do.</param>
    /// <exception cref="StarterException">The model does not turn texts into vectors, or memory is short.</exception>
    public EmbeddingLane(EmbeddingModel model, int threads, int queue, bool isIdle, ILogger logger, TimeProvider time)
    {
        (_isIdle, _logger, _time) = (isIdle, logger, time);
        _queue = new EmbeddingQueue(queue);
        _contexts = [.. Enumerable.Range(0, threads).Select(_ => new EmbeddingContext(model))];
        _threads = [.. _contexts.Select(context => new Thread(() => Run(context)) { IsBackground = true, Name = isIdle ? "embed-idle" : "embed" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Texts that are being computed now.</summary>
    public int ActiveCount => Volatile.Read(ref _active);

    /// <summary>Texts that wait.</summary>
    public int WaitingCount => _queue.Count;

    /// <summary>Seconds until the texts that are here now will have been served, as far as that can be told.</summary>
    public int ExpectedWaitSeconds
    {
        get
        {
            lock (_wait)
            {
                return _wait.Seconds(ActiveCount + WaitingCount, _threads.Length);
            }
        }
    }

    /// <summary>Queues a call, all of it or nothing.</summary>
    public bool TrySubmit(EmbeddingCall call, out Refusal refusal) => _queue.TryAdd(call, out refusal);

    /// <summary>Fails the calls that wait, lets the batches under way end and frees the contexts.</summary>
    public void Dispose()
    {
        foreach (EmbeddingCall call in _queue.Close())
        {
            call.Fail("the engine is shutting down");
        }

        Array.ForEach(_threads, thread => thread.Join());
        Array.ForEach(_contexts, context => context.Dispose());
    }

    private void Run(EmbeddingContext context)
    {
        if (_isIdle && OperatingSystem.IsLinux())
        {
            // Of this thread alone. Any other thread that wakes up takes its processor at once, where niceness would have it wait for milliseconds.
            _ = SetScheduler(thread: 0, SchedulerIdle, priority: 0);
        }

        var batch = new List<EmbeddingJob>(EmbeddingContext.MostTexts);
        while (_queue.Take(batch, BatchTokens, EmbeddingContext.MostTexts))
        {
            Interlocked.Add(ref _active, batch.Count);
            try
            {
                Embed(context, batch);
            }
            catch (Exception e)
            {
                LogBatchFailed(_logger, e);
                batch.ForEach(job => job.Call.Fail("the engine failed"));
            }
            finally
            {
                Interlocked.Add(ref _active, -batch.Count);
            }
        }
    }

    private void Embed(EmbeddingContext context, List<EmbeddingJob> batch)
    {
        long start = _time.GetTimestamp();
        float[][] vectors = context.Embed([.. batch.Select(job => job.Tokens)]);
        lock (_wait)
        {
            _wait.Record(_time.GetElapsedTime(start) / batch.Count);
        }

        for (int i = 0; i < vectors.Length; i++)
        {
            batch[i].Call.Set(batch[i].Text, vectors[i]);
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in int priority);

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of texts failed")]
    private static partial void LogBatchFailed(ILogger logger, Exception exception);
}
