using System.Globalization;
using System.Text;
using System.Xml;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>
/// Text of an XML file with the names of its elements: an element with text is a line <c>name: text</c>, one with elements begins a paragraph, and
/// attributes are written beside the name. What a document type declares is not read, so that nothing expands and nothing is fetched.
/// </summary>
internal static class XmlText
{
    public static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        MaxCharactersFromEntities = 1024 * 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CheckCharacters = false,
    };

    /// <exception cref="UnreadableDocumentException">It is not well-formed, or uses entities of its own.</exception>
    public static void Read(Stream xml, SectionWriter sections)
    {
        try
        {
            using var reader = XmlReader.Create(xml, Settings);
            ReadNodes(reader, sections);
        }
        catch (XmlException e)
        {
            throw Unreadable(e);
        }
    }

    private static UnreadableDocumentException Unreadable(XmlException e) => new(
        e.Message.Contains("entity", StringComparison.OrdinalIgnoreCase)
            ? "The XML file uses entities of its own, which are not expanded."
            : string.Create(CultureInfo.InvariantCulture, $"The XML file is not well-formed at line {e.LineNumber}, position {e.LinePosition}."));

    private static void ReadNodes(XmlReader reader, SectionWriter sections)
    {
        var open = new Stack<OpenElement>();
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var parent = open.TryPeek(out var outer) ? outer : null;
                    var element = new OpenElement(reader.LocalName, Attributes(reader), IsInline: parent is { HasText: true } or { IsInline: true });
                    if (!element.IsInline)
                    {
                        parent?.Begin(sections);
                    }

                    open.Push(element);
                    if (reader.IsEmptyElement)
                    {
                        Close(open, sections);
                    }

                    break;
                case XmlNodeType.EndElement:
                    Close(open, sections);
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace when open.Count > 0:
                    open.Peek().Add(reader.Value);
                    break;
            }
        }
    }

    private static void Close(Stack<OpenElement> open, SectionWriter sections)
    {
        var element = open.Pop();
        if (element.IsInline)
        {
            open.Peek().Add(element.Text); // Part of a sentence: <para>press <key>Enter</key> twice</para>.
        }
        else
        {
            element.End(sections);
        }
    }

    private static string Attributes(XmlReader reader)
    {
        if (!reader.HasAttributes)
        {
            return "";
        }

        var text = new StringBuilder();
        while (reader.MoveToNextAttribute())
        {
            if (reader.Prefix != "xmlns" && reader.Name != "xmlns" && reader.Value.Length > 0)
            {
                text.Append(text.Length == 0 ? " (" : ", ").Append(reader.LocalName).Append(": ").Append(reader.Value);
            }
        }

        reader.MoveToElement();
        return text.Length == 0 ? "" : text.Append(')').ToString();
    }

    private sealed record OpenElement(string Name, string Attributes, bool IsInline)
    {
        private readonly StringBuilder _text = new();
        private bool _hasBegun;

        public bool HasText { get; private set; }

        public string Text => _text.ToString();

        public void Add(string text)
        {
            HasText |= !string.IsNullOrWhiteSpace(text);
            _text.Append(text);
        }

        /// <summary>It holds elements: what it is, once, above them.</summary>
        public void Begin(SectionWriter sections)
        {
            if (!_hasBegun)
            {
                _hasBegun = true;
                sections.Paragraph();
                sections.Text(Name);
                sections.Text(Attributes);
                sections.Line();
            }
        }

        public void End(SectionWriter sections)
        {
            if (HasText || (Attributes.Length > 0 && !_hasBegun))
            {
                sections.Line();
                sections.Text(Name);
                sections.Text(Attributes);
                sections.Text(HasText ? ": " : "");
                sections.Text(Text);
            }

            if (_hasBegun)
            {
                sections.Paragraph();
            }
        }
    }
}
