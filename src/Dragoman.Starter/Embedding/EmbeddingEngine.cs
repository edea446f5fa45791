namespace Dragoman.Starter.Embedding;

/// <summary>How soon a call is served.</summary>
internal enum Priority
{
    /// <summary>Somebody waits for the answer.</summary>
    Interactive,

    /// <summary>Documents that are being stored: served by what processor time all else leaves.</summary>
    Background,
}

/// <summary>
/// Turns texts into vectors, in two lanes that do not wait for each other. The system's scheduler prefers the threads of the interactive one, and
/// everything else on the machine, to those of the background one.
/// </summary>
internal sealed class EmbeddingEngine : IDisposable
{
    private readonly EmbeddingLane[] _lanes; // by Priority
    private int _isDisposed;

    /// <summary>Creates the contexts and starts the threads. The model is the caller's to dispose, after the engine.</summary>
    /// <exception cref="StarterException">The model does not turn texts into vectors, or memory is short.</exception>
    public EmbeddingEngine(EmbeddingModel model, EmbeddingSettings settings, ILogger logger, TimeProvider time)
    {
        Threads = settings.Threads;
        _lanes =
        [
            new EmbeddingLane(model, Math.Max(1, settings.Threads / 2), settings.Queue, isIdle: false, logger, time),
            new EmbeddingLane(model, settings.Threads, settings.Queue, isIdle: true, logger, time),
        ];
    }

    /// <summary>Batches of documents that are computed at once.</summary>
    public int Threads { get; }

    /// <summary>Texts that are being computed now.</summary>
    public int ActiveCount => _lanes.Sum(lane => lane.ActiveCount);

    /// <summary>Texts that wait.</summary>
    public int WaitingCount => _lanes.Sum(lane => lane.WaitingCount);

    public EmbeddingLane this[Priority priority] => _lanes[(int)priority];

    /// <summary>Fails the calls that wait, lets the batches under way end and frees the contexts.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Array.ForEach(_lanes, lane => lane.Dispose());
        }
    }
}
