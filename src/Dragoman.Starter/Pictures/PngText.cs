using System.Buffers.Binary;

namespace Dragoman.Starter.Pictures;

/// <summary>
/// Texts in PNG files. libvips compresses XMP into a chunk <c>zTXt</c>, where few look for it; XMP's own specification (ISO 16684-3) wants it plain in an
/// <c>iTXt</c> (https://www.w3.org/TR/png-3/#11iTXt).
/// </summary>
internal static class PngText
{
    /// <summary>Signature and the chunk <c>IHDR</c>, with which every PNG begins.</summary>
    private const int HeaderLength = 8 + 4 + 4 + 13 + 4;

    /// <summary>The same picture with an XMP packet in it.</summary>
    public static byte[] WithXmp(ReadOnlySpan<byte> png, ReadOnlySpan<byte> xmp)
    {
        // The keyword, not compressed by no method, in no language, with no translation.
        byte[] chunk = [.. "iTXt"u8, .. "XML:com.adobe.xmp"u8, 0, 0, 0, 0, 0, .. xmp];
        Span<byte> length = stackalloc byte[4];
        Span<byte> checksum = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, chunk.Length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32(chunk));
        return [.. png[..HeaderLength], .. length, .. chunk, .. checksum, .. png[HeaderLength..]];
    }

    // Bit by bit: the texts are short.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
