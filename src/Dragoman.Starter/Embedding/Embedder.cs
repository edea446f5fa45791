using Dragoman.Starter.Native;

namespace Dragoman.Starter.Embedding;

/// <summary>An embedding model and its engine, loaded together and disposed together.</summary>
internal sealed class Embedder : IDisposable
{
    private Embedder(EmbeddingModel model, EmbeddingEngine engine) => (Model, Engine) = (model, engine);

    public EmbeddingModel Model { get; }

    public EmbeddingEngine Engine { get; }

    /// <exception cref="StarterException">Something is missing or does not fit; nothing stays loaded.</exception>
    public static Embedder Load(StarterOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        string path = options.Embedder ?? throw new StarterException("--embedder is missing");
        LlamaRuntime.Start(options.Native, loggers.CreateLogger("llama.cpp"));
        EmbeddingModel model = EmbeddingModel.Load(path);
        try
        {
            return new Embedder(model, new EmbeddingEngine(model, options.Embedding, loggers.CreateLogger<EmbeddingEngine>(), time));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Engine.Dispose();
        Model.Dispose();
    }
}
