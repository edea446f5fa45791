using Dragoman.Starter.Embedding;
using Dragoman.Starter.Native;
using Dragoman.Starter.Pictures;
using Dragoman.Starter.Pictures.Reading;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Starter.Commands;

/// <summary>Writes the vectors of the vector art's names, by which the picture engine finds what a prompt names.</summary>
internal static class IndexCommand
{
    /// <exception cref="StarterException">Something cannot be read or the file not be written, or the art lacks a piece.</exception>
    public static int Run(StarterOptions options)
    {
        string output = options.Output ?? throw new StarterException("--output is missing");
        string embedder = options.Embedder ?? throw new StarterException("--embedder is missing");
        var art = ArtLibrary.Load(options.Art ?? throw new StarterException("--art is missing"));
        Vocabulary vocabulary = Vocabulary.Instance;
        if (vocabulary.Art.FirstOrDefault(name => art.BodyOf(name) is null) is { } missing)
        {
            throw new StarterException($"the vector art has no piece {missing}: it is of another version");
        }

        LlamaRuntime.Start(options.Native, NullLogger.Instance);
        using EmbeddingModel model = EmbeddingModel.Load(embedder);
        using var phrases = new PhraseEmbedder(model);
        try
        {
            using FileStream file = File.Create(ArtIndex.PathOf(output, vocabulary));
            ArtIndex.Build(vocabulary, phrases).Write(file, vocabulary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StarterException($"{output} cannot be written: {e.Message}", e);
        }

        return 0;
    }
}
