using System.Globalization;
using System.Text;

namespace Dragoman.Starter.Embedding;

/// <summary>
/// What the model's training did to a text before cutting it to word pieces and the library's tokenizer leaves out: marks that stand apart from their
/// letter (vowel signs of Hindi, decomposed accents) are dropped, and Korean syllables are taken apart into letters.
/// </summary>
internal static class EmbeddingText
{
    /// <summary>No text is read further: its vector is made of far fewer.</summary>
    public const int MostCharacters = 32_768;

    // Arithmetic of Hangul syllables, https://www.unicode.org/versions/latest/core-spec/chapter-3/#G56669.
    private const int FirstSyllable = 0xAC00, LastSyllable = 0xD7A3;
    private const int FirstLead = 0x1100, FirstVowel = 0x1161, BeforeFirstTrail = 0x11A7;
    private const int Vowels = 21, Trails = 28;

    private const char FirstMark = '\u0300';

    public static string Prepare(string text)
    {
        text = text.Length > MostCharacters ? text[..MostCharacters] : text;
        if (!text.AsSpan().ContainsAnyInRange(FirstMark, char.MaxValue))
        {
            return text;
        }

        var prepared = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is >= FirstSyllable and <= LastSyllable)
            {
                AppendSyllable(prepared, rune.Value - FirstSyllable);
            }
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                prepared.Append(rune);
            }
        }

        return prepared.ToString();
    }

    private static void AppendSyllable(StringBuilder prepared, int index)
    {
        prepared.Append((char)(FirstLead + index / (Vowels * Trails)));
        prepared.Append((char)(FirstVowel + index / Trails % Vowels));
        if (index % Trails is > 0 and var trail)
        {
            prepared.Append((char)(BeforeFirstTrail + trail));
        }
    }
}
