using System.Threading.Channels;

namespace Dragoman.Starter.Generation;

/// <summary>What to generate.</summary>
internal sealed record GenerationRequest
{
    /// <summary>Token ids, at least one.</summary>
    public required int[] Prompt { get; init; }

    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>Most tokens to generate; null is what the context leaves.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Texts that end the answer and are not part of it.</summary>
    public IReadOnlyList<string> Stops { get; init; } = [];
}

internal enum FinishReason
{
    /// <summary>The model ended its turn or wrote a stop string.</summary>
    Stop,

    /// <summary>The token limit or the end of the context was reached.</summary>
    Length,
}

/// <summary>A step of an answer: some text, and at the end why it ended and how many tokens were generated.</summary>
internal readonly record struct GenerationUpdate(string Text, FinishReason? Finish, int CompletionTokens);

/// <summary>The engine broke a generation off; the message holds nothing that a caller should not see.</summary>
internal sealed class GenerationFailedException(string message) : Exception(message);

/// <summary>A running or waiting generation. Disposing it stops the generation at the next token and frees its slot.</summary>
internal sealed class GenerationStream(ChannelReader<GenerationUpdate> updates, Sequence sequence) : IDisposable
{
    public int PromptTokens => sequence.Prompt.Length;

    /// <summary>All updates up to and with the one that has a finish reason.</summary>
    /// <exception cref="GenerationFailedException">The engine failed or is shutting down.</exception>
    public IAsyncEnumerable<GenerationUpdate> ReadAllAsync(CancellationToken cancellation) => updates.ReadAllAsync(cancellation);

    public void Dispose() => sequence.Abandon();
}
