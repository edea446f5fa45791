using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>
/// A page's main content as it would be read aloud: without scripts, styles and navigation. Pages may be as deep and as wide as they like, so nothing here
/// recurses, and nothing asks a node for its next sibling, which the node would have to search for.
/// </summary>
internal static partial class HtmlText
{
    private static readonly FrozenSet<string> Left = FrozenSet.ToFrozenSet(
    [
        "script", "style", "noscript", "template", "nav", "svg", "canvas", "iframe", "object", "embed", "audio", "video", "button", "select", "datalist",
        "head", "dialog", "map",
    ]);

    // Beside the content, where they stand in the page's body itself.
    private static readonly FrozenSet<string> Furniture = FrozenSet.ToFrozenSet(["footer", "aside"]);

    private static readonly FrozenSet<string> FurnitureRoles = FrozenSet.ToFrozenSet(["navigation", "banner", "contentinfo", "search", "menu"]);

    private static readonly FrozenSet<string> Paragraphs = FrozenSet.ToFrozenSet(
    [
        "p", "div", "section", "article", "main", "header", "footer", "aside", "ul", "ol", "dl", "blockquote", "figure", "figcaption", "address", "details",
        "summary", "fieldset", "form", "table", "caption", "td", "th", "pre", "hr", "body", "center",
    ]);

    private static readonly FrozenSet<string> Lines = FrozenSet.ToFrozenSet(["li", "dt", "dd", "tr", "br", "option", "legend"]);

    /// <summary>What a page says of its own encoding; absent where it says none.</summary>
    public static string? DeclaredCharset(ReadOnlySpan<byte> start)
    {
        var charset = CharsetPattern().Match(Encoding.Latin1.GetString(start)) is { Success: true } match ? match.Groups[1].Value : null;

        // What could be read as far as here is no UTF-16 (WHATWG HTML, "Determining the character encoding").
        return charset?.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase) is true ? null : charset;
    }

    public static void Read(string html, SectionWriter sections)
    {
        using var document = new HtmlParser().ParseDocument(html);
        if (document.Body is not { } body)
        {
            return;
        }

        var content = MainContent(body);
        if (!Elements(content, "h1").Any() && document.Title is { Length: > 0 } title)
        {
            sections.Heading(0, title);
        }

        new Walk(sections).Through(content);
    }

    private static IElement MainContent(IElement body)
    {
        var main = Elements(body, "main").FirstOrDefault()
            ?? (Elements(body, "article").Take(2).ToList() is [var only] ? only : null)
            ?? Nodes(body).OfType<IElement>().FirstOrDefault(element => element.GetAttribute("role") == "main");
        return main is not null && TextOf(main).Length > 0 ? main : body;
    }

    /// <summary>All that is inside, in the order of the page.</summary>
    private static IEnumerable<INode> Nodes(INode root)
    {
        var left = new Stack<INode>([root]);
        while (left.TryPop(out var node))
        {
            if (node != root)
            {
                yield return node;
            }

            for (var i = node.ChildNodes.Length - 1; i >= 0; i--)
            {
                left.Push(node.ChildNodes[i]);
            }
        }
    }

    private static IEnumerable<IElement> Elements(INode root, string name) => Nodes(root).OfType<IElement>().Where(element => element.LocalName == name);

    /// <summary>In one line.</summary>
    private static string TextOf(INode node) =>
        string.Join(' ', string.Concat(Nodes(node).OfType<IText>().Select(text => text.Data)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static bool IsLeft(IElement element) => Left.Contains(element.LocalName)
        || Furniture.Contains(element.LocalName) && element.ParentElement?.LocalName == "body"
        || element.HasAttribute("hidden")
        || element.GetAttribute("aria-hidden") == "true"
        || element.GetAttribute("role") is { } role && FurnitureRoles.Contains(role);

    [GeneratedRegex("""<meta\b[^>]*\bcharset\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex CharsetPattern();

    private static int HeadingLevel(IElement element) => element.LocalName is ['h', >= '1' and <= '6' and var digit] ? digit - '0' : 0;

    private sealed class Walk(SectionWriter sections)
    {
        private readonly Dictionary<IElement, int> _numbers = [];
        private int _verbatim;

        // "- " or "3. ", until the item's first word.
        private string? _marker;

        public void Through(IElement root)
        {
            var open = new Stack<(INode Node, int Next)>([(root, 0)]);
            while (open.TryPop(out var place))
            {
                var (node, next) = place;
                if ((next == 0 && !Enter(node)) || next == node.ChildNodes.Length)
                {
                    Leave(node);
                    continue;
                }

                open.Push((node, next + 1));
                open.Push((node.ChildNodes[next], 0));
            }
        }

        /// <summary>Whether what is inside is to be read, too.</summary>
        private bool Enter(INode node)
        {
            switch (node)
            {
                case IText text:
                    Write(text.Data);
                    return false;
                case IElement element when IsLeft(element):
                    return false;
                case IElement element when HeadingLevel(element) is > 0 and var level:
                    sections.Heading(level, TextOf(element).TrimEnd('¶', '\uf0c1'));
                    return false;
                case IElement { LocalName: "table" } table when TableOf(table) is [_, ..] rows:
                    Write(rows, hasHeader: Elements(table, "tr").First().Children.All(cell => cell.LocalName == "th"));
                    return false;
                case IElement element:
                    Break(element);
                    _verbatim += element.LocalName == "pre" ? 1 : 0;
                    _marker = element.LocalName == "li" ? Marker(element) : _marker;
                    return true;
                default:
                    return false;
            }
        }

        private void Leave(INode node)
        {
            if (node is IElement element && !IsLeft(element))
            {
                Break(element);
                _verbatim -= element.LocalName == "pre" ? 1 : 0;
            }
        }

        private void Break(IElement element)
        {
            if (Paragraphs.Contains(element.LocalName))
            {
                sections.Paragraph();
            }
            else if (Lines.Contains(element.LocalName))
            {
                sections.Line();
            }
        }

        private void Write(string text)
        {
            if (_marker is { } marker && !string.IsNullOrWhiteSpace(text))
            {
                sections.Text(marker);
                _marker = null;
            }

            if (_verbatim > 0)
            {
                sections.Verbatim(text);
            }
            else
            {
                sections.Text(text);
            }
        }

        private void Write(List<string[]> rows, bool hasHeader)
        {
            sections.Paragraph();
            if (hasHeader)
            {
                var table = new TableRows(sections);
                rows.ForEach(table.Add);
                table.End();
                return;
            }

            foreach (var row in rows)
            {
                sections.Line();
                sections.Text(string.Join(" | ", row));
            }

            sections.Paragraph();
        }

        private string Marker(IElement item)
        {
            if (item.ParentElement is not { LocalName: "ol" } list)
            {
                return "- ";
            }

            if (!_numbers.TryGetValue(list, out var number) && !int.TryParse(list.GetAttribute("start"), CultureInfo.InvariantCulture, out number))
            {
                number = 1;
            }

            _numbers[list] = number + 1;
            return string.Create(CultureInfo.InvariantCulture, $"{number}. ");
        }

        /// <summary>Rows of cells; absent for a table that only arranges a page: one with blocks in its cells.</summary>
        private static List<string[]>? TableOf(IElement table) => Nodes(table).OfType<IElement>().Any(IsBlock)
            ? null
            : [.. Elements(table, "tr").Select(row => row.Children.Select(TextOf).ToArray())];

        private static bool IsBlock(IElement element) => HeadingLevel(element) > 0
            || element.LocalName is not ("td" or "th" or "caption") && Paragraphs.Contains(element.LocalName) && !IsOnlyParagraph(element);

        /// <summary>Some programs wrap each cell's text.</summary>
        private static bool IsOnlyParagraph(IElement element) =>
            element.LocalName is "p" or "div" && element.ParentElement is { LocalName: "td" or "th", ChildElementCount: 1 };
    }
}
