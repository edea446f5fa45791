namespace Dragoman.Starter.Embedding;

/// <summary>How much an embedding engine takes on at once.</summary>
internal sealed record EmbeddingSettings
{
    // Each has some 35 MB for its computing.
    private const int MostThreads = 8;

    /// <summary>
    /// Threads that embed documents, each a batch of its own: several of the library's threads in one batch would wait for each other by spinning.
    /// Half as many embed questions.
    /// </summary>
    public int Threads { get; init; } = Math.Min(Environment.ProcessorCount, MostThreads);

    /// <summary>Texts that may wait in each lane.</summary>
    public int Queue { get; init; } = 4096;
}
