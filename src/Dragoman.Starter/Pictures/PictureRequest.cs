namespace Dragoman.Starter.Pictures;

/// <summary>Pictures that are to be composed of one prompt.</summary>
internal sealed record PictureRequest
{
    public required string Prompt { get; init; }

    /// <summary>Pictures of it.</summary>
    public int Count { get; init; } = 1;

    /// <summary>In pixels, as is the height.</summary>
    public int Width { get; init; } = 1024;

    public int Height { get; init; } = 1024;

    public PictureStyle Style { get; init; }

    /// <summary>Null for one that follows from the prompt.</summary>
    public long? Seed { get; init; }

    public PictureFormat Format { get; init; } = PictureFormat.Jpeg;

    /// <summary>Of JPEG and WebP, 1 to 100.</summary>
    public int Quality { get; init; } = 90;
}
