namespace Dragoman.Knowledge;

/// <summary>What a document came as.</summary>
internal enum DocumentKind
{
    /// <summary>Text in the body of a request.</summary>
    Text,

    /// <summary>A file of one of <see cref="DocumentFormat"/>.</summary>
    File,

    /// <summary>A page of the web.</summary>
    Page,

    /// <summary>Described by a vision model.</summary>
    Image,

    /// <summary>Described by a vision model.</summary>
    Video,

    /// <summary>Written down by a transcription model.</summary>
    Audio,
}

/// <summary>Formats that text is taken out of.</summary>
internal enum DocumentFormat
{
    Text,
    Markdown,
    Html,
    Pdf,
    Csv,
    Xml,
    Docx,
    Xlsx,
    Pptx,
}

internal enum DocumentStatus
{
    /// <summary>Stored, and waiting for its turn.</summary>
    Pending,

    Processing,

    /// <summary>All its chunks, at least one, are found by searches.</summary>
    Done,

    /// <summary>It has no chunks; <see cref="Document.Error"/> says why.</summary>
    Failed,

    /// <summary>On its way out; found by nobody.</summary>
    Deleting,
}

/// <summary>A document of a project.</summary>
internal sealed record Document
{
    public required Guid Id { get; init; }

    public required Guid Project { get; init; }

    public required DocumentKind Kind { get; init; }

    /// <summary>By the caller's word (<c>pdf</c>, <c>audio</c>) or by what it is (<c>text</c>, <c>url</c>, <c>image</c>).</summary>
    public required string FileType { get; init; }

    /// <summary>The file's name or the page's address, for people; absent for a text.</summary>
    public string? Name { get; init; }

    public required DocumentStatus Status { get; init; }

    /// <summary>Why it failed, in one or two sentences for the caller.</summary>
    public string? Error { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Once done.</summary>
    public int ChunkCount { get; init; }
}

/// <summary>What a caller adds. Exactly one of <see cref="Text"/>, <see cref="Upload"/> and <see cref="Address"/> is there.</summary>
internal sealed record NewDocument
{
    public required DocumentKind Kind { get; init; }

    public required string FileType { get; init; }

    public string? Name { get; init; }

    public string? Text { get; init; }

    /// <summary>A file that has arrived whole; taken over by whoever adds it.</summary>
    public Upload? Upload { get; init; }

    /// <summary>To be fetched under the egress guard.</summary>
    public string? Address { get; init; }

    /// <summary>The page is run in a browser first.</summary>
    public bool RenderScripts { get; init; }

    /// <summary>The format by the caller's word; absent where the content tells it.</summary>
    public DocumentFormat? Format { get; init; }

    /// <summary>A JSON object; found by <see cref="DocumentFilter"/> and handed out with each chunk.</summary>
    public string MetadataJson { get; init; } = "{}";

    /// <summary>The model (vision) or provider (transcription) by the caller's word.</summary>
    public string? Model { get; init; }

    /// <summary>What a vision model is asked.</summary>
    public string? Prompt { get; init; }
}

/// <summary>A file on its way in: written piece by piece to the data directory, gone with the object unless it was taken over.</summary>
internal abstract class Upload : IAsyncDisposable
{
    /// <summary>Write here.</summary>
    public abstract Stream Content { get; }

    public abstract ValueTask DisposeAsync();
}
