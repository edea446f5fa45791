namespace Dragoman.Model;

/// <summary>
/// All the ways in which a call can fail. The list is closed; <see cref="ErrorTable"/> says for each what HTTP status it has and whether
/// another deployment may be tried. Dialects turn it into their own words.
/// </summary>
public enum ErrorKind
{
    // The caller's side.
    MalformedBody,
    InvalidRequest,
    UnsupportedMediaType,
    BodyTooLarge,
    NotFound,
    MethodNotAllowed,
    Unauthenticated,
    Forbidden,
    ModelNotFound,
    ModelNotConfigured,
    UnsupportedParameter,
    ContextLengthExceeded,
    ContentFiltered,
    RateLimited,
    BudgetExceeded,
    Canceled,

    // The upstream's side.
    UpstreamUnreachable,
    UpstreamTimeout,
    UpstreamRejectedCredential,
    UpstreamModelNotFound,
    UpstreamRejectedRequest,
    UpstreamRateLimited,
    UpstreamQuotaExhausted,
    UpstreamOverloaded,
    UpstreamFailed,
    UpstreamInvalidResponse,
    UpstreamStreamBroken,

    // Ours.
    StarterUnavailable,
    Internal,
}

/// <param name="Kind">Which row of <see cref="ErrorTable"/>.</param>
/// <param name="Message">One or two sentences for the caller: what happened, and what helps. Never a secret, a path or a stack trace.</param>
public sealed record GatewayError(ErrorKind Kind, string Message)
{
    /// <summary>The parameter that is at fault, by the name it has in the caller's body.</summary>
    public string? Parameter { get; init; }

    /// <summary>All that is wrong with the caller's body, where more than one thing may be told at once; the first of them is <see cref="Message"/>, too.</summary>
    public IReadOnlyList<FieldFault>? Fields { get; init; }

    /// <summary>The provider that failed, where one did.</summary>
    public string? Provider { get; init; }

    /// <summary>How long to wait before another try.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public int HttpStatus => ErrorTable.Get(Kind).HttpStatus;

    public bool TryNext => ErrorTable.Get(Kind).TryNext;
}

/// <param name="Name">Of a field, as it stands in the caller's body.</param>
/// <param name="Message">One sentence for the caller; a field may have several.</param>
public readonly record struct FieldFault(string Name, string Message);

/// <param name="HttpStatus">What the caller is told.</param>
/// <param name="TryNext">Whether another deployment of the same route may do better.</param>
/// <param name="SetsAside">Whether the fault is the deployment's own, so that the next calls go to others first for a while.</param>
public readonly record struct ErrorRule(int HttpStatus, bool TryNext, bool SetsAside);

/// <summary>The one table of failures.</summary>
public static class ErrorTable
{
    public static ErrorRule Get(ErrorKind kind) => kind switch
    {
        ErrorKind.MalformedBody => new(400, false, false),
        ErrorKind.InvalidRequest => new(400, false, false),
        ErrorKind.UnsupportedMediaType => new(415, false, false),
        ErrorKind.BodyTooLarge => new(413, false, false),
        ErrorKind.NotFound => new(404, false, false),
        ErrorKind.MethodNotAllowed => new(405, false, false),
        ErrorKind.Unauthenticated => new(401, false, false),
        ErrorKind.Forbidden => new(403, false, false),
        ErrorKind.ModelNotFound => new(404, false, false),
        ErrorKind.ModelNotConfigured => new(404, false, false),
        ErrorKind.UnsupportedParameter => new(400, true, false),
        ErrorKind.ContextLengthExceeded => new(400, true, false),
        ErrorKind.ContentFiltered => new(400, false, false),
        ErrorKind.RateLimited => new(429, false, false),
        ErrorKind.BudgetExceeded => new(402, false, false),
        ErrorKind.Canceled => new(499, false, false),

        // A fault of the operator's set-up or of the vendor is not the caller's: 5xx.
        ErrorKind.UpstreamUnreachable => new(502, true, true),
        ErrorKind.UpstreamTimeout => new(504, true, true),
        ErrorKind.UpstreamRejectedCredential => new(502, true, true),
        ErrorKind.UpstreamModelNotFound => new(404, true, true),
        ErrorKind.UpstreamRejectedRequest => new(400, false, false),
        ErrorKind.UpstreamRateLimited => new(429, true, true),
        ErrorKind.UpstreamQuotaExhausted => new(503, true, true),
        ErrorKind.UpstreamOverloaded => new(503, true, true),
        ErrorKind.UpstreamFailed => new(502, true, true),
        ErrorKind.UpstreamInvalidResponse => new(502, true, true),
        ErrorKind.UpstreamStreamBroken => new(502, true, true),

        ErrorKind.StarterUnavailable => new(503, true, false),
        ErrorKind.Internal => new(500, false, false),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An error kind without a row in the table."),
    };
}
