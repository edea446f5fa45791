namespace Dragoman.Knowledge;

/// <summary>A document's text in the order of reading.</summary>
internal sealed record DocumentText(IReadOnlyList<Section> Sections);

/// <param name="Text">Paragraphs are separated by an empty line.</param>
/// <param name="Heading">The headings above it, outermost first, joined by <c> &gt; </c>; absent where there are none.</param>
/// <param name="Page">Counted from 1; absent where there are no pages.</param>
internal sealed record Section(string Text, string? Heading = null, int? Page = null);

/// <summary>A piece of a document before it is stored.</summary>
/// <param name="Text">Verbatim out of the document.</param>
internal sealed record ChunkText(string Text, string? Heading = null, int? Page = null);

/// <summary>A stored piece of a document: what searches find and answers cite.</summary>
internal sealed record Chunk
{
    public required Guid Id { get; init; }

    public required Guid Document { get; init; }

    public string? DocumentName { get; init; }

    /// <summary>Its place in the document, counted from 0.</summary>
    public required int Position { get; init; }

    public required string Text { get; init; }

    public string? Heading { get; init; }

    public int? Page { get; init; }

    /// <summary>The document's metadata, a JSON object.</summary>
    public required string MetadataJson { get; init; }
}

/// <summary>
/// Lets through the chunks of documents whose metadata have all these values. A document's value may be a list, which has each of its elements; of several
/// wanted values for one key any will do.
/// </summary>
/// <param name="Json">A JSON object; empty lets everything through.</param>
internal sealed record DocumentFilter(string Json)
{
    public static DocumentFilter None { get; } = new("{}");
}
