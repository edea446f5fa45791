using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.Anthropic;

/// <summary>
/// Reads <c>{"type":"error","error":{"type":"…","message":"…"}}</c> (https://platform.claude.com/docs/en/api/errors):
/// the type decides, then the status.
/// </summary>
internal static class AnthropicErrorReader
{
    public static GatewayError Read(int status, ReadOnlySpan<byte> body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, AnthropicJson.Default.AnthropicMessage) is { Error: { } error })
            {
                return Of(error, status);
            }
        }
        catch (JsonException)
        {
            // Not the vendor's own words: a proxy's page, say.
        }

        return Of(null, status);
    }

    /// <param name="status">Absent where the error came inside a stream.</param>
    public static GatewayError Of(AnthropicError? error, int? status)
    {
        var message = error?.Message is { Length: > 0 } told
            ? told
            : "";
        return new GatewayError(KindOf(error?.Type, message, status), message);
    }

    private static ErrorKind KindOf(string? type, string message, int? status) => type switch
    {
        "invalid_request_error" when IsTooLong(message) => ErrorKind.ContextLengthExceeded,
        "invalid_request_error" when IsOutOfMoney(message) => ErrorKind.UpstreamQuotaExhausted,
        "invalid_request_error" => ErrorKind.UpstreamRejectedRequest,
        "request_too_large" => ErrorKind.ContextLengthExceeded,
        "authentication_error" or "permission_error" => ErrorKind.UpstreamRejectedCredential,
        "billing_error" => ErrorKind.UpstreamQuotaExhausted,
        "not_found_error" => ErrorKind.UpstreamModelNotFound,
        "rate_limit_error" => ErrorKind.UpstreamRateLimited,
        "timeout_error" => ErrorKind.UpstreamTimeout,
        "overloaded_error" => ErrorKind.UpstreamOverloaded,
        "api_error" => ErrorKind.UpstreamFailed,
        _ => status is { } code ? UpstreamStatus.KindOf(code) : ErrorKind.UpstreamFailed,
    };

    /// <summary>"prompt is too long: 210000 tokens &gt; 200000 maximum", "input length and `max_tokens` exceed context limit: …".</summary>
    private static bool IsTooLong(string message) =>
        message.Contains("prompt is too long", StringComparison.OrdinalIgnoreCase)
        || message.Contains("exceed context limit", StringComparison.OrdinalIgnoreCase);

    /// <summary>"Your credit balance is too low to access the Anthropic API. …", "You have reached your specified API usage limits. …".</summary>
    private static bool IsOutOfMoney(string message) =>
        message.Contains("credit balance is too low", StringComparison.OrdinalIgnoreCase)
        || message.Contains("API usage limits", StringComparison.OrdinalIgnoreCase);
}
