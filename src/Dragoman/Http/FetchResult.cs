namespace Dragoman.Http;

/// <summary>How long a fetch may take and how much it may bring.</summary>
/// <param name="Timeout">Over all: names, connections, redirects, the last byte.</param>
/// <param name="MaxBytes">Of the body, both as it comes over the wire and unpacked.</param>
internal readonly record struct FetchLimits(TimeSpan Timeout, long MaxBytes);

/// <summary>All the ways in which a fetch can fail. The list is closed.</summary>
internal enum FetchFailureKind
{
    /// <summary>Not an absolute http or https address, or one with a user's name in it.</summary>
    InvalidAddress,

    /// <summary>
    /// No connection: no such name, an address that is not allowed, nobody there, a port that is closed or silent, no agreement on TLS. They are one
    /// so that nobody can learn from the difference what there is in the operator's network.
    /// </summary>
    Unreachable,

    /// <summary>More redirects than are followed.</summary>
    TooManyRedirects,

    /// <summary>A redirect to what is no address for a fetch, or from https to http.</summary>
    RefusedRedirect,

    /// <summary>Neither the thing itself nor the way to it.</summary>
    UnexpectedStatus,

    /// <summary>Over <see cref="FetchLimits.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>Not HTTP, headers too long, a body that breaks off or cannot be unpacked.</summary>
    InvalidAnswer,

    /// <summary>Connected, and not done within <see cref="FetchLimits.Timeout"/>.</summary>
    TimedOut,

    /// <summary>The caller went away.</summary>
    Canceled,
}

/// <param name="Message">One sentence for the caller, with a full stop, about "the address". It tells nothing of the operator's network.</param>
internal sealed record FetchFailure(FetchFailureKind Kind, string Message);

/// <param name="Address">The one that answered, after all redirects.</param>
/// <param name="MediaType">As the server says, which may be a lie: <c>image/png</c>. Absent where it says none, or nothing that can be read.</param>
/// <param name="Charset">As the server says.</param>
/// <param name="Length">Bytes handed over, unpacked.</param>
internal sealed record Fetched(Uri Address, string? MediaType, string? Charset, long Length);

/// <summary>One of the two.</summary>
internal readonly record struct FetchResult(Fetched? Fetched, FetchFailure? Failure)
{
    public static implicit operator FetchResult(Fetched fetched) => new(fetched, null);

    public static implicit operator FetchResult(FetchFailure failure) => new(null, failure);
}
