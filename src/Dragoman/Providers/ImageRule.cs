using System.Collections.Immutable;
using System.Globalization;
using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>What sets some of a vendor's models of pictures apart: how style, shape and seed of a picture are told to them.</summary>
/// <param name="Prefix">How the names of the models begin.</param>
public sealed record ImageRule(string Prefix)
{
    public ImageShape Shape { get; init; }

    /// <summary>The parameter that tells the shape (<see cref="ImageShape.Size"/> and <see cref="ImageShape.Ratio"/> only).</summary>
    public string ShapeName { get; init; } = "size";

    /// <summary>The sizes that the models have, of which the nearest is asked for; where there are none, any of about a megapixel.</summary>
    public ImmutableArray<ImageSize> Sizes { get; init; } = [];

    /// <summary>What the sides of such a size are multiples of, in pixels.</summary>
    public int SideStep { get; init; } = 64;

    /// <summary>Between the two numbers of a ratio.</summary>
    public char RatioSign { get; init; } = ':';

    public string StyleName { get; init; } = "style";

    /// <summary>The words of that parameter. A style without one travels in the prompt.</summary>
    public StyleWords Styles { get; init; } = StyleWords.None;

    /// <summary>Those words say less than the style does, so that it travels in the prompt as well.</summary>
    public bool StylesAreVague { get; init; }

    /// <summary>Absent where the models take none.</summary>
    public string? SeedName { get; init; }

    /// <summary>The greatest seed that the models take; the least is 0.</summary>
    public long MaxSeed { get; init; } = int.MaxValue;

    /// <summary>How many steps the models are to take, where they must be told.</summary>
    public int? Steps { get; init; }

    /// <summary>What each call says beside.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Always { get; init; } = [];
}

/// <summary>A model's own words for styles; absent where it has none.</summary>
public sealed record StyleWords
{
    public static StyleWords None { get; } = new();

    public string? Photo { get; init; }

    public string? DigitalArt { get; init; }

    public string? Illustration { get; init; }

    public string? Drawing { get; init; }

    public string? Of(ImageStyle style) => style switch
    {
        ImageStyle.Photo => Photo,
        ImageStyle.DigitalArt => DigitalArt,
        ImageStyle.Illustration => Illustration,
        ImageStyle.Drawing => Drawing,
        _ => null,
    };
}

/// <summary>How a model is told the shape of a picture.</summary>
public enum ImageShape
{
    /// <summary>By its size in pixels, <c>1024x1792</c>.</summary>
    Size,

    /// <summary>By <c>width</c> and <c>height</c> in pixels.</summary>
    WidthAndHeight,

    /// <summary>By its ratio, <c>9:16</c>.</summary>
    Ratio,

    /// <summary>By words in the prompt.</summary>
    Words,
}

/// <summary>In pixels.</summary>
public readonly record struct ImageSize(int Width, int Height)
{
    private const double Megapixel = 1024 * 1024;

    /// <summary>Of about a megapixel and nearly of the ratio: with steps of 32 pixels or less it is off by less than 1 % for the ratios in use.</summary>
    /// <param name="step">What both sides are multiples of.</param>
    public static ImageSize Of(AspectRatio ratio, int step)
    {
        var width = Math.Sqrt(Megapixel * ratio.Value);
        return new(Rounded(width), Rounded(width / ratio.Value));

        int Rounded(double side) => Math.Max(1, (int)Math.Round(side / step)) * step;
    }

    /// <summary>The one whose shape is the most like the ratio's.</summary>
    public static ImageSize Nearest(AspectRatio ratio, IEnumerable<ImageSize> sizes) =>
        sizes.MinBy(size => Math.Abs(Math.Log((double)size.Width / size.Height / ratio.Value)));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");
}
