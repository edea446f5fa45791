using System.Globalization;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.Gemini;

/// <summary>
/// Reads <c>{"error":{"code":400,"message":"…","status":"INVALID_ARGUMENT","details":[…]}}</c>, sometimes alone in an array
/// (https://ai.google.dev/gemini-api/docs/troubleshooting): the status word decides, then the HTTP status.
/// </summary>
internal static class GeminiErrorReader
{
    public static GatewayError Read(int status, ReadOnlySpan<byte> body)
    {
        try
        {
            var trimmed = body.TrimStart(" \t\r\n"u8);
            var error = trimmed is [(byte)'[', ..]
                ? JsonSerializer.Deserialize(body, GeminiJson.Default.GeminiResponseArray)?.FirstOrDefault()?.Error
                : JsonSerializer.Deserialize(body, GeminiJson.Default.GeminiResponse)?.Error;
            return Of(error, status);
        }
        catch (JsonException)
        {
            return Of(null, status); // Not the vendor's own words: a proxy's page, say.
        }
    }

    /// <param name="status">Absent where the error came under status 200.</param>
    public static GatewayError Of(GeminiError? error, int? status)
    {
        var message = error?.Message is { Length: > 0 } told
            ? told
            : "";
        return new GatewayError(KindOf(error, message, status), message) { RetryAfter = RetryAfterOf(error) };
    }

    private static ErrorKind KindOf(GeminiError? error, string message, int? status) => error?.Status switch
    {
        "INVALID_ARGUMENT" when IsAboutTheKey(error, message) => ErrorKind.UpstreamRejectedCredential,
        "INVALID_ARGUMENT" when IsTooLong(message) => ErrorKind.ContextLengthExceeded,
        "INVALID_ARGUMENT" or "OUT_OF_RANGE" or "FAILED_PRECONDITION" => ErrorKind.UpstreamRejectedRequest,
        "UNAUTHENTICATED" or "PERMISSION_DENIED" => ErrorKind.UpstreamRejectedCredential,
        "NOT_FOUND" => ErrorKind.UpstreamModelNotFound,
        "RESOURCE_EXHAUSTED" => IsOutOfQuota(error, message) ? ErrorKind.UpstreamQuotaExhausted : ErrorKind.UpstreamRateLimited,
        "UNAVAILABLE" => ErrorKind.UpstreamOverloaded,
        "DEADLINE_EXCEEDED" => ErrorKind.UpstreamTimeout,
        "INTERNAL" or "UNKNOWN" or "CANCELLED" or "ABORTED" => ErrorKind.UpstreamFailed,
        _ => status is { } code ? UpstreamStatus.KindOf(code) : ErrorKind.UpstreamFailed,
    };

    /// <summary>A bad key is told as a bad request: "API key not valid. Please pass a valid API key.", "API key expired. …".</summary>
    private static bool IsAboutTheKey(GeminiError error, string message) =>
        error.Details?.Any(detail => detail.Reason is "API_KEY_INVALID") is true
        || message.Contains("API key", StringComparison.OrdinalIgnoreCase);

    /// <summary>"The input token count (1048600) exceeds the maximum number of tokens allowed (1048576)."</summary>
    private static bool IsTooLong(string message) =>
        message.Contains("token count", StringComparison.OrdinalIgnoreCase) && message.Contains("exceeds", StringComparison.OrdinalIgnoreCase);

    /// <summary>One status stands for "too fast" and for "used up"; a daily quota or an empty account does not come back in a minute.</summary>
    private static bool IsOutOfQuota(GeminiError error, string message) =>
        error.Details?.Any(detail => detail.Violations?.Any(
            violation => violation.QuotaId?.Contains("PerDay", StringComparison.Ordinal) is true) is true) is true
        || message.Contains("credits are depleted", StringComparison.OrdinalIgnoreCase);

    private static TimeSpan? RetryAfterOf(GeminiError? error)
    {
        foreach (var detail in error?.Details ?? [])
        {
            if (detail.RetryDelay is [.. var seconds, 's']
                && double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var delay)
                && delay is >= 0 and < 1e6)
            {
                return TimeSpan.FromSeconds(delay);
            }
        }

        return null;
    }
}
