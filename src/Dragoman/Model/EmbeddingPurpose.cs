namespace Dragoman.Model;

/// <summary>Some models embed questions and passages each in their own way.</summary>
public enum EmbeddingPurpose
{
    /// <summary>A question; somebody waits for it.</summary>
    Query,

    /// <summary>A chunk to be stored; it may wait.</summary>
    Document,
}
