using Dragoman.Knowledge;

namespace Dragoman.Tests.Knowledge;

/// <summary>Chunks for tests.</summary>
internal static class Chunks
{
    public static Chunk Of(string text, string? name = null, int? page = null, string? heading = null) => new()
    {
        Id = Guid.NewGuid(),
        Document = Guid.NewGuid(),
        DocumentName = name,
        Position = 0,
        Text = text,
        Heading = heading,
        Page = page,
        MetadataJson = "{}",
    };

    public static FoundChunk Found(string text, string? name = null, int? page = null, string? heading = null) =>
        new(Of(text, name, page, heading), 0.5, 0.5);
}
