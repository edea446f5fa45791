using Dragoman.Starter.Native;

namespace Dragoman.Starter.Generation;

/// <summary>A model, its prompt layout and its engine, loaded together and disposed together.</summary>
internal sealed class ChatModel : IDisposable
{
    private ChatModel(LanguageModel model, PromptBuilder prompts, GenerationEngine engine) => (Model, Prompts, Engine) = (model, prompts, engine);

    public LanguageModel Model { get; }

    public PromptBuilder Prompts { get; }

    public GenerationEngine Engine { get; }

    /// <summary>Loads everything; takes a fraction of a second for the starter model.</summary>
    /// <exception cref="StarterException">Something is missing or does not fit; nothing stays loaded.</exception>
    public static ChatModel Load(StarterOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        string path = options.Model ?? throw new StarterException("--model is missing");
        LlamaRuntime.Start(options.Native, loggers.CreateLogger("llama.cpp"));
        LanguageModel model = LanguageModel.Load(path);
        try
        {
            var prompts = new PromptBuilder(model, ChatTemplate.Choose(model.ChatTemplate, options.ChatTemplate, model.EndOfSequenceText));
            return new ChatModel(model, prompts, new GenerationEngine(model, options.Engine, loggers.CreateLogger<GenerationEngine>(), time));
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
