using Dragoman.Starter.Native;

namespace Dragoman.Starter.Pictures.Development;

/// <summary>
/// Makes of bytes that claim to be a picture one that surely is: every pixel has been decoded and encoded anew, upright and in sRGB, and nothing that came
/// beside the pixels (places, names, comments, profiles) is left. Of an animation the first frame is taken.
/// </summary>
internal static class PictureDeveloper
{
    /// <summary>Pixels of a picture's longer side.</summary>
    public const int MaxSide = 16_384;

    /// <summary>Pixels of a picture's shorter side: of a smaller one no cut has the ratio that is asked for.</summary>
    public const int MinSide = 64;

    /// <summary>How far a picture's ratio may be off before it is cropped.</summary>
    private const double RatioTolerance = 0.01;

    private const int Quality = 95;

    /// <remarks>
    /// The pixels are read twice, row by row: once to see that all are there, for a crop would leave some unread, and once to be encoded. So no picture
    /// is ever whole in memory but for those that must be turned and those whose own decoder works so.
    /// </remarks>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public static (DevelopedPicture? Picture, PictureFault? Fault) Develop(
        ReadOnlySpan<byte> bytes, DevelopmentRequest request, CancellationToken cancellation)
    {
        if (PictureFormats.Of(bytes) is not { } format)
        {
            return (null, PictureFault.Unsupported);
        }

        try
        {
            bool isTurned;
            using (VipsImage header = VipsImage.FromBuffer(bytes, format.Loader(), VipsAccess.InOrder))
            {
                if (Math.Max(header.Width, header.Height) > MaxSide || (long)header.Width * header.Height > request.MaxPixels)
                {
                    return (null, PictureFault.TooLarge(header.Width, header.Height, request.MaxPixels));
                }

                if (Math.Min(header.Width, header.Height) < MinSide)
                {
                    return (null, PictureFault.TooSmall(header.Width, header.Height));
                }

                isTurned = header.IsTurned;
                using CancellationTokenRegistration reading = header.FailOn(cancellation);
                header.ReadAll();
            }

            using VipsImage picture = VipsImage.FromBuffer(bytes, format.Loader(), isTurned ? VipsAccess.AnyOrder : VipsAccess.InOrder);
            using CancellationTokenRegistration encoding = picture.FailOn(cancellation);
            return (Encode(picture, format, format is PictureFormat.Webp && PictureFormats.IsLosslessWebp(bytes), request), null);
        }
        catch (VipsException)
        {
            cancellation.ThrowIfCancellationRequested();
            return (null, PictureFault.Broken);
        }
    }

    private static DevelopedPicture Encode(VipsImage picture, PictureFormat format, bool isLossless, DevelopmentRequest request)
    {
        using VipsImage upright = picture.AutoRotate();
        using VipsImage coloured = upright.ToSrgb();
        using VipsImage cropped = Crop(coloured, request.Ratio);
        var encoding = new PictureEncoding(Target(format, cropped.HasAlpha)) { Quality = Quality, IsLossless = isLossless };
        return new DevelopedPicture(encoding.Encode(cropped, PictureLabel.Of(request.Source)), encoding.Format, cropped.Width, cropped.Height);
    }

    /// <summary>What every viewer shows stays what it is.</summary>
    private static PictureFormat Target(PictureFormat format, bool hasAlpha) => format switch
    {
        PictureFormat.Gif => PictureFormat.Png,
        PictureFormat.Avif => hasAlpha ? PictureFormat.Png : PictureFormat.Jpeg,
        _ => format,
    };

    /// <summary>The middle of a picture, as much of it as has the ratio.</summary>
    private static VipsImage Crop(VipsImage picture, double? ratio)
    {
        (int width, int height) = (picture.Width, picture.Height);
        double excess = ratio is { } wanted ? (double)width / height / wanted : 1;
        if (excess > 1 + RatioTolerance)
        {
            width = Math.Max(1, (int)Math.Round(width / excess));
        }
        else if (excess < 1 - RatioTolerance)
        {
            height = Math.Max(1, (int)Math.Round(height * excess));
        }

        return picture.Crop((picture.Width - width) / 2, (picture.Height - height) / 2, width, height);
    }
}
