namespace Dragoman.Starter.Pictures.Development;

/// <summary>What is asked for of a picture that is developed.</summary>
internal sealed record DevelopmentRequest
{
    /// <summary>Width over height; null for the picture's own.</summary>
    public double? Ratio { get; init; }

    /// <summary>Pixels of a picture beyond which it is not decoded.</summary>
    public long MaxPixels { get; init; } = 40_000_000;

    /// <summary>What made the picture, as <c>openai/dall-e-3</c>.</summary>
    public string? Source { get; init; }
}

/// <summary>A picture that is whole, and fit to be handed on.</summary>
/// <param name="Width">In pixels, as is the height.</param>
internal sealed record DevelopedPicture(byte[] Bytes, PictureFormat Format, int Width, int Height);

/// <summary>Why a picture is not handed on.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Message">A sentence for people.</param>
internal sealed record PictureFault(string Code, string Message)
{
    public static readonly PictureFault Unsupported = new("unsupported_picture", "The file is no PNG, JPEG, WebP, GIF or AVIF picture.");

    public static readonly PictureFault Broken = new("broken_picture", "The picture is damaged or cut off: its pixels cannot be decoded.");

    public static PictureFault TooLarge(int width, int height, long maxPixels) => new(
        "picture_too_large",
        $"The picture is {width} x {height} pixels large; at most {PictureDeveloper.MaxSide} a side and {maxPixels} in all are taken.");

    public static PictureFault TooSmall(int width, int height) => new(
        "picture_too_small", $"The picture is {width} x {height} pixels large; of fewer than {PictureDeveloper.MinSide} a side nothing can be made.");
}
