using Dragoman.Starter.Embedding;

namespace Dragoman.Starter.Pictures.Reading;

/// <summary>Turns phrases into vectors by their sense.</summary>
internal interface IPhraseEmbedder
{
    /// <summary>A vector of unit length for each phrase.</summary>
    float[][] Embed(IReadOnlyList<string> phrases);
}

/// <summary>The embedder's model in a context of its own, so that a picture waits for no document. Callers take turns.</summary>
internal sealed class PhraseEmbedder(EmbeddingModel model) : IPhraseEmbedder, IDisposable
{
    private const int BatchPhrases = 4;

    private readonly EmbeddingContext _context = new(model);
    private readonly Lock _lock = new();

    public float[][] Embed(IReadOnlyList<string> phrases)
    {
        lock (_lock)
        {
            return [.. phrases.Chunk(BatchPhrases).SelectMany(batch => _context.Embed([.. batch.Select(model.Tokenize)]))];
        }
    }

    public void Dispose() => _context.Dispose();
}
