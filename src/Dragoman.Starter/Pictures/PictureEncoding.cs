using System.Text;
using Dragoman.Starter.Native;

namespace Dragoman.Starter.Pictures;

/// <summary>How a picture becomes a file, which holds its pixels, its label and nothing else.</summary>
/// <param name="Format">JPEG, PNG or WebP.</param>
internal sealed record PictureEncoding(PictureFormat Format)
{
    /// <summary>Of JPEG and of WebP with loss, 1 to 100.</summary>
    public int Quality { get; init; } = 90;

    /// <summary>WebP to the last bit.</summary>
    public bool IsLossless { get; init; }

    /// <summary>JPEG with tables of its own: some hundredths shorter, for several bytes of memory a pixel.</summary>
    public bool IsOptimized { get; init; }

    // About twice as fast as the usual 6, and files a few hundredths longer.
    private const int PngCompression = 4;

    public byte[] Encode(VipsImage picture, PictureLabel label)
    {
        byte[] xmp = Encoding.UTF8.GetBytes(label.Xmp);
        if (Format == PictureFormat.Png)
        {
            return PngText.WithXmp(picture.WritePng(PngCompression), xmp);
        }

        using VipsImage labelled = picture.WithBlob("xmp-data", xmp); // In place of its own.
        return Format == PictureFormat.Webp
            ? labelled.WriteWebp(Quality, IsLossless, keep: "xmp")
            : labelled.WriteJpeg(Quality, keep: "xmp", optimize: IsOptimized);
    }
}
