using System.Text;
using System.Xml;
using Dragoman.Knowledge;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>A file to be read.</summary>
/// <param name="Path">Of this machine.</param>
/// <param name="Format">By somebody's word, and held against the content; absent where the content tells it.</param>
/// <param name="Name">Its ending tells the format where neither word nor content does.</param>
/// <param name="MediaType">The same, by the word of the server that sent it.</param>
/// <param name="Charset">By the word of the server that sent it.</param>
internal sealed record FileToRead(string Path, DocumentFormat? Format = null, string? Name = null, string? MediaType = null, string? Charset = null);

/// <summary>Finds out what a file is, holds it against what it should be, and reads it.</summary>
internal static class DocumentParser
{
    private const int PeekCharacters = 1024;

    static DocumentParser() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <exception cref="UnreadableDocumentException">There is no text to be had; the message says why.</exception>
    public static void Read(FileToRead file, SectionWriter sections)
    {
        var start = StartOf(file.Path);
        if (start.Length == 0)
        {
            throw new UnreadableDocumentException("The file is empty.");
        }

        try
        {
            if (FileSignature.IsZip(start))
            {
                ReadPackage(file, sections);
            }
            else if (file.Format is null ? FileSignature.IsPlainlyPdf(start) : file.Format == DocumentFormat.Pdf && FileSignature.IsPdf(start))
            {
                PdfText.Read(file.Path, sections);
            }
            else
            {
                ReadText(file, start, sections);
            }
        }
        catch (XmlException)
        {
            throw OfficePackage.Damaged(); // An XML file's own mistakes are told by its reader.
        }
        catch (InvalidDataException)
        {
            throw new UnreadableDocumentException("The file is damaged, or unpacks to more than it says.");
        }

        sections.End();
    }

    private static byte[] StartOf(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[(int)Math.Min(FileSignature.Length, file.Length)];
        file.ReadExactly(start);
        return start;
    }

    private static void ReadPackage(FileToRead file, SectionWriter sections)
    {
        using var package = OfficePackage.Open(file.Path);
        if (package.Format is not { } format)
        {
            throw file.Format is { } wanted ? Mismatch(wanted, "a ZIP archive") : Unknown("a ZIP archive");
        }

        if (file.Format is { } asked && asked != format)
        {
            throw Mismatch(asked, Describe(format));
        }

        switch (format)
        {
            case DocumentFormat.Docx:
                DocxText.Read(package, sections);
                break;
            case DocumentFormat.Xlsx:
                XlsxText.Read(package, sections);
                break;
            default:
                PptxText.Read(package, sections);
                break;
        }
    }

    private static void ReadText(FileToRead file, ReadOnlySpan<byte> start, SectionWriter sections)
    {
        var isPackaged = file.Format is DocumentFormat.Pdf or DocumentFormat.Docx or DocumentFormat.Xlsx or DocumentFormat.Pptx;
        if (FileSignature.IsCompoundFile(start) && (isPackaged || file.Format is null))
        {
            throw new UnreadableDocumentException(
                "The file is an encrypted Office file, or one of an edition before 2007. Without a password, as docx, xlsx or pptx, it can be read.");
        }

        var known = FileSignature.Describe(start);
        if (isPackaged)
        {
            throw Mismatch(file.Format!.Value, known);
        }

        if (known is not null)
        {
            throw file.Format is { } wanted ? Mismatch(wanted, known) : Unknown(known);
        }

        var format = file.Format ?? FormatOfText(file);
        using var text = TextDecoder.Open(file.Path, file.Charset ?? (format == DocumentFormat.Html ? HtmlText.DeclaredCharset(start) : null));
        switch (format)
        {
            case DocumentFormat.Html:
                HtmlText.Read(text.ReadToEnd(), sections);
                break;
            case DocumentFormat.Markdown:
                MarkdownText.Read(text, sections);
                break;
            case DocumentFormat.Csv:
                CsvText.Read(text, sections);
                break;
            case DocumentFormat.Xml:
                using (var xml = File.OpenRead(file.Path))
                {
                    XmlText.Read(xml, sections);
                }

                break;
            default:
                PlainText.Read(text, sections);
                break;
        }
    }

    /// <summary>By its first words, then by whoever sent it, then by its name.</summary>
    private static DocumentFormat FormatOfText(FileToRead file)
    {
        using var text = TextDecoder.Open(file.Path, file.Charset);
        var buffer = new char[PeekCharacters];
        var start = buffer.AsSpan(0, text.ReadBlock(buffer)).TrimStart();
        if (start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith('<') && start.Contains("<html", StringComparison.OrdinalIgnoreCase))
        {
            return DocumentFormat.Html;
        }

        if (start.StartsWith("<?xml", StringComparison.Ordinal))
        {
            return DocumentFormat.Xml;
        }

        return ByMediaType(file.MediaType) ?? ByName(file.Name) ?? DocumentFormat.Text;
    }

    private static DocumentFormat? ByMediaType(string? type) => type?.ToLowerInvariant() switch
    {
        "text/html" or "application/xhtml+xml" => DocumentFormat.Html,
        "text/markdown" or "text/x-markdown" => DocumentFormat.Markdown,
        "text/csv" or "text/tab-separated-values" => DocumentFormat.Csv,
        "text/xml" or "application/xml" => DocumentFormat.Xml,
        _ => null,
    };

    private static DocumentFormat? ByName(string? name) => Path.GetExtension(name)?.ToLowerInvariant() switch
    {
        ".html" or ".htm" or ".xhtml" => DocumentFormat.Html,
        ".md" or ".markdown" => DocumentFormat.Markdown,
        ".csv" or ".tsv" => DocumentFormat.Csv,
        ".xml" => DocumentFormat.Xml,
        _ => null,
    };

    private static UnreadableDocumentException Mismatch(DocumentFormat wanted, string? found) =>
        new($"The file is not {Describe(wanted)}{(found is null ? "" : $"; it looks like {found}")}.");

    private static UnreadableDocumentException Unknown(string found) =>
        new($"The file is {found}. Text is read out of PDF, docx, xlsx, pptx, HTML, Markdown, CSV, XML and plain text.");

    private static string Describe(DocumentFormat format) => format switch
    {
        DocumentFormat.Pdf => "a PDF file",
        DocumentFormat.Docx => "a Word document (docx)",
        DocumentFormat.Xlsx => "an Excel workbook (xlsx)",
        DocumentFormat.Pptx => "a PowerPoint presentation (pptx)",
        DocumentFormat.Html => "an HTML page",
        DocumentFormat.Markdown => "a Markdown file",
        DocumentFormat.Csv => "a CSV file",
        DocumentFormat.Xml => "an XML file",
        _ => "a text file",
    };
}
