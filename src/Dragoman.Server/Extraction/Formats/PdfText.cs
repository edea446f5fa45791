using System.Diagnostics;
using System.Globalization;
using System.Text;
using Dragoman.Model;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>A PDF's text page by page, by poppler's <c>pdftotext</c>: native code that reads what strangers wrote, so under limits of its own.</summary>
internal static class PdfText
{
    private const char PageEnd = '\f';

    private static readonly ProgramLimits Limits = new(ExtractionLimits.CpuSeconds, ExtractionLimits.NativeAddressSpaceBytes, FileBytes: 0);

    /// <exception cref="UnreadableDocumentException">It is encrypted, damaged or too long, or there is no <c>pdftotext</c>.</exception>
    public static void Read(string path, SectionWriter sections)
    {
        var program = LimitedProgram.Find("pdftotext") ?? throw new UnreadableDocumentException(
            "PDF files cannot be read on this gateway: its operator must install poppler-utils.", ErrorKind.Internal);

        // One page more than is read tells that there are too many.
        var last = (ExtractionLimits.MaxPages + 1).ToString(CultureInfo.InvariantCulture);
        using var process = new Process
        {
            StartInfo = LimitedProgram.Describe(program, ["-enc", "UTF-8", "-eol", "unix", "-l", last, path, "-"], Limits, []),
        };
        process.StartInfo.StandardOutputEncoding = Encoding.UTF8;
        process.Start();
        process.StandardInput.Close();
        var errors = LimitedProgram.DrainAsync(process.StandardError);
        try
        {
            ReadPages(process.StandardOutput, sections);
            process.WaitForExit();
        }
        finally
        {
            LimitedProgram.End(process);
        }

        if (process.ExitCode != 0)
        {
            throw new UnreadableDocumentException(errors.GetAwaiter().GetResult().Contains("Incorrect password", StringComparison.Ordinal)
                ? "The PDF file is encrypted: it opens only with a password."
                : process.ExitCode == 3 ? "The PDF file does not permit its text to be copied."
                : process.ExitCode > 128 ? "The PDF file takes too much memory or time to read."
                : "The PDF file is damaged and could not be read.");
        }
    }

    private static void ReadPages(StreamReader text, SectionWriter sections)
    {
        var buffer = new char[16 * 1024];
        var page = 0;
        var isNew = true; // The last page's end begins no other.
        while (text.Read(buffer) is > 0 and var read)
        {
            for (var rest = buffer.AsSpan(0, read); !rest.IsEmpty;)
            {
                if (isNew)
                {
                    isNew = false;
                    sections.Page(++page);
                    if (page > ExtractionLimits.MaxPages)
                    {
                        throw new UnreadableDocumentException(string.Create(
                            CultureInfo.InvariantCulture, $"The PDF file has more than {ExtractionLimits.MaxPages:N0} pages."));
                    }
                }

                var end = rest.IndexOf(PageEnd);
                sections.Verbatim(end < 0 ? rest : rest[..end]);
                isNew = end >= 0;
                rest = end < 0 ? [] : rest[(end + 1)..];
            }
        }
    }
}
