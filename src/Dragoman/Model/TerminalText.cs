using System.Globalization;
using System.Text;

namespace Dragoman.Model;

/// <summary>Other people's words on an operator's terminal: they may say what they like, and move nothing.</summary>
internal static class TerminalText
{
    /// <summary>The text with U+FFFD for whatever <see cref="Moves"/>.</summary>
    public static string Of(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Moves(rune))
            {
                return string.Concat(text.EnumerateRunes().Select(one => (Moves(one) ? Rune.ReplacementChar : one).ToString()));
            }
        }

        return text;
    }

    /// <summary>
    /// What could move a terminal's cursor, begin a line of its own, or turn the order of what is written around it (the embeddings, overrides and isolates of
    /// bidirectional text).
    /// </summary>
    public static bool Moves(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
