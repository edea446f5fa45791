using System.Globalization;
using System.Text;
using System.Xml;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>
/// Word documents (ECMA-376, WordprocessingML): paragraphs, headings by their styles, lists, tables row by row, text boxes, footnotes. Left out: headers and
/// footers of pages, comments, and what tracked changes have deleted.
/// </summary>
internal static class DocxText
{
    private const int LongestStyleChain = 16;

    public static void Read(OfficePackage package, SectionWriter sections)
    {
        var levels = HeadingLevels(package);
        using (var body = package.OpenPart(package.MainPart))
        {
            new Body(sections, levels).Read(body!);
        }

        foreach (var notes in (string[])["/footnotes", "/endnotes"])
        {
            using var reader = package.OpenRelated(package.MainPart, notes);
            if (reader is not null)
            {
                new Body(sections, levels).Read(reader);
            }
        }
    }

    /// <summary>Which styles make a paragraph a heading, by their ids.</summary>
    private static Dictionary<string, int> HeadingLevels(OfficePackage package)
    {
        var styles = new Dictionary<string, (int? Level, string? Parent)>();
        using (var reader = package.OpenRelated(package.MainPart, "/styles"))
        {
            var id = "";
            while (reader?.Read() is true)
            {
                if (reader.NodeType != XmlNodeType.Element)
                {
                    continue;
                }

                switch (reader.LocalName)
                {
                    case "style":
                        id = reader.Attribute("styleId") ?? "";
                        styles[id] = default;
                        break;
                    case "name" when styles.TryGetValue(id, out var style):
                        styles[id] = style with { Level = LevelOfName(reader.Attribute("val")) };
                        break;
                    case "basedOn" when styles.TryGetValue(id, out var style):
                        styles[id] = style with { Parent = reader.Attribute("val") };
                        break;
                    case "outlineLvl" when styles.TryGetValue(id, out var style):
                        styles[id] = style with { Level = style.Level ?? OutlineLevel(reader) };
                        break;
                }
            }
        }

        var levels = new Dictionary<string, int>();
        foreach (var id in styles.Keys)
        {
            var style = styles[id];
            for (var i = 0; i < LongestStyleChain && style is { Level: null, Parent: { } parent } && styles.TryGetValue(parent, out var next); i++)
            {
                style = next;
            }

            if (style.Level is { } level)
            {
                levels[id] = level;
            }
        }

        return levels;
    }

    /// <summary>Built-in styles have these names in every language.</summary>
    private static int? LevelOfName(string? name) => name?.ToLowerInvariant() switch
    {
        "title" => 0,
        ['h', 'e', 'a', 'd', 'i', 'n', 'g', ' ', >= '1' and <= '9' and var digit] => digit - '0',
        _ => null,
    };

    /// <summary>Counted from 0 in the file; 9 is body text.</summary>
    private static int? OutlineLevel(XmlReader reader) =>
        int.TryParse(reader.Attribute("val"), CultureInfo.InvariantCulture, out var level) && level is >= 0 and < 9 ? level + 1 : null;

    private sealed class Body(SectionWriter sections, Dictionary<string, int> levels)
    {
        // A text box stands inside a paragraph and holds paragraphs.
        private readonly Stack<OpenParagraph> _paragraphs = new();
        private bool _isInText;
        private int _tables;
        private TableRows? _rows;
        private bool _isHeaderRow;
        private List<string> _cells = [];
        private StringBuilder? _cell;

        public void Read(XmlReader reader)
        {
            while (reader.Read())
            {
                switch (reader.NodeType)
                {
                    case XmlNodeType.Element:
                        Open(reader);
                        break;
                    case XmlNodeType.EndElement:
                        Close(reader.LocalName);
                        break;
                    case XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace
                        when _isInText && _paragraphs.TryPeek(out var paragraph):
                        paragraph.Text.Append(reader.Value);
                        break;
                }
            }
        }

        private void Open(XmlReader reader)
        {
            switch (reader.LocalName)
            {
                case "Fallback" or "moveFrom" or "tabs" or "sectPr" or "footnotePr": // Said already, moved away, or no text at all.
                    reader.PassOver();
                    break;
                case "tbl":
                    _tables++;
                    break;
                case "tblHeader" when reader.IsOn():
                    _isHeaderRow = true;
                    break;
                case "tc" when _tables == 1:
                    _cell = new StringBuilder();
                    break;
                case "p" when !reader.IsEmptyElement:
                    _paragraphs.Push(new OpenParagraph());
                    break;
                case var name when _paragraphs.TryPeek(out var paragraph):
                    OpenIn(paragraph, name, reader);
                    break;
            }
        }

        private void OpenIn(OpenParagraph paragraph, string name, XmlReader reader)
        {
            switch (name)
            {
                case "pStyle":
                    paragraph.Level ??= levels.TryGetValue(reader.Attribute("val") ?? "", out var level) ? level : null;
                    break;
                case "outlineLvl":
                    paragraph.Level = OutlineLevel(reader) ?? paragraph.Level;
                    break;
                case "numPr":
                    paragraph.IsItem = true;
                    break;
                case "t":
                    _isInText = !reader.IsEmptyElement;
                    break;
                case "tab":
                    paragraph.Text.Append('\t');
                    break;
                case "br" or "cr":
                    paragraph.Text.Append('\n');
                    break;
                case "noBreakHyphen":
                    paragraph.Text.Append('-');
                    break;
            }
        }

        private void Close(string name)
        {
            switch (name)
            {
                case "t":
                    _isInText = false;
                    break;
                case "p" when _paragraphs.TryPop(out var paragraph):
                    Write(paragraph);
                    break;
                case "tc" when _tables == 1 && _cell is { } cell:
                    _cells.Add(cell.ToString());
                    _cell = null;
                    break;
                case "tr" when _tables == 1:
                    WriteRow();
                    break;
                case "tbl":
                    _tables--;
                    if (_tables == 0)
                    {
                        _rows?.End();
                        _rows = null;
                        sections.Paragraph();
                    }

                    break;
            }
        }

        private void Write(OpenParagraph paragraph)
        {
            var text = paragraph.Text.ToString();
            if (_cell is { } cell)
            {
                cell.Append(cell.Length == 0 ? "" : " ").Append(text);
            }
            else if (paragraph.Level is { } level)
            {
                sections.Heading(level, text);
            }
            else if (paragraph.IsItem)
            {
                sections.Line();
                sections.Verbatim($"- {text}");
                sections.Line();
            }
            else
            {
                sections.Paragraph();
                sections.Verbatim(text);
                sections.Paragraph();
            }
        }

        private void WriteRow()
        {
            if (_isHeaderRow && _rows is null)
            {
                _rows = new TableRows(sections);
            }

            if (_rows is { } rows)
            {
                rows.Add(_cells);
            }
            else
            {
                sections.Line();
                sections.Text(string.Join(" | ", _cells));
                sections.Line();
            }

            _isHeaderRow = false;
            _cells = [];
        }
    }

    private sealed class OpenParagraph
    {
        public StringBuilder Text { get; } = new();

        public int? Level { get; set; }

        public bool IsItem { get; set; }
    }
}
