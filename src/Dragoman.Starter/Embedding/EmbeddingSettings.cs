namespace Dragoman.Starter.Embedding;

/// <summary>How much an embedding engine takes on at once.</summary>
internal sealed record EmbeddingSettings
{
    /// <summary>Batches that a lane computes at once, each by one thread: the library's threads would wait for each other by spinning, and several of its own do not.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Texts that may wait in each lane.</summary>
    public int Queue { get; init; } = 4096;
}
