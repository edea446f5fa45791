namespace Dragoman.Dialects;

/// <summary>What every dialect refuses before it reads.</summary>
internal sealed record DialectLimits
{
    /// <summary>The longest request body, in bytes; a longer one is answered with 413.</summary>
    public long MaxRequestBodyBytes { get; init; } = 32 * 1024 * 1024;
}
