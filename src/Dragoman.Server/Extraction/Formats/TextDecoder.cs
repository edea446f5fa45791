using System.Text;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>Finds out how a text file is encoded: by its byte order mark, by what it was said to be, by trying UTF-8, and else as Windows-1252.</summary>
internal static class TextDecoder
{
    private const int SampleBytes = 64 * 1024;

    /// <param name="charset">By the word of whoever sent it; a name that nobody knows is passed over.</param>
    /// <exception cref="UnreadableDocumentException">It is no text.</exception>
    public static StreamReader Open(string path, string? charset)
    {
        var file = File.OpenRead(path);
        var encoding = Detect(file, charset);
        file.Position = 0;
        return new StreamReader(file, encoding, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024);
    }

    private static Encoding Detect(FileStream file, string? charset)
    {
        var sample = new byte[(int)Math.Min(SampleBytes, file.Length)];
        file.ReadExactly(sample);
        if (ByMark(sample) is { } marked)
        {
            return marked;
        }

        if (ByZeros(sample) is { } wide)
        {
            return wide;
        }

        if (FileSignature.IsBinary(sample))
        {
            throw new UnreadableDocumentException("The file is not a text file: it holds binary data.");
        }

        return ByName(charset) ?? (IsUtf8(file) ? Encoding.UTF8 : Encoding.GetEncoding(1252));
    }

    /// <summary>UTF-32's little-endian mark begins with UTF-16's.</summary>
    private static Encoding? ByMark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xff, 0xfe, 0, 0, ..] => Encoding.UTF32,
        [0, 0, 0xfe, 0xff, ..] => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
        [0xff, 0xfe, ..] => Encoding.Unicode,
        [0xfe, 0xff, ..] => Encoding.BigEndianUnicode,
        [0xef, 0xbb, 0xbf, ..] => Encoding.UTF8,
        _ => null,
    };

    /// <summary>UTF-16 without a mark: of a text in most languages every second byte is often zero, and no other.</summary>
    private static Encoding? ByZeros(ReadOnlySpan<byte> bytes)
    {
        Span<int> zeros = stackalloc int[2];
        for (var i = 0; i < bytes.Length; i++)
        {
            zeros[i % 2] += bytes[i] == 0 ? 1 : 0;
        }

        return (zeros[0] * 4 > bytes.Length, zeros[1] * 4 > bytes.Length) switch
        {
            (false, true) when zeros[0] == 0 => Encoding.Unicode,
            (true, false) when zeros[1] == 0 => Encoding.BigEndianUnicode,
            _ => null,
        };
    }

    private static Encoding? ByName(string? charset)
    {
        try
        {
            return charset is null ? null : Encoding.GetEncoding(charset.Trim('"', '\'', ' '));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsUtf8(FileStream file)
    {
        file.Position = 0;
        var decoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        var (bytes, characters) = (new byte[SampleBytes], new char[SampleBytes + 1]);
        try
        {
            int read;
            do
            {
                read = file.Read(bytes);
                decoder.GetChars(bytes, 0, read, characters, 0, flush: read == 0);
            }
            while (read > 0);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
