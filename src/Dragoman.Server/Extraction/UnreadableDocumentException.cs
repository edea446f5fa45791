using Dragoman.Model;

namespace Dragoman.Server.Extraction;

/// <summary>Ends the reading of a document, from however deep in a parser.</summary>
/// <param name="message">One or two sentences for the caller.</param>
/// <param name="kind">The caller's fault, unless it is the machine's.</param>
internal sealed class UnreadableDocumentException(string message, ErrorKind kind = ErrorKind.InvalidRequest) : Exception(message)
{
    public ErrorKind Kind { get; } = kind;
}
