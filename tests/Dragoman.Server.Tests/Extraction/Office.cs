extern alias OpenXml;
using System.Globalization;
using OpenXml::DocumentFormat.OpenXml;
using OpenXml::DocumentFormat.OpenXml.Packaging;
using OpenXml::DocumentFormat.OpenXml.Presentation;
using OpenXml::DocumentFormat.OpenXml.Spreadsheet;
using OpenXml::DocumentFormat.OpenXml.Wordprocessing;
using Drawing = OpenXml::DocumentFormat.OpenXml.Drawing;
using Spreadsheet = OpenXml::DocumentFormat.OpenXml.Spreadsheet;
using Word = OpenXml::DocumentFormat.OpenXml.Wordprocessing;

namespace Dragoman.Server.Tests.Extraction;

/// <summary>Makes office files with Microsoft's own library.</summary>
internal static class Office
{
    public static byte[] Docx(params OpenXmlElement[] content)
    {
        using var file = new MemoryStream();
        using (var document = WordprocessingDocument.Create(file, WordprocessingDocumentType.Document))
        {
            var main = document.AddMainDocumentPart();
            main.Document = new Document(new Body(content));
            main.AddNewPart<StyleDefinitionsPart>().Styles = new Word.Styles(
                HeadingStyle("Titel", "Title"),
                HeadingStyle("berschrift1", "heading 1"), // As a German Word names it.
                new Word.Style(new StyleName { Val = "Own" }, new BasedOn { Val = "berschrift2" }) { StyleId = "Own" },
                HeadingStyle("berschrift2", "heading 2"));
        }

        return file.ToArray();
    }

    public static Word.Paragraph Paragraph(string text, string? style = null, bool isItem = false)
    {
        var properties = new Word.ParagraphProperties();
        if (style is not null)
        {
            properties.ParagraphStyleId = new ParagraphStyleId { Val = style };
        }

        if (isItem)
        {
            properties.NumberingProperties = new NumberingProperties(new NumberingId { Val = 1 });
        }

        // In two runs, as programs write it.
        return new Word.Paragraph(properties, Run(text[..(text.Length / 2)]), Run(text[(text.Length / 2)..]));
    }

    public static Word.Paragraph Changed(string kept, string inserted, string deleted) => new(
        Run(kept), new InsertedRun(Run(inserted)), new DeletedRun(new Word.Run(new DeletedText(deleted))));

    public static Word.Table Table(bool hasHeader, params string[][] rows)
    {
        var table = new Word.Table();
        for (var i = 0; i < rows.Length; i++)
        {
            var row = new Word.TableRow(rows[i].Select(cell => new Word.TableCell(Paragraph(cell))));
            if (hasHeader && i == 0)
            {
                row.PrependChild(new TableRowProperties(new TableHeader()));
            }

            table.AppendChild(row);
        }

        return table;
    }

    /// <summary>Texts are shared strings, days and times numbers in a format, and other numbers the results of formulas.</summary>
    public static byte[] Xlsx(params (string Name, bool IsHidden, object?[][] Rows)[] sheets)
    {
        using var file = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(file, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            workbook.Workbook = new Workbook(new Sheets());
            var strings = workbook.AddNewPart<SharedStringTablePart>().SharedStringTable = new SharedStringTable();
            workbook.AddNewPart<WorkbookStylesPart>().Stylesheet = new Stylesheet(
                new NumberingFormats(new Spreadsheet.NumberingFormat { NumberFormatId = 200, FormatCode = "[$-407]dd/mm/yyyy\\ hh:mm" }),
                new CellFormats(new CellFormat(), new CellFormat { NumberFormatId = 14 }, new CellFormat { NumberFormatId = 200 }));
            foreach (var (name, isHidden, rows) in sheets)
            {
                var part = workbook.AddNewPart<WorksheetPart>();
                part.Worksheet = new Worksheet(new SheetData(rows.Select((row, number) => Row(row, number + 1, strings))));
                workbook.Workbook.Sheets!.AppendChild(new Sheet
                {
                    Name = name,
                    SheetId = (uint)workbook.Workbook.Sheets.ChildElements.Count + 1,
                    Id = workbook.GetIdOfPart(part),
                    State = isHidden ? SheetStateValues.Hidden : SheetStateValues.Visible,
                });
            }
        }

        return file.ToArray();
    }

    public static byte[] Pptx(params (string? Title, string[] Lines, string? Notes)[] slides)
    {
        using var file = new MemoryStream();
        using (var document = PresentationDocument.Create(file, PresentationDocumentType.Presentation))
        {
            var presentation = document.AddPresentationPart();
            presentation.Presentation = new Presentation(new SlideIdList());
            foreach (var (title, lines, notes) in slides)
            {
                var part = presentation.AddNewPart<SlidePart>();
                part.Slide = new Slide(new CommonSlideData(new ShapeTree(
                    Shape(null, lines), title is null ? Shape(null, []) : Shape(PlaceholderValues.Title, [title]))));
                if (notes is not null)
                {
                    part.AddNewPart<NotesSlidePart>().NotesSlide = new NotesSlide(new CommonSlideData(new ShapeTree(
                        Shape(PlaceholderValues.Body, [notes]), Shape(PlaceholderValues.SlideNumber, ["1"]))));
                }

                presentation.Presentation.SlideIdList!.AppendChild(
                    new SlideId { Id = 256u + (uint)presentation.Presentation.SlideIdList.ChildElements.Count, RelationshipId = presentation.GetIdOfPart(part) });
            }
        }

        return file.ToArray();
    }

    private static Word.Style HeadingStyle(string id, string name) => new(new StyleName { Val = name }) { StyleId = id };

    private static Word.Run Run(string text) => new(new Word.Text(text) { Space = SpaceProcessingModeValues.Preserve });

    private static Row Row(object?[] values, int number, SharedStringTable strings)
    {
        var row = new Row { RowIndex = (uint)number };
        for (var column = 0; column < values.Length; column++)
        {
            var reference = string.Create(CultureInfo.InvariantCulture, $"{(char)('A' + column)}{number}");
            var cell = values[column] switch
            {
                null => null,
                string text => SharedString(text, strings),
                bool yes => new Cell(new CellValue(yes ? "1" : "0")) { DataType = CellValues.Boolean },
                DateOnly day => new Cell(new CellValue(day.ToDateTime(default).ToOADate())) { StyleIndex = 1 },
                DateTime time => new Cell(new CellValue(time.ToOADate())) { StyleIndex = 2 },
                var other => new Cell(new CellFormula("1+1"), new CellValue(Convert.ToString(other, CultureInfo.InvariantCulture)!)),
            };
            if (cell is not null)
            {
                cell.CellReference = reference;
                row.AppendChild(cell);
            }
        }

        return row;
    }

    private static Cell SharedString(string text, SharedStringTable strings)
    {
        strings.AppendChild(new SharedStringItem(new Spreadsheet.Text(text)));
        return new Cell(new CellValue(strings.ChildElements.Count - 1)) { DataType = CellValues.SharedString };
    }

    private static Shape Shape(PlaceholderValues? placeholder, string[] lines) => new(
        new NonVisualShapeProperties(
            new NonVisualDrawingProperties { Id = 2, Name = "Shape" },
            new NonVisualShapeDrawingProperties(),
            placeholder is null ? new ApplicationNonVisualDrawingProperties() : new ApplicationNonVisualDrawingProperties(new PlaceholderShape { Type = placeholder })),
        new ShapeProperties(),
        new TextBody(lines.Select(line => new Drawing.Paragraph(new Drawing.Run(new Drawing.Text(line)))).Prepend<OpenXmlElement>(new Drawing.BodyProperties())));
}
