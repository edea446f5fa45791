using System.Globalization;
using System.Text;

namespace Dragoman.Server.Tests.Extraction;

/// <summary>Writes PDF files (ISO 32000-1) with a line of text on each page.</summary>
internal static class Pdf
{
    /// <summary>Whose password is not the empty one (7.6.3, revision 2).</summary>
    public static byte[] Encrypted => Write(
        ["secret"],
        $"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{new string('1', 64)}> /U <{new string('2', 64)}> /P -4 >> /ID [<{new string('3', 32)}> <{new string('3', 32)}>]");

    public static byte[] Of(params IReadOnlyList<string> pages) => Write(pages, "");

    private static byte[] Write(IReadOnlyList<string> pages, string trailer)
    {
        var pdf = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        Add("<< /Type /Catalog /Pages 2 0 R >>");
        Add($"<< /Type /Pages /Count {pages.Count} /Kids [{string.Join(' ', Enumerable.Range(0, pages.Count).Select(page => $"{4 + 2 * page} 0 R"))}] >>");
        Add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
        foreach (var page in pages)
        {
            Add($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {offsets.Count + 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>");
            var content = $"BT /F1 12 Tf 50 700 Td ({page}) Tj ET";
            Add($"<< /Length {content.Length} >>\nstream\n{content}\nendstream");
        }

        var start = pdf.Length;
        pdf.Append(CultureInfo.InvariantCulture, $"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n");
        offsets.ForEach(offset => pdf.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n"));
        pdf.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {offsets.Count + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(pdf.ToString());

        void Add(string content)
        {
            offsets.Add(pdf.Length);
            pdf.Append(CultureInfo.InvariantCulture, $"{offsets.Count} 0 obj\n{content}\nendobj\n");
        }
    }
}
