namespace Dragoman.Server.Extraction.Formats;

/// <summary>Text as it is.</summary>
internal static class PlainText
{
    public static void Read(TextReader text, SectionWriter sections)
    {
        var buffer = new char[16 * 1024];
        while (text.Read(buffer) is > 0 and var read)
        {
            sections.Verbatim(buffer.AsSpan(0, read));
        }
    }
}
