using System.Buffers.Binary;

namespace Dragoman.Starter.Pictures;

/// <summary>The formats of pictures that are read.</summary>
internal enum PictureFormat
{
    Jpeg,
    Png,
    Webp,
    Gif,
    Avif,
}

/// <summary>Formats by the first bytes of a file. Whatever is not told here reaches no reader.</summary>
internal static class PictureFormats
{
    /// <summary>The format that the bytes begin as; null for any other.</summary>
    public static PictureFormat? Of(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith<byte>([0xFF, 0xD8, 0xFF]) ? PictureFormat.Jpeg
        : bytes.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? PictureFormat.Png
        : bytes.StartsWith("RIFF"u8) && bytes.Length >= 12 && bytes[8..].StartsWith("WEBP"u8) ? PictureFormat.Webp
        : bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? PictureFormat.Gif
        : IsAvif(bytes) ? PictureFormat.Avif
        : null;

    /// <summary>The operation of libvips that reads it.</summary>
    public static string Loader(this PictureFormat format) => format switch
    {
        PictureFormat.Jpeg => "jpegload_buffer",
        PictureFormat.Png => "pngload_buffer",
        PictureFormat.Webp => "webpload_buffer",
        PictureFormat.Gif => "gifload_buffer",
        _ => "heifload_buffer",
    };

    public static string MediaType(this PictureFormat format) => format switch
    {
        PictureFormat.Jpeg => "image/jpeg",
        PictureFormat.Png => "image/png",
        PictureFormat.Webp => "image/webp",
        PictureFormat.Gif => "image/gif",
        _ => "image/avif",
    };

    /// <summary>Whether a WebP file holds its pixels without loss: in a chunk <c>VP8L</c> (https://developers.google.com/speed/webp/docs/riff_container).</summary>
    public static bool IsLosslessWebp(ReadOnlySpan<byte> bytes)
    {
        const int HeaderLength = 8;
        for (bytes = bytes[12..]; bytes.Length >= HeaderLength;)
        {
            if (bytes.StartsWith("VP8L"u8))
            {
                return true;
            }

            // Chunks have an even length.
            long next = HeaderLength + ((BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) + 1L) & ~1L);
            bytes = next < bytes.Length ? bytes[(int)next..] : [];
        }

        return false;
    }

    // A box "ftyp" (ISO 14496-12): its length, its name, the major brand, a version, and the compatible brands.
    private static bool IsAvif(ReadOnlySpan<byte> bytes)
    {
        const int BrandLength = 4;
        if (bytes.Length < 16 || !bytes[4..].StartsWith("ftyp"u8))
        {
            return false;
        }

        int length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes), 128);
        for (int i = 8; i + BrandLength <= Math.Min(length, bytes.Length); i += BrandLength)
        {
            if (bytes[i..].StartsWith("avif"u8))
            {
                return true;
            }
        }

        return false;
    }
}
