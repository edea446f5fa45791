namespace Dragoman.Starter.Embedding;

/// <summary>A text of a call.</summary>
internal readonly record struct EmbeddingJob(EmbeddingCall Call, int Text)
{
    public int[] Tokens => Call[Text];
}

/// <summary>
/// Calls that wait, in two lanes: the background lane is served only while the other is empty. In a lane, first come first served. Each lane has its own
/// bound, so that documents never keep questions out.
/// </summary>
/// <param name="capacity">Texts that may wait in each lane. A call with more is taken by an empty lane nevertheless.</param>
internal sealed class EmbeddingQueue(int capacity)
{
    private readonly object _gate = new();
    private readonly Lane[] _lanes = [new(), new()]; // by Priority
    private bool _closed;

    /// <summary>Texts that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _lanes.Sum(lane => lane.Texts);
            }
        }
    }

    public bool TryAdd(EmbeddingCall call, out Refusal refusal)
    {
        lock (_gate)
        {
            Lane lane = _lanes[(int)call.Priority];
            lane.DropFinished();
            refusal = _closed ? Refusal.Stopping : lane.Texts > 0 && lane.Texts + call.Count > capacity ? Refusal.Busy : Refusal.None;
            if (refusal != Refusal.None)
            {
                return false;
            }

            lane.Add(call);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Waits for texts and moves the next into <paramref name="batch"/>, all of one lane: at least one, and as many as fit.</summary>
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
                foreach (Lane lane in _lanes)
                {
                    lane.MoveTo(batch, tokens, texts);
                    if (batch.Count > 0)
                    {
                        return true;
                    }
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
            return [.. _lanes.SelectMany(lane => lane.Calls)];
        }
    }

    /// <summary>Calls that still have texts to be handed out, in the order of their coming.</summary>
    private sealed class Lane
    {
        private readonly List<EmbeddingCall> _calls = [];

        public IReadOnlyList<EmbeddingCall> Calls => _calls;

        public int Texts => _calls.Sum(call => call.Count - call.Taken);

        public void Add(EmbeddingCall call) => _calls.Add(call);

        /// <summary>Callers who left make room at once.</summary>
        public void DropFinished() => _calls.RemoveAll(call => call.IsOver);

        public void MoveTo(List<EmbeddingJob> batch, int tokens, int texts)
        {
            DropFinished();
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
    }
}
