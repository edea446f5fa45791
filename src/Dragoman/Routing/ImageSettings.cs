namespace Dragoman.Routing;

/// <summary>What the settings say of published pictures (section <c>Images</c>), compiled.</summary>
public sealed record ImageSettings
{
    /// <summary>How long a picture stays; absent for ever.</summary>
    public TimeSpan? Lifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The S3 server that keeps them; absent for a folder under the data directory. In force from start to end of the process.</summary>
    public S3Settings? S3 { get; init; }
}

/// <summary>A bucket of Amazon's S3, or of a server that speaks like it.</summary>
/// <param name="ServiceUrl">Of such a server; absent for Amazon's own.</param>
/// <param name="Prefix">What every picture's key begins with; it ends in a slash, or is empty.</param>
/// <param name="UsesPathStyle">Whether the bucket stands in the path, not in the host's name.</param>
/// <param name="IsPresigned">Whether callers are given S3's own addresses, signed for the picture's time; else the gateway passes pictures on.</param>
public sealed record S3Settings(
    string Bucket, Uri? ServiceUrl, string Region, string AccessKey, string SecretKey, string Prefix, bool UsesPathStyle, bool IsPresigned)
{
    /// <summary>Of credentials that are good for a time; absent where they are lasting ones.</summary>
    public string? SessionToken { get; init; }

    /// <summary>S3's own bound on the time of a signed address.</summary>
    public static readonly TimeSpan LongestPresigned = TimeSpan.FromDays(7);

    /// <summary>Never the credentials.</summary>
    public override string ToString() => Bucket;
}
