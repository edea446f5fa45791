namespace Dragoman.Starter.Generation;

/// <summary>How much an engine takes on at once.</summary>
internal sealed record EngineSettings
{
    /// <summary>Sequences generated at once.</summary>
    public int Slots { get; init; } = 4;

    /// <summary>Calls that may wait for a slot beyond those being served.</summary>
    public int Queue { get; init; } = 32;

    /// <summary>Tokens of context a sequence has, prompt and answer together; null is the model's training context.</summary>
    public int? Context { get; init; }

    /// <summary>Threads the native library computes with.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Most prompt tokens a step while other sequences generate: bounds how long their next token waits.</summary>
    public int SharedPromptSlice { get; init; } = 32;

    /// <summary>Most prompt tokens a step while none generates: bounds how long a cancellation or a new call waits.</summary>
    public int AlonePromptSlice { get; init; } = 128;
}
