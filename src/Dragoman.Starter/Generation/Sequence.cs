using System.Threading.Channels;
using Dragoman.Starter.Native;

namespace Dragoman.Starter.Generation;

/// <summary>
/// A request's state inside the engine. All but <see cref="Abandon"/> is used by the engine's thread only, once the sequence is submitted.
/// </summary>
internal sealed class Sequence(GenerationRequest request, int contextTokens, CancellationToken cancellation)
{
    // Unbounded in form, but a sequence writes no more updates than its context has tokens: the engine never waits for a reader.
    private readonly Channel<GenerationUpdate> _updates = Channel.CreateUnbounded<GenerationUpdate>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly Utf8Assembler _characters = new();
    private readonly StopMatcher _stops = new(request.Stops);
    private readonly int _maxTokens = Math.Min(request.MaxTokens ?? int.MaxValue, contextTokens - request.Prompt.Length);
    private volatile bool _abandoned;
    private GenerationUpdate _end;

    public int[] Prompt => request.Prompt;

    public SamplingSettings Sampling => request.Sampling;

    public ChannelReader<GenerationUpdate> Updates => _updates.Reader;

    /// <summary>Nobody waits for the answer any more.</summary>
    public bool IsAbandoned => _abandoned || cancellation.IsCancellationRequested;

    /// <summary>Sequence id inside the context; -1 while waiting.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>The clock's timestamp at which it left the queue.</summary>
    public long SlotTakenAt { get; set; }

    public SamplerHandle? Sampler { get; set; }

    /// <summary>Tokens in the context's memory so far; also the next token's position.</summary>
    public int Position { get; set; }

    public bool PromptDone => Position >= request.Prompt.Length;

    /// <summary>The token sampled last and not decoded yet.</summary>
    public int NextToken { get; private set; }

    /// <summary>Index in the current batch of the token whose logits choose the next one; -1 for none.</summary>
    public int OutputIndex { get; set; } = -1;

    public int CompletionTokens { get; private set; }

    public void Abandon() => _abandoned = true;

    /// <summary>
    /// Takes a sampled token and gives its text out. True when the sequence has come to its end: its slot is to be freed and
    /// <see cref="PublishEnd"/> called, in this order, so that whoever sees the end finds the slot free.
    /// </summary>
    public bool Accept(int token, ReadOnlySpan<byte> piece, bool endsGeneration)
    {
        if (endsGeneration)
        {
            return Finish(_stops.Flush(), FinishReason.Stop);
        }

        CompletionTokens++;
        NextToken = token;
        string text = _stops.Append(_characters.Append(piece));
        if (_stops.Stopped)
        {
            return Finish(text, FinishReason.Stop);
        }

        if (CompletionTokens >= _maxTokens)
        {
            return Finish(text + _stops.Flush(), FinishReason.Length);
        }

        if (text.Length > 0)
        {
            _updates.Writer.TryWrite(new GenerationUpdate(text, null, CompletionTokens));
        }

        return false;
    }

    /// <summary>Ends the sequence without an answer.</summary>
    public void Fail(string message) => _updates.Writer.TryComplete(new GenerationFailedException(message));

    /// <summary>Ends the sequence that nobody listens to.</summary>
    public void Drop() => _updates.Writer.TryComplete(new OperationCanceledException());

    public void PublishEnd()
    {
        _updates.Writer.TryWrite(_end);
        _updates.Writer.TryComplete();
    }

    private bool Finish(string text, FinishReason reason)
    {
        _end = new GenerationUpdate(text, reason, CompletionTokens);
        return true;
    }
}
