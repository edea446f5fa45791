using Dragoman.Starter.Native;

namespace Dragoman.Starter.Generation;

/// <summary>
/// Generates for several sequences at once from one context (continuous batching).
/// </summary>
/// <remarks>
/// One thread owns the context. Each of its steps
/// <list type="number">
/// <item>frees the slots of callers who went away,</item>
/// <item>gives free slots to waiting calls, first come first served,</item>
/// <item>fills a batch: the last token of every generating sequence and a bounded slice of the joining ones' prompts,</item>
/// <item>decodes it and samples each sequence's next token from its own logits with its own sampler,</item>
/// <item>hands texts out through channels and never waits for a reader.</item>
/// </list>
/// The KV memory is unified and large enough for every slot's full context, so that decoding never runs out of it.
/// </remarks>
internal sealed partial class GenerationEngine : IDisposable
{
    private readonly LanguageModel _model;
    private readonly EngineSettings _settings;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ContextHandle _context;
    private readonly nint _memory;
    private readonly LlamaBatch _batch;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Lock _gate = new();
    private readonly List<Sequence> _waiting = [];   // under _gate
    private int _activeCount;                        // under _gate
    private readonly WaitEstimate _wait = new();     // under _gate
    private volatile bool _stopping;
    private readonly Sequence?[] _slots;             // engine thread
    private readonly List<Sequence> _active = [];    // engine thread, in order of arrival

    /// <summary>Creates the context and starts the thread. The model is the caller's to dispose, after the engine.</summary>
    /// <exception cref="StarterException">The settings do not suit the model, or memory is short.</exception>
    public GenerationEngine(LanguageModel model, EngineSettings settings, ILogger logger, TimeProvider time)
    {
        (_model, _settings, _logger, _time) = (model, settings, logger, time);
        ContextTokens = settings.Context ?? model.TrainingContext;
        if (ContextTokens > model.TrainingContext)
        {
            throw new StarterException($"a context of {ContextTokens} tokens is more than the {model.TrainingContext} that the model was trained on");
        }

        int batchTokens = Math.Max(settings.AlonePromptSlice, settings.SharedPromptSlice) + settings.Slots;
        _context = ContextFactory.Create(model, ContextTokens, settings.Slots, batchTokens, settings.Threads);
        _memory = Llama.llama_get_memory(_context);
        _batch = new LlamaBatch(batchTokens, settings.Slots, model.VocabularySize, ContextTokens);
        _slots = new Sequence?[settings.Slots];
        _thread = new Thread(Run) { IsBackground = true, Name = "generation" };
        _thread.Start();
    }

    /// <summary>Tokens of context each sequence has.</summary>
    public int ContextTokens { get; }

    public int Slots => _settings.Slots;

    /// <summary>Sequences that hold a slot now.</summary>
    public int ActiveCount
    {
        get
        {
            lock (_gate)
            {
                return _activeCount;
            }
        }
    }

    /// <summary>Calls that wait for a slot now.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Seconds until the calls that are here now will have been served, as far as that can be told.</summary>
    public int ExpectedWaitSeconds
    {
        get
        {
            lock (_gate)
            {
                return _wait.Seconds(_activeCount + _waiting.Count, _settings.Slots);
            }
        }
    }

    /// <summary>Starts or queues a generation. Returns null and the reason when it is not taken.</summary>
    public GenerationStream? Submit(GenerationRequest request, out Refusal refusal, CancellationToken cancellation = default)
    {
        if (request.Prompt.Length == 0 || request.Prompt.Length >= ContextTokens)
        {
            refusal = Refusal.PromptTooLong;
            return null;
        }

        var sequence = new Sequence(request, ContextTokens, cancellation);
        lock (_gate)
        {
            if (_stopping)
            {
                refusal = Refusal.Stopping;
                return null;
            }

            // A caller who left keeps his place only until the engine's next step; here it is taken from him at once.
            if (_activeCount + _waiting.Count >= _settings.Slots + _settings.Queue)
            {
                DropAbandonedWaiting();
            }

            if (_activeCount + _waiting.Count >= _settings.Slots + _settings.Queue)
            {
                refusal = Refusal.Busy;
                return null;
            }

            _waiting.Add(sequence);
        }

        _wake.Set();
        refusal = Refusal.None;
        return new GenerationStream(sequence.Updates, sequence);
    }

    /// <summary>Breaks all generations off and frees the context.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
        }

        _wake.Set();
        _thread.Join();
        _batch.Dispose();
        _context.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            try
            {
                Step();
            }
            catch (Exception e)
            {
                LogStepFailed(_logger, e);
                FailActive("the engine failed");
            }
        }

        FailActive("the engine is shutting down");
        lock (_gate)
        {
            _waiting.ForEach(s => s.Fail("the engine is shutting down"));
            _waiting.Clear();
        }
    }

    private void Step()
    {
        for (int i = _active.Count - 1; i >= 0; i--)
        {
            if (_active[i].IsAbandoned)
            {
                Sequence gone = _active[i];
                Release(gone);
                gone.Drop();
            }
        }

        Admit();
        if (_active.Count == 0)
        {
            _wake.WaitOne();
            return;
        }

        FillBatch();
        int status = _batch.Decode(_context);
        if (status != 0)
        {
            LogDecodeFailed(_logger, status, _batch.Count);
            FailActive("the engine failed");
            return;
        }

        Span<byte> piece = stackalloc byte[LanguageModel.MaxPieceBytes];
        for (int i = _active.Count - 1; i >= 0; i--)
        {
            Sequence sequence = _active[i];
            if (sequence.OutputIndex < 0)
            {
                continue;
            }

            int token = _batch.Sample(sequence.Sampler!, _context, sequence.OutputIndex);
            int length = _model.Piece(token, piece);
            if (sequence.Accept(token, piece[..length], _model.EndsGeneration(token)))
            {
                Release(sequence);
                sequence.PublishEnd();
            }
        }
    }

    private void Admit()
    {
        lock (_gate)
        {
            DropAbandonedWaiting();
            while (_waiting.Count > 0 && Array.IndexOf(_slots, null) is var slot and >= 0)
            {
                Sequence sequence = _waiting[0];
                _waiting.RemoveAt(0);
                sequence.Slot = slot;
                sequence.SlotTakenAt = _time.GetTimestamp();
                sequence.Sampler = SamplerFactory.Create(sequence.Sampling, _model.VocabularySize, ContextTokens);
                _slots[slot] = sequence;
                _active.Add(sequence);
                _activeCount++;
            }
        }
    }

    private void FillBatch()
    {
        _batch.Clear();
        bool generating = false;
        foreach (Sequence sequence in _active)
        {
            sequence.OutputIndex = -1;
            if (sequence.PromptDone)
            {
                generating = true;
                sequence.OutputIndex = _batch.Add(sequence.NextToken, sequence.Position++, sequence.Slot, wantLogits: true);
            }
        }

        int budget = generating ? _settings.SharedPromptSlice : _settings.AlonePromptSlice;
        foreach (Sequence sequence in _active)
        {
            while (budget > 0 && !sequence.PromptDone)
            {
                int at = sequence.Position++;
                int index = _batch.Add(sequence.Prompt[at], at, sequence.Slot, wantLogits: sequence.PromptDone);
                sequence.OutputIndex = sequence.PromptDone ? index : -1;
                budget--;
            }
        }
    }

    private void Release(Sequence sequence)
    {
        _ = Llama.llama_memory_seq_rm(_memory, sequence.Slot, -1, -1);
        sequence.Sampler?.Dispose();
        sequence.Sampler = null;
        _slots[sequence.Slot] = null;
        _active.Remove(sequence);
        lock (_gate)
        {
            _activeCount--;
            _wait.Record(_time.GetElapsedTime(sequence.SlotTakenAt));
        }
    }

    // After a failed step nobody knows what the memory holds: all of it goes.
    private void FailActive(string message)
    {
        foreach (Sequence sequence in _active.ToArray())
        {
            Release(sequence);
            sequence.Fail(message);
        }

        Llama.llama_memory_clear(_memory, 0);
    }

    private void DropAbandonedWaiting()
    {
        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].IsAbandoned)
            {
                _waiting[i].Drop();
                _waiting.RemoveAt(i);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Decoding {Tokens} tokens failed with status {Status}; running generations are broken off")]
    private static partial void LogDecodeFailed(ILogger logger, int status, int tokens);

    [LoggerMessage(Level = LogLevel.Error, Message = "A step of the engine failed; running generations are broken off")]
    private static partial void LogStepFailed(ILogger logger, Exception exception);
}
