using System.Globalization;
using System.Text;
using System.Xml;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>
/// Excel workbooks (ECMA-376, SpreadsheetML): each sheet under its name, row by row, formulas by their last results, dates as ISO 8601. Hidden sheets are
/// left out.
/// </summary>
internal static class XlsxText
{
    // The widest sheet that there is.
    private const int MostColumns = 16_384;

    public static void Read(OfficePackage package, SectionWriter sections)
    {
        var parts = package.RelationshipsOf(package.MainPart).ToDictionary(relationship => relationship.Id, relationship => relationship.Target);
        var (sheets, startsIn1904) = Sheets(package);
        var strings = SharedStrings(package);
        var styles = new DateStyles(package, startsIn1904);
        foreach (var (name, id) in sheets)
        {
            using var reader = parts.TryGetValue(id, out var part) ? package.OpenPart(part) : null;
            if (reader is not null)
            {
                sections.Heading(1, name);
                var rows = new TableRows(sections);
                ReadSheet(reader, strings, styles, rows);
                rows.End();
            }
        }
    }

    private static (List<(string Name, string Id)> Sheets, bool StartsIn1904) Sheets(OfficePackage package)
    {
        using var reader = package.OpenPart(package.MainPart)!;
        var sheets = new List<(string, string)>();
        var startsIn1904 = false;
        while (reader.Read())
        {
            switch (reader.NodeType, reader.LocalName)
            {
                case (XmlNodeType.Element, "workbookPr"):
                    startsIn1904 = reader.Attribute("date1904") is "1" or "true";
                    break;
                case (XmlNodeType.Element, "sheet") when reader.Attribute("state") is null or "visible":
                    sheets.Add((reader.Attribute("name") ?? "", reader.Attribute("id") ?? ""));
                    break;
            }
        }

        return (sheets, startsIn1904);
    }

    private static List<string> SharedStrings(OfficePackage package)
    {
        var strings = new List<string>();
        using var reader = package.OpenRelated(package.MainPart, "/sharedStrings");
        while (reader?.Read() is true)
        {
            if (reader is { NodeType: XmlNodeType.Element, LocalName: "si" })
            {
                strings.Add(TextOf(reader));
            }
        }

        return strings;
    }

    /// <summary>The text inside an element, without how it is pronounced; moves to the element's end.</summary>
    private static string TextOf(XmlReader reader)
    {
        if (reader.IsEmptyElement)
        {
            return "";
        }

        var text = new StringBuilder();
        var depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader is { NodeType: XmlNodeType.Element, LocalName: "rPh" })
            {
                reader.PassOver();
            }
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
            {
                text.Append(reader.Value);
            }
        }

        return text.ToString();
    }

    private static void ReadSheet(XmlReader reader, List<string> strings, DateStyles styles, TableRows rows)
    {
        var cells = new List<string>();
        while (reader.Read())
        {
            switch (reader.NodeType, reader.LocalName)
            {
                case (XmlNodeType.Element, "row"):
                    cells = [];
                    break;
                case (XmlNodeType.Element, "c"):
                    var column = Column(reader.Attribute("r")) ?? cells.Count;
                    while (cells.Count < column)
                    {
                        cells.Add("");
                    }

                    cells.Add(ReadCell(reader, strings, styles));
                    break;
                case (XmlNodeType.EndElement, "row"):
                    rows.Add(cells);
                    break;
            }
        }
    }

    /// <summary>Of <c>AB12</c>, counted from 0.</summary>
    private static int? Column(string? reference)
    {
        var column = 0;
        foreach (var letter in reference ?? "")
        {
            if (letter is < 'A' or > 'Z' || column > MostColumns)
            {
                break;
            }

            column = column * 26 + letter - 'A' + 1;
        }

        return column is > 0 and <= MostColumns ? column - 1 : null;
    }

    private static string ReadCell(XmlReader reader, List<string> strings, DateStyles styles)
    {
        var (type, style) = (reader.Attribute("t"), reader.Attribute("s"));
        if (reader.IsEmptyElement)
        {
            return "";
        }

        var value = "";
        var depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader is { NodeType: XmlNodeType.Element, LocalName: "v" or "is" })
            {
                value = TextOf(reader);
            }
        }

        return type switch
        {
            "s" => int.TryParse(value, CultureInfo.InvariantCulture, out var index) && index >= 0 && index < strings.Count ? strings[index] : "",
            "b" => value == "1" ? "TRUE" : "FALSE",
            null or "n" when double.TryParse(value, CultureInfo.InvariantCulture, out var number) => styles.Write(number, style),
            _ => value,
        };
    }

    /// <summary>Which cells' numbers are days.</summary>
    private sealed class DateStyles
    {
        private readonly List<bool> _isDate = [];
        private readonly double _offset;

        public DateStyles(OfficePackage package, bool startsIn1904)
        {
            _offset = startsIn1904 ? 1462 : 0;
            var custom = new HashSet<string>();
            var isInCells = false;
            using var reader = package.OpenRelated(package.MainPart, "/styles");
            while (reader?.Read() is true)
            {
                switch (reader.NodeType, reader.LocalName)
                {
                    case (XmlNodeType.Element, "numFmt") when IsDate(reader.Attribute("formatCode") ?? ""):
                        custom.Add(reader.Attribute("numFmtId") ?? "");
                        break;
                    case (XmlNodeType.Element or XmlNodeType.EndElement, "cellXfs"):
                        isInCells = reader.NodeType == XmlNodeType.Element;
                        break;
                    case (XmlNodeType.Element, "xf") when isInCells:
                        var format = reader.Attribute("numFmtId") ?? "";
                        _isDate.Add(custom.Contains(format)
                            || int.TryParse(format, CultureInfo.InvariantCulture, out var id) && id is (>= 14 and <= 22) or (>= 45 and <= 47));
                        break;
                }
            }
        }

        /// <summary>With the 15 digits that a sheet shows.</summary>
        public string Write(double number, string? style)
        {
            var isDate = int.TryParse(style, CultureInfo.InvariantCulture, out var index) && index >= 0 && index < _isDate.Count && _isDate[index];
            if (!isDate || number is < 0 or >= 2_958_466) // The year 10,000.
            {
                return number.ToString("G15", CultureInfo.InvariantCulture);
            }

            var time = DateTime.FromOADate(number + _offset);
            return number < 1 ? time.ToString("HH:mm:ss", CultureInfo.InvariantCulture)
                : time.TimeOfDay == TimeSpan.Zero ? time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                : time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        }

        /// <summary>A code that has a day, a year or an hour outside quotes, brackets and escapes.</summary>
        private static bool IsDate(string code)
        {
            var isQuoted = false;
            for (var i = 0; i < code.Length; i++)
            {
                switch (code[i])
                {
                    case '"':
                        isQuoted = !isQuoted;
                        break;
                    case '\\' or '_':
                        i++;
                        break;
                    case '[' when !isQuoted:
                        i = code.IndexOf(']', i) is >= 0 and var end ? end : code.Length;
                        break;
                    case 'd' or 'D' or 'y' or 'Y' or 'h' or 'H' when !isQuoted:
                        return true;
                }
            }

            return false;
        }
    }
}
