using Dragoman.Starter.Native;

namespace Dragoman.Starter.Embedding;

/// <summary>A loaded GGUF model that turns texts into vectors. Tokenising is thread-safe; the weights are shared by contexts.</summary>
internal sealed class EmbeddingModel : IDisposable
{
    /// <summary>Most tokens of a text; the model knows positions up to 512, see docs/starter.md.</summary>
    public const int MostTokens = 512;

    private readonly nint _vocabulary;

    private EmbeddingModel(ModelHandle handle)
    {
        Handle = handle;
        _vocabulary = Llama.llama_model_get_vocab(handle);
        VocabularySize = Llama.llama_vocab_n_tokens(_vocabulary);
        Dimensions = Llama.llama_model_n_embd(handle);
        Positions = Math.Min(MostTokens, Llama.llama_model_n_ctx_train(handle));
    }

    public ModelHandle Handle { get; }

    /// <summary>Number of tokens; ids run from 0 to one below this.</summary>
    public int VocabularySize { get; }

    /// <summary>Numbers of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Most tokens of a text.</summary>
    public int Positions { get; }

    /// <summary>Loads a model; the native runtime must have been started.</summary>
    /// <exception cref="StarterException">The file is missing or damaged.</exception>
    public static EmbeddingModel Load(string path) => new(ModelFile.Load(path));

    /// <summary>Token ids of a text with the model's control tokens around them. Of a longer text the beginning is taken.</summary>
    public int[] Tokenize(string text)
    {
        int[] tokens = Tokenizer.Tokenize(_vocabulary, EmbeddingText.Prepare(text), addSpecial: true, parseSpecial: false);
        if (tokens.Length <= Positions)
        {
            return tokens;
        }

        int last = tokens[^1];
        int[] beginning = tokens[..Positions];
        if (Llama.llama_vocab_is_control(_vocabulary, last) != 0)
        {
            beginning[^1] = last;
        }

        return beginning;
    }

    public void Dispose() => Handle.Dispose();
}
