using System.Runtime.InteropServices;
using System.Text;
using Dragoman.Starter.Native;

namespace Dragoman.Starter.Generation;

/// <summary>A loaded GGUF model and its vocabulary. Tokenising is thread-safe; the weights may be shared by contexts.</summary>
internal sealed unsafe class LanguageModel : IDisposable
{
    private readonly nint _vocabulary;
    private readonly bool[] _endsGeneration;
    private readonly bool _addsLeadingSpace;
    private readonly int[] _newline;

    private LanguageModel(ModelHandle handle)
    {
        Handle = handle;
        _vocabulary = Llama.llama_model_get_vocab(handle);
        VocabularySize = Llama.llama_vocab_n_tokens(_vocabulary);
        TrainingContext = Llama.llama_model_n_ctx_train(handle);
        ChatTemplate = Marshal.PtrToStringUTF8((nint)Llama.llama_model_chat_template(handle, null));
        _endsGeneration = new bool[VocabularySize];
        for (int i = 0; i < VocabularySize; i++)
        {
            _endsGeneration[i] = Llama.llama_vocab_is_eog(_vocabulary, i) != 0;
        }

        _newline = Tokenize("\n", addSpecial: false, parseSpecial: false);
        int[] letter = Tokenize("a", addSpecial: false, parseSpecial: false);
        _addsLeadingSpace = letter.Length > 0 && Piece(letter[0]).StartsWith(' ');
    }

    public ModelHandle Handle { get; }

    /// <summary>Number of tokens; ids run from 0 to one below this.</summary>
    public int VocabularySize { get; }

    /// <summary>Tokens of context the model was trained on.</summary>
    public int TrainingContext { get; }

    /// <summary>The Jinja text out of the model's file, null when it has none.</summary>
    public string? ChatTemplate { get; }

    /// <summary>The text of the end-of-sequence token, such as <c>&lt;/s&gt;</c>; empty when the vocabulary has none.</summary>
    public string EndOfSequenceText
    {
        get
        {
            int token = Llama.llama_vocab_eos(_vocabulary);
            return token < 0 ? "" : Marshal.PtrToStringUTF8((nint)Llama.llama_vocab_get_text(_vocabulary, token)) ?? "";
        }
    }

    /// <summary>Loads a model; the native runtime must have been started.</summary>
    /// <exception cref="StarterException">The file is missing, damaged, or not a text generator.</exception>
    public static LanguageModel Load(string path)
    {
        ModelHandle handle = ModelFile.Load(path);
        if (Llama.llama_model_has_decoder(handle) == 0 || Llama.llama_model_has_encoder(handle) != 0)
        {
            handle.Dispose();
            throw new StarterException($"the model {Path.GetFullPath(path)} does not generate text from a prompt");
        }

        return new LanguageModel(handle);
    }

    public bool EndsGeneration(int token) => _endsGeneration[token];

    public bool IsControl(int token) => Llama.llama_vocab_is_control(_vocabulary, token) != 0;

    /// <summary>Token ids of <paramref name="text"/> as it stands at the start of a prompt.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecial">Put the beginning-of-sequence token first if the model wants one.</param>
    /// <param name="parseSpecial">Read texts such as <c>&lt;/s&gt;</c> as control tokens. Never with a caller's text.</param>
    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial) => Tokenizer.Tokenize(_vocabulary, text, addSpecial, parseSpecial);

    /// <summary>Token ids of <paramref name="text"/> as it stands further inside a prompt.</summary>
    /// <remarks>
    /// SentencePiece vocabularies put a space before whatever text they are given. Text that continues a prompt must not get one, so
    /// it is tokenised after a newline, which never merges with what follows, and the newline's tokens are cut off again.
    /// </remarks>
    public int[] TokenizeInside(string text, bool parseSpecial)
    {
        if (text.Length == 0)
        {
            return [];
        }

        if (_addsLeadingSpace)
        {
            int[] tokens = Tokenize("\n" + text, addSpecial: false, parseSpecial);
            if (tokens.AsSpan().StartsWith(_newline))
            {
                return tokens[_newline.Length..];
            }
        }

        return Tokenize(text, addSpecial: false, parseSpecial);
    }

    /// <summary>Writes the bytes of a token, possibly a part of a character, and returns their number; control tokens have none.</summary>
    public int Piece(int token, Span<byte> destination)
    {
        fixed (byte* p = destination)
        {
            int n = Llama.llama_token_to_piece(_vocabulary, token, p, destination.Length, 0, 0);
            return Math.Max(0, n);
        }
    }

    /// <summary>The text of a token for diagnosis; broken characters are replaced.</summary>
    public string Piece(int token)
    {
        Span<byte> bytes = stackalloc byte[MaxPieceBytes];
        return Encoding.UTF8.GetString(bytes[..Piece(token, bytes)]);
    }

    /// <summary>Room that every token's bytes fit.</summary>
    public const int MaxPieceBytes = 512;

    public void Dispose() => Handle.Dispose();
}
