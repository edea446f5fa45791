namespace Dragoman.Starter.Pictures;

/// <summary>How much a picture engine takes on at once of each of its works, development and composition.</summary>
internal sealed record PictureSettings
{
    /// <summary>Callers whose pictures are worked on at once, each by one thread.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Callers that may wait.</summary>
    public int Queue { get; init; } = 32;
}
