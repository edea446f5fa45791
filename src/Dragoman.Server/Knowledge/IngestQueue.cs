using Dragoman.Model;

namespace Dragoman.Server.Knowledge;

/// <summary>Between those who add and delete documents and the one worker that reads them: who waits for which, and what is under way. In memory alone.</summary>
internal sealed class IngestQueue
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, List<TaskCompletionSource<GatewayError?>>> _watches = [];
    private readonly Dictionary<Guid, Run> _running = [];
    private TaskCompletionSource _work = NewWork();

    /// <summary>Says that there is something to read.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            _work.TrySetResult();
        }
    }

    /// <summary>Ends with the first <see cref="Wake"/> after this call.</summary>
    public Task NextWake()
    {
        lock (_lock)
        {
            if (_work.Task.IsCompleted)
            {
                _work = NewWork();
            }

            return _work.Task;
        }
    }

    /// <summary>To be had before the document can be done.</summary>
    public Watch WatchFor(Guid document)
    {
        var end = new TaskCompletionSource<GatewayError?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (!_watches.TryGetValue(document, out var watches))
            {
                _watches[document] = watches = [];
            }

            watches.Add(end);
        }

        return new Watch(this, document, end);
    }

    /// <summary>Tells all who wait for the document.</summary>
    /// <param name="error">Why it failed; <c>null</c> where it is done.</param>
    public void Complete(Guid document, GatewayError? error)
    {
        lock (_lock)
        {
            if (_watches.Remove(document, out var watches))
            {
                watches.ForEach(end => end.TrySetResult(error));
            }
        }
    }

    /// <summary>The document is under way until this is disposed of.</summary>
    public Run Begin(Guid document, CancellationToken stopping)
    {
        var run = new Run(this, document, stopping);
        lock (_lock)
        {
            _running.Add(document, run);
        }

        return run;
    }

    /// <summary>Ends the work at those documents that are under way, soon.</summary>
    public void Cancel(IReadOnlyCollection<Guid> documents)
    {
        lock (_lock)
        {
            foreach (var document in documents)
            {
                _running.GetValueOrDefault(document)?.Cancel();
            }
        }
    }

    private static TaskCompletionSource NewWork() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal sealed class Watch(IngestQueue queue, Guid document, TaskCompletionSource<GatewayError?> end) : IDisposable
    {
        /// <summary>Why the document failed; <c>null</c> where it is done.</summary>
        public Task<GatewayError?> End => end.Task;

        public void Dispose()
        {
            lock (queue._lock)
            {
                if (queue._watches.TryGetValue(document, out var watches) && watches.Remove(end) && watches.Count == 0)
                {
                    queue._watches.Remove(document);
                }
            }
        }
    }

    internal sealed class Run : IDisposable
    {
        private readonly IngestQueue _queue;
        private readonly Guid _document;
        private readonly CancellationTokenSource _cancellation;

        internal Run(IngestQueue queue, Guid document, CancellationToken stopping)
        {
            _queue = queue;
            _document = document;
            _cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        }

        public CancellationToken Token => _cancellation.Token;

        public void Dispose()
        {
            lock (_queue._lock)
            {
                _queue._running.Remove(_document);
            }

            _cancellation.Dispose();
        }

        internal void Cancel() => _cancellation.Cancel();
    }
}
