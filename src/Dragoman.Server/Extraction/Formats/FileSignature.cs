using System.Buffers.Binary;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>What a file is by its first bytes.</summary>
internal static class FileSignature
{
    /// <summary>Enough for all of them; a PDF's may come late.</summary>
    public const int Length = 1024;

    /// <summary>What the file is to a person (<c>a PNG picture</c>); absent where it is text or nothing known.</summary>
    public static string? Describe(ReadOnlySpan<byte> start) => start switch
    {
        [0x25, 0x50, 0x44, 0x46, ..] => "a PDF file",
        [0x50, 0x4b, 3 or 5, 4 or 6, ..] => "a ZIP archive",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => "an old or encrypted Office file",
        [0x1f, 0x8b, ..] => "a gzip archive",
        [0x7f, 0x45, 0x4c, 0x46, ..] or [0x4d, 0x5a, ..] => "a program",
        [0x37, 0x7a, 0xbc, 0xaf, ..] => "a 7-Zip archive",
        [0x52, 0x61, 0x72, 0x21, ..] => "a RAR archive",
        _ => MediaTypes.Sniff(start) is { } media ? MediaTypes.Describe(media) : null,
    };

    /// <summary>ISO 32000-1, Annex H: readers find the header within the first 1,024 bytes.</summary>
    public static bool IsPdf(ReadOnlySpan<byte> start) => start[..Math.Min(start.Length, Length)].IndexOf("%PDF-"u8) >= 0;

    /// <summary>For a file of which nobody says that it is one: a text may well speak of such headers.</summary>
    public static bool IsPlainlyPdf(ReadOnlySpan<byte> start) => start.StartsWith("%PDF-"u8);

    public static bool IsZip(ReadOnlySpan<byte> start) => start is [0x50, 0x4b, 3, 4, ..];

    public static bool IsCompoundFile(ReadOnlySpan<byte> start) =>
        start.Length >= 8 && BinaryPrimitives.ReadUInt64BigEndian(start) == 0xd0cf11e0a1b11ae1;

    /// <summary>No text in an encoding of one or more bytes a character has zeros, or many control characters.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> sample)
    {
        var controls = 0;
        foreach (var value in sample)
        {
            if (value == 0)
            {
                return true;
            }

            controls += value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or 0x1b) ? 1 : 0;
        }

        return controls * 100 > sample.Length;
    }
}
