using System.Globalization;

namespace Dragoman.Model;

/// <summary>A picture that is asked for, in no dialect.</summary>
public sealed record ImageRequest
{
    /// <summary>As the caller named it; the router leads it to deployments.</summary>
    public required string Model { get; init; }

    /// <summary>What to see, in the caller's words; never blank.</summary>
    public required string Prompt { get; init; }

    public ImageStyle Style { get; init; }

    /// <summary>The shape of the picture; whoever makes it, it has this within 1 %.</summary>
    public AspectRatio Ratio { get; init; } = AspectRatio.Square;

    /// <summary>The same seed and prompt give the same picture, where the model can.</summary>
    public long? Seed { get; init; }
}

public enum ImageStyle
{
    /// <summary>The model's own choice.</summary>
    Default,
    Photo,
    DigitalArt,
    Illustration,
    Drawing,
}

/// <summary>Width to height, as a person writes it: <c>9:16</c>.</summary>
public readonly record struct AspectRatio(int Width, int Height)
{
    public static AspectRatio Square { get; } = new(1, 1);

    /// <summary>Width by height.</summary>
    public double Value => (double)Width / Height;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}:{Height}");
}

/// <summary>Pictures that were made.</summary>
public sealed record ImageResponse
{
    /// <summary>Of one answer; what a model makes beyond is left out.</summary>
    public const int MostImages = 4;

    /// <summary>At least one.</summary>
    public required IReadOnlyList<GeneratedImage> Images { get; init; }

    public Usage? Usage { get; init; }

    /// <summary>No neural model made them: the starter composed them of vector art.</summary>
    public bool IsComposed { get; init; }
}

/// <summary>A whole picture that was decoded and encoded anew: nothing that came along with it is left in it.</summary>
/// <param name="MediaType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record GeneratedImage(ReadOnlyMemory<byte> Data, string MediaType, int Width, int Height)
{
    /// <summary>The prompt as the model rewrote it for itself, where it tells.</summary>
    public string? RevisedPrompt { get; init; }
}
