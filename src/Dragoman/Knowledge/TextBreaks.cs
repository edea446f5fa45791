using System.Collections.Frozen;
using System.Globalization;

namespace Dragoman.Knowledge;

/// <summary>How good a place for a cut is, the weakest first.</summary>
internal enum BreakStrength
{
    Word,
    Sentence,

    /// <summary>A line that means one: of a list, of code, of a table.</summary>
    Line,

    Paragraph,
    Heading,
}

/// <param name="Position">What follows the cut begins here, with no white space.</param>
internal readonly record struct TextBreak(int Position, BreakStrength Strength);

/// <summary>Finds the places where a text may be cut, in one pass. A cut never parts a character from the marks on it.</summary>
internal static class TextBreaks
{
    // Quotes and brackets that close a sentence behind its full stop; no text has more of them in a row.
    private const string Closers = "\"'”’»)]}」』）】*_`";
    private const int MostClosers = 8;
    private const int LongestAbbreviation = 8;
    private const int CodeIndent = 4;

    private static readonly FrozenSet<string> Abbreviations = FrozenSet.ToFrozenSet(
        [
            "e.g", "i.e", "cf", "vs", "viz", "approx", "ca", "resp", "incl", "esp", "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "no", "nos",
            "fig", "figs", "eq", "sec", "ch", "vol", "pp", "p", "ed", "eds", "al", "inc", "ltd", "co", "corp", "dept", "jan", "feb", "mar", "apr",
            "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "z.b", "d.h", "bzw", "nr", "ca",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>All places, first to last; neither the text's beginning nor its end is one.</summary>
    public static List<TextBreak> Find(string text)
    {
        var breaks = new List<TextBreak>(text.Length / 6);
        var isCode = IsFence(text, 0);
        var lineStart = 0;
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsWhiteSpace(text[i]))
            {
                i++;
                if (EndsWideSentence(text, i) && CanCutAt(text, i))
                {
                    breaks.Add(new TextBreak(i, BreakStrength.Sentence));
                }

                continue;
            }

            var gap = i;
            var newLines = 0;
            var nextLine = lineStart;
            for (; i < text.Length && char.IsWhiteSpace(text[i]); i++)
            {
                if (text[i] == '\n')
                {
                    newLines++;
                    nextLine = i + 1;
                }
            }

            if (gap > 0 && i < text.Length && CanCutAt(text, i))
            {
                var strength = newLines == 0 ? BreakStrength.Word : OfLines(text, lineStart, nextLine, i, newLines > 1, isCode);
                breaks.Add(new TextBreak(i, strength == BreakStrength.Word && EndsSentence(text, gap, i) ? BreakStrength.Sentence : strength));
            }

            isCode ^= newLines > 0 && IsFence(text, i);
            lineStart = nextLine;
        }

        return breaks;
    }

    /// <summary>Whether a cut here leaves every visible character whole.</summary>
    public static bool CanCutAt(string text, int position)
    {
        if (position <= 0 || position >= text.Length)
        {
            return true;
        }

        const char zeroWidthJoiner = '\u200D';
        return !char.IsLowSurrogate(text[position])
            && text[position] != zeroWidthJoiner && text[position - 1] != zeroWidthJoiner
            && !(text[position] == '\n' && text[position - 1] == '\r')
            && CharUnicodeInfo.GetUnicodeCategory(text, position)
                is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark);
    }

    private static BreakStrength OfLines(string text, int formerLine, int line, int begin, bool isBlank, bool isCode)
    {
        if (!isCode && IsHeading(text, begin))
        {
            return BreakStrength.Heading;
        }

        if (isCode)
        {
            return BreakStrength.Line;
        }

        if (begin - line >= CodeIndent && SkipIndent(text, formerLine) - formerLine >= CodeIndent)
        {
            // Code, or prose of a text that is indented throughout.
            return isBlank ? BreakStrength.Line : BreakStrength.Sentence;
        }

        var isItem = IsItem(text, begin) || text[begin] == '|';
        if (isItem && (!isBlank || IsItem(text, SkipIndent(text, formerLine))))
        {
            return BreakStrength.Line;
        }

        return isBlank ? BreakStrength.Paragraph : BreakStrength.Word;
    }

    private static bool IsFence(string text, int at) => StartsWith(text, at, "```") || StartsWith(text, at, "~~~");

    private static bool IsHeading(string text, int at)
    {
        var level = 0;
        while (level < 7 && at + level < text.Length && text[at + level] == '#')
        {
            level++;
        }

        return level is >= 1 and <= 6 && at + level < text.Length && text[at + level] == ' ';
    }

    /// <summary>Whether a list's item begins here: <c>- </c>, <c>1. </c>, <c>a) </c> and the like.</summary>
    private static bool IsItem(string text, int at)
    {
        if (at + 1 >= text.Length)
        {
            return false;
        }

        if (text[at] is '-' or '*' or '+' or '•' or '–' or '·')
        {
            return char.IsWhiteSpace(text[at + 1]);
        }

        var end = at;
        while (end < text.Length && end < at + 3 && char.IsAsciiLetterOrDigit(text[end]))
        {
            end++;
        }

        var isNumber = end > at && (char.IsAsciiDigit(text[at]) || end == at + 1);
        return isNumber && end + 1 < text.Length && text[end] is '.' or ')' && char.IsWhiteSpace(text[end + 1]);
    }

    private static int SkipIndent(string text, int line)
    {
        while (line < text.Length && text[line] is ' ' or '\t')
        {
            line++;
        }

        return line;
    }

    /// <summary>Whether what stands before the white space from <paramref name="gap"/> on is a sentence's end.</summary>
    private static bool EndsSentence(string text, int gap, int next)
    {
        var end = gap;
        while (end > 0 && gap - end < MostClosers && Closers.Contains(text[end - 1], StringComparison.Ordinal))
        {
            end--;
        }

        if (end == 0 || text[end - 1] is not ('.' or '!' or '?' or '…') || char.IsLower(text, next))
        {
            return false;
        }

        return text[end - 1] != '.' || !IsAbbreviation(text, end - 1);
    }

    private static bool IsAbbreviation(string text, int stop)
    {
        var begin = stop;
        while (begin > 0 && stop - begin <= LongestAbbreviation && (char.IsLetterOrDigit(text[begin - 1]) || text[begin - 1] == '.'))
        {
            begin--;
        }

        var word = text.AsSpan(begin, stop - begin);
        var isInitial = word is [var letter] && char.IsUpper(letter);
        var isNumbering = word.Length is > 0 and <= 3 && !word.ContainsAnyExceptInRange('0', '9') && (begin == 0 || text[begin - 1] == '\n');
        return isInitial || isNumbering || Abbreviations.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);
    }

    /// <summary>Chinese and Japanese sentences need no white space behind them.</summary>
    private static bool EndsWideSentence(string text, int end)
    {
        if (end >= text.Length || char.IsWhiteSpace(text[end]) || IsWideStop(text[end]) || Closers.Contains(text[end], StringComparison.Ordinal))
        {
            return false;
        }

        var stop = end;
        while (stop > 0 && end - stop < MostClosers && Closers.Contains(text[stop - 1], StringComparison.Ordinal))
        {
            stop--;
        }

        return stop > 0 && IsWideStop(text[stop - 1]);
    }

    private static bool IsWideStop(char c) => c is '。' or '！' or '？' or '｡';

    private static bool StartsWith(string text, int at, string mark) => string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0;
}
