using Dragoman.Starter.Embedding;
using Dragoman.Starter.Native;
using Dragoman.Starter.Pictures.Drawing;
using Dragoman.Starter.Pictures.Reading;

namespace Dragoman.Starter.Pictures;

/// <summary>From a prompt to a picture: read into a scene, drawn of vector art, labelled and encoded. Safe for several threads at once.</summary>
internal sealed partial class PictureComposer : IDisposable
{
    private readonly EmbeddingModel _model;
    private readonly PhraseEmbedder _phrases;
    private readonly ArtLibrary _art;
    private readonly SceneReader _reader;

    private PictureComposer(EmbeddingModel model, PhraseEmbedder phrases, ArtLibrary art, ArtIndex index)
    {
        (_model, _phrases, _art) = (model, phrases, art);
        _reader = new SceneReader(index, phrases);
    }

    /// <summary>Loads embedder, art and index; libvips must have been started.</summary>
    /// <exception cref="StarterException">Something is missing or damaged; nothing stays loaded.</exception>
    public static PictureComposer Load(StarterOptions options, ILoggerFactory loggers)
    {
        ArtLibrary art = ArtLibrary.Load(options.Art!);
        LlamaRuntime.Start(options.Native, loggers.CreateLogger("llama.cpp"));
        EmbeddingModel model = EmbeddingModel.Load(options.Embedder!);
        PhraseEmbedder? phrases = null;
        try
        {
            phrases = new PhraseEmbedder(model);
            return new PictureComposer(model, phrases, art, LoadIndex(options.ArtIndex!, phrases, loggers));
        }
        catch
        {
            phrases?.Dispose();
            model.Dispose();
            throw;
        }
    }

    /// <summary>The pictures of a request, encoded; they differ in what the prompt leaves open.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public IReadOnlyList<byte[]> Compose(PictureRequest request, CancellationToken cancellation)
    {
        Scene scene = _reader.Read(request.Prompt, request.Style, request.Width, request.Height, request.Seed);
        var encoding = new PictureEncoding(request.Format) { Quality = request.Quality, IsOptimized = true };
        var pictures = new byte[request.Count][];
        for (int i = 0; i < pictures.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using VipsImage drawn = Composer.Draw(scene with { Seed = unchecked(scene.Seed + i) }, _art);
            pictures[i] = encoding.Encode(drawn, PictureLabel.Composed);
        }

        return pictures;
    }

    public void Dispose()
    {
        _phrases.Dispose();
        _model.Dispose();
    }

    /// <summary>The index out of its file; made anew, which takes seconds, where this version of the program has none yet, and kept for the next start.</summary>
    private static ArtIndex LoadIndex(string given, PhraseEmbedder phrases, ILoggerFactory loggers)
    {
        string path = ArtIndex.PathOf(given, Vocabulary.Instance);
        try
        {
            return ArtIndex.Read(path, Vocabulary.Instance);
        }
        catch (StarterException e)
        {
            ILogger<PictureComposer> log = loggers.CreateLogger<PictureComposer>();
            LogIndexMade(log, e.Message);
            ArtIndex index = ArtIndex.Build(Vocabulary.Instance, phrases);
            Keep(index, path, log);
            return index;
        }
    }

    private static void Keep(ArtIndex index, string path, ILogger log)
    {
        string draft = $"{path}.{Environment.ProcessId}.new"; // Another process may be at it as well.
        try
        {
            try
            {
                using (FileStream file = File.Create(draft))
                {
                    index.Write(file, Vocabulary.Instance);
                }

                File.Move(draft, path, overwrite: true);
            }
            catch
            {
                File.Delete(draft);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogIndexNotKept(log, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The art's index is made anew: {Reason}")]
    private static partial void LogIndexMade(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The art's index cannot be kept and is made anew at each start: {Reason}")]
    private static partial void LogIndexNotKept(ILogger logger, string reason);
}
