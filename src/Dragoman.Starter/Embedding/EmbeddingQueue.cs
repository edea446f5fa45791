namespace Dragoman.Starter.Embedding;

/// <summary>A text of a call.</summary>
internal readonly record struct EmbeddingJob(EmbeddingCall Call, int Text)
{
    public int[] Tokens => Call[Text];
}

/// <summary>Calls that wait, first come first served.</summary>
/// <param name="capacity">Texts that may wait. A call with more is taken by an empty queue nevertheless.</param>
internal sealed class EmbeddingQueue(int capacity)
{
    private readonly object _gate = new();
    private readonly List<EmbeddingCall> _calls = []; // Those that still have texts to be handed out.
    private bool _closed;

    /// <summary>Texts that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return Waiting;
            }
        }
    }

    private int Waiting => _calls.Sum(call => call.Count - call.Taken);

    /// <summary>Takes a call, all of it or nothing.</summary>
    public bool TryAdd(EmbeddingCall call, out Refusal refusal)
    {
        lock (_gate)
        {
            DropFinished();
            refusal = _closed ? Refusal.Stopping
                : _calls.Count > 0 && Waiting + call.Count > capacity ? Refusal.Busy
                : Refusal.None;
            if (refusal != Refusal.None)
            {
                return false;
            }

            _calls.Add(call);
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Waits for texts and moves the next into <paramref name="batch"/>: at least one, and as many as fit.</summary>
    /// <param name="batch">Is emptied first.</param>
    /// <param name="tokens">Most tokens of a batch of several texts.</param>
    /// <param name="texts">Most texts of a batch.</param>
    /// <returns>False when the queue is closed.</returns>
    public bool Take(List<EmbeddingJob> batch, int tokens, int texts)
    {
        batch.Clear();
        lock (_gate)
        {
            while (!_closed)
            {
                DropFinished();
                if (_calls.Count > 0)
                {
                    MoveTo(batch, tokens, texts);
                    return true;
                }

                Monitor.Wait(_gate);
            }

            return false;
        }
    }

    /// <summary>Lets nobody wait any longer; returns the calls that waited.</summary>
    public IReadOnlyList<EmbeddingCall> Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
            return [.. _calls];
        }
    }

    private void MoveTo(List<EmbeddingJob> batch, int tokens, int texts)
    {
        int room = tokens;
        while (batch.Count < texts && _calls.Count > 0)
        {
            EmbeddingCall call = _calls[0];
            var job = new EmbeddingJob(call, call.Taken);
            if (batch.Count > 0 && job.Tokens.Length > room)
            {
                return;
            }

            batch.Add(job);
            room -= job.Tokens.Length;
            if (++call.Taken == call.Count)
            {
                _calls.RemoveAt(0);
            }
        }
    }

    // Callers who left make room at once.
    private void DropFinished() => _calls.RemoveAll(call => call.IsOver);
}
