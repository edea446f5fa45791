namespace Dragoman.Model;

/// <summary>
/// A passage of the caller's documents that a request stands on. For models that read messages it is quoted among them; one that answers out of the passages
/// alone takes them from here.
/// </summary>
/// <param name="Number">By which the answer cites it, counted from 1.</param>
/// <param name="Name">The document's name and place, for people.</param>
/// <param name="Relevance">0 to 1.</param>
public sealed record SourcePassage(int Number, string Id, string Text, string? Name, double Relevance);
