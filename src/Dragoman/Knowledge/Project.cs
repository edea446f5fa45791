using System.Collections.Immutable;
using Dragoman.Routing;

namespace Dragoman.Knowledge;

/// <summary>A collection of documents that questions are answered from, and how.</summary>
internal sealed record Project
{
    public required Guid Id { get; init; }

    public required Owner Owner { get; init; }

    public required string Name { get; init; }

    public required string CollectionName { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The vector database by the caller's word; documents are kept by Dragoman whatever it is.</summary>
    public required string DbProvider { get; init; }

    /// <summary>The embeddings' provider by the caller's word.</summary>
    public required string EmbeddingsProvider { get; init; }

    /// <summary>What makes the project's vectors, as <c>provider/model</c>: chosen when the project is made, and never changed, for vectors of two models do not compare.</summary>
    public required ModelReference Embedder { get; init; }

    /// <summary>Length of the project's vectors; 0 until the first is made.</summary>
    public int Dimensions { get; init; }

    public string? LlmProvider { get; init; }

    public string? LlmModel { get; init; }

    public required string OcrProvider { get; init; }

    public required string SpeechToTextProvider { get; init; }

    /// <summary>How documents that are added from now on are cut.</summary>
    public ChunkRules Chunking { get; init; } = ChunkRules.Default;
}

/// <summary>What a caller asks a new project to be.</summary>
internal sealed record ProjectDraft
{
    public required string Name { get; init; }

    public required string CollectionName { get; init; }

    public required string DbProvider { get; init; }

    public required string EmbeddingsProvider { get; init; }

    public required ModelReference Embedder { get; init; }

    public string? LlmProvider { get; init; }

    public string? LlmModel { get; init; }

    public required string OcrProvider { get; init; }

    public required string SpeechToTextProvider { get; init; }

    public ChunkRules Chunking { get; init; } = ChunkRules.Default;
}

/// <summary>How a document is cut.</summary>
/// <param name="Size">The most characters of a chunk; <c>null</c> leaves it to the chunker, which then goes by about 128 tokens.</param>
/// <param name="Separators">Where to cut, the preferred first; empty leaves it to the chunker: headings, paragraphs, sentences, words.</param>
internal sealed record ChunkRules(int? Size, ImmutableArray<string> Separators)
{
    public static ChunkRules Default { get; } = new(null, []);
}
