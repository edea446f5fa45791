using System.Text;
using System.Xml;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>
/// PowerPoint presentations (ECMA-376, PresentationML): each slide a page under its title, tables row by row, and then its notes. Hidden slides and text
/// inside diagrams and charts are left out.
/// </summary>
internal static class PptxText
{
    public static void Read(OfficePackage package, SectionWriter sections)
    {
        var parts = package.RelationshipsOf(package.MainPart).ToDictionary(relationship => relationship.Id, relationship => relationship.Target);
        var page = 0;
        foreach (var id in SlideIds(package))
        {
            page++;
            if (parts.TryGetValue(id, out var part))
            {
                using var slide = package.OpenPart(part);
                using var notes = package.OpenRelated(part, "/notesSlide");
                Write(page, Shapes(slide), Shapes(notes), sections);
            }
        }
    }

    private static List<string> SlideIds(OfficePackage package)
    {
        using var reader = package.OpenPart(package.MainPart)!;
        var ids = new List<string>();
        while (reader.Read())
        {
            // It has an id of its own, too, without a namespace.
            if (reader is { NodeType: XmlNodeType.Element, LocalName: "sldId" } && RelationshipId(reader) is { } id)
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    private static string? RelationshipId(XmlReader reader)
    {
        string? id = null;
        while (id is null && reader.MoveToNextAttribute())
        {
            id = reader is { LocalName: "id", NamespaceURI.Length: > 0 } ? reader.Value : null;
        }

        reader.MoveToElement();
        return id;
    }

    private static void Write(int page, List<Shape>? slide, List<Shape>? notes, SectionWriter sections)
    {
        if (slide is null)
        {
            return;
        }

        sections.Page(page);
        var title = slide.FirstOrDefault(shape => shape.Placeholder is "title" or "ctrTitle");
        if (title is not null)
        {
            sections.Heading(1, string.Join(' ', title.Paragraphs));
        }

        foreach (var shape in slide.Where(shape => shape != title).Concat(notes?.Where(shape => shape.Placeholder == "body") ?? []))
        {
            sections.Paragraph();
            foreach (var paragraph in shape.Paragraphs)
            {
                sections.Line();
                sections.Text(paragraph);
            }
        }
    }

    /// <summary>What has text on a slide; absent for one that is hidden.</summary>
    private static List<Shape>? Shapes(XmlReader? reader)
    {
        var shapes = new List<Shape>();
        var shape = new Shape();
        var paragraph = new StringBuilder();
        List<string>? cells = null;
        var isInText = false;
        while (reader?.Read() is true)
        {
            switch (reader.NodeType, reader.LocalName)
            {
                case (XmlNodeType.Element, "sld") when reader.Attribute("show") is "0" or "false":
                    return null;
                case (XmlNodeType.Element, "Fallback"):
                    reader.PassOver();
                    break;
                case (XmlNodeType.Element, "sp" or "graphicFrame"):
                    shapes.Add(shape = new Shape());
                    break;
                case (XmlNodeType.Element, "ph"):
                    shape.Placeholder = reader.Attribute("type");
                    break;
                case (XmlNodeType.Element, "tr"):
                    cells = [];
                    break;
                case (XmlNodeType.Element, "tc"):
                    cells?.Add("");
                    break;
                case (XmlNodeType.Element, "t"):
                    isInText = !reader.IsEmptyElement;
                    break;
                case (XmlNodeType.Element, "br" or "tab"):
                    paragraph.Append(' ');
                    break;
                case (XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace, _) when isInText:
                    paragraph.Append(reader.Value);
                    break;
                case (XmlNodeType.EndElement, "t"):
                    isInText = false;
                    break;
                case (XmlNodeType.EndElement, "p") when cells is [.., var cell]:
                    cells[^1] = cell.Length == 0 ? paragraph.ToString() : $"{cell} {paragraph}";
                    paragraph.Clear();
                    break;
                case (XmlNodeType.EndElement, "p"):
                    shape.Paragraphs.Add(paragraph.ToString());
                    paragraph.Clear();
                    break;
                case (XmlNodeType.EndElement, "tr"):
                    shape.Paragraphs.Add(string.Join(" | ", cells ?? []));
                    cells = null;
                    break;
            }
        }

        return shapes;
    }

    private sealed class Shape
    {
        /// <summary>What the layout has it for; absent for a shape of the author's own.</summary>
        public string? Placeholder { get; set; }

        public List<string> Paragraphs { get; } = [];
    }
}
