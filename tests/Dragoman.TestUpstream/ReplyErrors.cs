using System.Text;

namespace Dragoman.Testing;

/// <summary>What went wrong, in neutral words; each wire has its own status, type and sentence for it.</summary>
public enum ErrorKind
{
    /// <summary>Nothing but the status decides.</summary>
    Generic,
    InvalidRequest,
    Unauthorized,
    ModelNotFound,
    RateLimited,
    QuotaExceeded,
    Overloaded,
    ContextTooLong,
}

/// <summary>An error to be rendered in the wire's own shape; what is null takes the wire's own value for <see cref="Kind"/>.</summary>
public sealed record UpstreamError
{
    public ErrorKind Kind { get; init; }

    public int? Status { get; init; }

    /// <summary>OpenAI's and Anthropic's <c>type</c>, Gemini's <c>status</c>.</summary>
    public string? Type { get; init; }

    /// <summary>OpenAI's <c>code</c>.</summary>
    public string? Code { get; init; }

    /// <summary>OpenAI's <c>param</c>; the field of Gemini's violation.</summary>
    public string? Param { get; init; }

    public string? Message { get; init; }

    /// <summary>The header's value verbatim: seconds, a date, anything.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The vendor itself refuses this; others that speak its wire may not, and the options decide.</summary>
    internal bool Waivable { get; init; }

    /// <summary>Gemini's <c>details</c> for a malformed request: pairs of field (or null) and description.</summary>
    internal IReadOnlyList<(string? Field, string Description)> FieldViolations { get; init; } = [];
}

internal sealed record RawReply(int Status, ReadOnlyMemory<byte> Body, string? ContentType);

public sealed partial record Reply
{
    /// <summary>An answer whose every byte is given; sent on any path.</summary>
    public static Reply Raw(int status, string body, string? contentType = "application/json") =>
        Raw(status, Encoding.UTF8.GetBytes(body), contentType);

    /// <inheritdoc cref="Raw(int, string, string?)"/>
    public static Reply Raw(int status, ReadOnlyMemory<byte> body, string? contentType) =>
        new() { RawAnswer = new(status, body, contentType) };

    /// <inheritdoc cref="Raw(int, string, string?)"/>
    public static Reply Raw(int status, IEnumerable<KeyValuePair<string, string>> headers, string body)
    {
        var given = headers.ToList();
        var type = given.Find(h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        return Raw(status, body, type) with
        {
            Headers = [.. given.Where(h => !h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))],
        };
    }

    /// <summary>Exactly this status, in the wire's own error shape.</summary>
    public static Reply Error(int status, string? type = null, string? message = null, string? code = null, string? retryAfter = null) =>
        Error(new UpstreamError { Status = status, Type = type, Message = message, Code = code, RetryAfter = retryAfter });

    public static Reply Error(UpstreamError error) => new() { Failure = error };

    /// <summary>429. <paramref name="retryAfter"/> goes out verbatim, so it can be seconds, a date or absurd.</summary>
    public static Reply RateLimited(string? retryAfter = null) => Error(new UpstreamError { Kind = ErrorKind.RateLimited, RetryAfter = retryAfter });

    /// <summary>429 until a point in time, told as an HTTP date.</summary>
    public static Reply RateLimited(DateTimeOffset until) =>
        RateLimited(until.ToString("R", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Anthropic's 529, 503 on the others.</summary>
    public static Reply Overloaded() => Error(new UpstreamError { Kind = ErrorKind.Overloaded });

    /// <summary>401 with the wire's sentence for a bad key; on Gemini the real thing is a 400 with reason <c>API_KEY_INVALID</c>.</summary>
    public static Reply Unauthorized() => Error(new UpstreamError { Kind = ErrorKind.Unauthorized });

    public static Reply ModelNotFound() => Error(new UpstreamError { Kind = ErrorKind.ModelNotFound });

    public static Reply QuotaExceeded() => Error(new UpstreamError { Kind = ErrorKind.QuotaExceeded });

    public static Reply ContextTooLong() => Error(new UpstreamError { Kind = ErrorKind.ContextTooLong });

    /// <summary>200 and a body that says JSON and is not.</summary>
    public static Reply MalformedJson() => Raw(200, """{"id":"chatcmpl-broken","choices":[{"index":0,"message":{"role":"assistant","content":"Par""");

    /// <summary>A proxy's error page where JSON was expected.</summary>
    public static Reply HtmlPage(int status = 502) => Raw(
        status, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n", "text/html");

    /// <summary>Bytes that are neither UTF-8 nor JSON.</summary>
    public static Reply Garbage() => Raw(
        200, Enumerable.Range(0, 512).Select(i => (byte)(0x80 ^ (i * 37))).ToArray(), "application/json");

    public static Reply EmptyBody(int status = 200) => Raw(status, ReadOnlyMemory<byte>.Empty, "application/json");

    public static Reply Redirect(string location = "http://169.254.169.254/latest/meta-data/", int status = 302) =>
        Raw(status, ReadOnlyMemory<byte>.Empty, null).WithHeader("Location", location);

    /// <summary>A valid plain answer of the wire whose text alone is this long.</summary>
    public static Reply HugeJson(long textBytes = 64L << 20) => new() { HugeBytes = textBytes };

    /// <summary>The same behind <c>Content-Encoding: gzip</c>: about a thousandth of it on the wire.</summary>
    public static Reply GzipBomb(long textBytes = 1L << 30) => new() { HugeBytes = textBytes, HugeGzip = true };
}
