using System.Globalization;
using System.Text;
using Dragoman.Knowledge;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>
/// Puts a document's text together as parsers come upon it: white space, lines and paragraphs, the path of headings, pages. A section ends with its heading
/// or its page, and before it grows long.
/// </summary>
internal sealed class SectionWriter(Action<Section> write)
{
    // Sections are for headings and pages; where there are none they keep what is held, and what a chunker is given, within bounds.
    private const int LongSection = 64 * 1024;

    private const int LongestHeading = 200;

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _indent = new();
    private readonly List<OpenHeading> _headings = [];
    private int _newlines;
    private bool _wasCarriageReturn;
    private int? _page;
    private long _written;

    /// <summary>Text of which each run of white space, line breaks too, is one space.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsWhiteSpace(character))
            {
                Append(character);
            }
            else if (_newlines == 0 && _text.Length > 0)
            {
                _indent.Clear().Append(' ');
            }
        }
    }

    /// <summary>Text whose lines and spaces mean something. Spaces at a line's end and more than one empty line in a row do not.</summary>
    public void Verbatim(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            switch (character)
            {
                case '\n' when _wasCarriageReturn:
                    break;
                case '\n' or '\r' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029':
                    _newlines++;
                    _indent.Clear();
                    break;
                case ' ' or '\t' or '\u00a0':
                    _indent.Append(character);
                    break;
                default:
                    Append(character);
                    break;
            }

            _wasCarriageReturn = character == '\r';
        }
    }

    /// <summary>What comes next begins on a line of its own.</summary>
    public void Line() => Break(1);

    /// <summary>What comes next is a paragraph of its own.</summary>
    public void Paragraph() => Break(2);

    /// <param name="level">1 is the outermost.</param>
    public void Heading(int level, string text)
    {
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (text.Length > LongestHeading)
        {
            // Whatever it was marked as.
            Paragraph();
            Text(text);
            Paragraph();
        }
        else if (text.Length > 0)
        {
            Flush();
            Close(level);
            _headings.Add(new OpenHeading(level, text));
        }
    }

    /// <param name="number">Counted from 1.</param>
    public void Page(int number)
    {
        Flush();
        _page = number;
    }

    /// <summary>Writes what is left.</summary>
    public void End()
    {
        Flush();
        Close(0);
    }

    private void Break(int newlines)
    {
        _newlines = Math.Max(_newlines, newlines);
        _indent.Clear();
    }

    private void Append(char character)
    {
        if (IsNoise(character))
        {
            return;
        }

        // Cut between paragraphs if at all possible, else between lines or words.
        var patience = _newlines > 1 ? 1 : _newlines > 0 ? 2 : _indent.Length > 0 ? 3 : 4;
        if (_text.Length >= patience * LongSection && !char.IsLowSurrogate(character))
        {
            Flush();
        }

        if (_text.Length > 0)
        {
            _text.Append('\n', Math.Min(_newlines, 2));
        }

        _text.Append(_indent);
        _indent.Clear();
        _newlines = 0;
        _text.Append(character);
    }

    private void Flush()
    {
        Emit(_text.ToString());
        _text.Clear();
        _indent.Clear();
        _newlines = 0;
    }

    /// <summary>Leaves the headings at or beneath a level. One that nothing stood under is text itself, so that it is not lost.</summary>
    private void Close(int level)
    {
        while (_headings is [.., var last] && last.Level >= level)
        {
            _headings.RemoveAt(_headings.Count - 1);
            if (!last.IsUsed)
            {
                Emit(last.Text);
            }
        }
    }

    private void Emit(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        _written += text.Length;
        if (_written > ExtractionLimits.MaxCharacters)
        {
            throw new UnreadableDocumentException(string.Create(
                CultureInfo.InvariantCulture, $"The document has more than {ExtractionLimits.MaxCharacters:N0} characters of text."));
        }

        _headings.ForEach(heading => heading.IsUsed = true);
        write(new Section(text, _headings.Count == 0 ? null : string.Join(" > ", _headings.Select(heading => heading.Text)), _page));
    }

    /// <summary>Control characters, and those that say where a word could be broken: they would only hide the words from a search.</summary>
    private static bool IsNoise(char character) =>
        character is '\u00ad' or '\u200b' or '\u2060' or '\ufeff' || char.IsControl(character) && !char.IsWhiteSpace(character);

    private sealed class OpenHeading(int level, string text)
    {
        public int Level { get; } = level;

        public string Text { get; } = text;

        public bool IsUsed { get; set; }
    }
}
