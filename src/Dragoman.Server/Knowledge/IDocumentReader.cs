using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Server.Knowledge;

/// <summary>Takes the text out of a document, whatever it is.</summary>
internal interface IDocumentReader
{
    ValueTask<DocumentReading> ReadAsync(DocumentSource source, CancellationToken ct);
}

/// <summary>A document as it was added. Exactly one of <see cref="Path"/>, <see cref="Text"/> and <see cref="Address"/> is there.</summary>
internal sealed record DocumentSource
{
    public required DocumentKind Kind { get; init; }

    /// <summary>By the caller's word; absent where the content tells it.</summary>
    public DocumentFormat? Format { get; init; }

    /// <summary>The file's name, for people.</summary>
    public string? Name { get; init; }

    /// <summary>A file of the data directory.</summary>
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

    /// <summary>The key that added it.</summary>
    public required string KeyId { get; init; }

    public required bool IsLive { get; init; }
}

/// <param name="Text">Absent where it could not be read.</param>
/// <param name="Error">Why it could not be read.</param>
internal sealed record DocumentReading(DocumentText? Text, GatewayError? Error)
{
    public static implicit operator DocumentReading(DocumentText text) => new(text, null);

    public static implicit operator DocumentReading(GatewayError error) => new(null, error);
}
