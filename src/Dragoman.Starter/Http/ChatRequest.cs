using Dragoman.Starter.Generation;

namespace Dragoman.Starter.Http;

/// <summary>A chat request after all checks that need no model.</summary>
internal sealed record ChatRequest
{
    public required IReadOnlyList<ChatTurn> Turns { get; init; }
    public required SamplingSettings Sampling { get; init; }
    public int? MaxTokens { get; init; }
    public IReadOnlyList<string> Stops { get; init; } = [];
    public bool Stream { get; init; }
    public bool IncludeUsage { get; init; }
}
