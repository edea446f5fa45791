using System.Text;

namespace Dragoman.Starter.Native;

/// <summary>Text to token ids, by a loaded model's vocabulary. Safe for several threads at once.</summary>
internal static unsafe class Tokenizer
{
    /// <param name="vocabulary">Of <c>llama_model_get_vocab</c>.</param>
    /// <param name="text">Any text; half a surrogate pair becomes U+FFFD.</param>
    /// <param name="addSpecial">Put the control tokens around it that the model wants there.</param>
    /// <param name="parseSpecial">Read texts such as <c>&lt;/s&gt;</c> as control tokens. Never with a caller's text.</param>
    public static int[] Tokenize(nint vocabulary, string text, bool addSpecial, bool parseSpecial)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int[] tokens = new int[bytes.Length + 8];
        fixed (byte* p = bytes)
        fixed (int* t = tokens)
        {
            int n = Llama.llama_tokenize(vocabulary, p, bytes.Length, t, tokens.Length, addSpecial ? (byte)1 : (byte)0, parseSpecial ? (byte)1 : (byte)0);
            return n >= 0 ? tokens[..n] : throw new InvalidOperationException($"tokenising {bytes.Length} bytes failed ({n})");
        }
    }
}
