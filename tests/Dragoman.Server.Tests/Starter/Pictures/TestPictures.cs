using System.Buffers.Binary;
using System.Text;
using Dragoman.Starter.Native;

namespace Dragoman.Server.Tests.Starter.Pictures;

/// <summary>Pictures to be looked at, made as a test wants them.</summary>
internal static class TestPictures
{
    /// <summary>Left half red, right half blue; with alpha that grows from top to bottom where <paramref name="bands"/> is 4.</summary>
    public static VipsImage Halves(int width, int height, int bands = 3)
    {
        byte[] pixels = new byte[width * height * bands];
        for (int i = 0; i < width * height; i++)
        {
            Span<byte> pixel = pixels.AsSpan(i * bands, bands);
            pixel[i % width < width / 2 ? 0 : 2] = 255;
            if (bands == 4)
            {
                pixel[3] = (byte)(255 * (i / width) / height);
            }
        }

        return VipsImage.FromPixels(pixels, width, height, bands);
    }

    /// <summary>Encodes by an operation of libvips, as <c>gifsave_buffer</c>, with all that is beside the pixels.</summary>
    public static byte[] Save(this VipsImage picture, string saver, params (string Name, string Value)[] arguments)
    {
        VipsOperation operation = new VipsOperation(saver).Set("in", picture.Handle);
        foreach ((string name, string value) in arguments)
        {
            operation.Set(name, value);
        }

        return operation.RunToBytes();
    }

    /// <summary>A JPEG with an EXIF orientation, and a segment of comment.</summary>
    public static byte[] Turned(byte[] jpeg, byte orientation, string comment = "")
    {
        byte[] exif =
        [
            .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, // Big-endian; the first directory follows at once.
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, // One entry: tag 0x112, a short.
            0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. Segment(0xE1, exif), .. Segment(0xFE, Encoding.ASCII.GetBytes(comment)), .. jpeg[2..]];
    }

    /// <summary>A PNG with a text in it.</summary>
    public static byte[] Commented(byte[] png, string comment)
    {
        const int EndOfHeader = 33;
        return [.. png[..EndOfHeader], .. Chunk("tEXt", Encoding.ASCII.GetBytes("Comment\0" + comment)), .. png[EndOfHeader..]];
    }

    /// <summary>A PNG file that claims to be of a size and has next to no pixels.</summary>
    public static byte[] PngOf(int width, int height)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return [0x89, .. "PNG\r\n\x1A\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]), .. Chunk("IEND", [])];
    }

    private static byte[] Segment(byte marker, byte[] content) => [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    private static byte[] Chunk(string name, byte[] content)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(name), .. content];
        byte[] frame = new byte[4 + body.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, content.Length);
        body.CopyTo(frame, 4);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - 4), Crc(body));
        return frame;
    }

    // CRC-32 of ISO 3309, as PNG has it.
    private static uint Crc(byte[] bytes)
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
