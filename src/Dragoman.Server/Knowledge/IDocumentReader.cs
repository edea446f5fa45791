using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Server.Knowledge;

/// <summary>Gets a document's text out of whatever the document came as.</summary>
internal interface IDocumentReader
{
    /// <summary>The text, or why there is none; an exception is a program error or a cancellation.</summary>
    ValueTask<DocumentReading> ReadAsync(DocumentSource source, CancellationToken cancellationToken);
}

/// <summary>What there is of a document. Exactly one of <see cref="Text"/>, <see cref="Path"/> and <see cref="Address"/> is there.</summary>
internal sealed record DocumentSource
{
    public required DocumentKind Kind { get; init; }

    /// <summary>The format by the caller's word; absent where the content tells it.</summary>
    public DocumentFormat? Format { get; init; }

    /// <summary>The file's name by the caller's word; its ending may tell the format.</summary>
    public string? Name { get; init; }

    /// <summary>A file of this machine.</summary>
    public string? Path { get; init; }

    public string? Text { get; init; }

    /// <summary>To be fetched under the egress guard.</summary>
    public string? Address { get; init; }

    /// <summary>The page is run in a browser first.</summary>
    public bool RenderScripts { get; init; }

    /// <summary>The model (vision) or provider (transcription) by the caller's word.</summary>
    public string? Model { get; init; }

    /// <summary>What a vision model is asked.</summary>
    public string? Prompt { get; init; }

    public required Project Project { get; init; }

    /// <summary>The key that added the document: whom models are called for.</summary>
    public required string KeyId { get; init; }

    public required bool IsLive { get; init; }
}

/// <summary>One of the two.</summary>
internal readonly record struct DocumentReading(DocumentText? Text, GatewayError? Error)
{
    public static implicit operator DocumentReading(DocumentText text) => new(text, null);

    public static implicit operator DocumentReading(GatewayError error) => new(null, error);
}
