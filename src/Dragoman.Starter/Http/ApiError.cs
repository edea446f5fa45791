using System.Text.Json.Serialization;

namespace Dragoman.Starter.Http;

/// <summary>An error as OpenAI's API words it. Messages are written for callers and never hold paths or stack traces.</summary>
internal sealed record ApiError(int Status, string Message, string Type, string? Param = null, string? Code = null)
{
    public const string InvalidRequest = "invalid_request_error";

    /// <summary>Seconds for <c>Retry-After</c>, null for none.</summary>
    public int? RetryAfter { get; init; }

    public static ApiError Invalid(string? param, string message, string? code = null) => new(400, message, InvalidRequest, param, code);

    public static ApiError Unsupported(string param, string message) => Invalid(param, message, "unsupported_parameter");

    public static ApiError NotFound(string method, string path) =>
        new(404, $"Invalid URL ({method} {path})", InvalidRequest, Code: "unknown_url");

    public static ApiError MethodNotAllowed(string method, string path) =>
        new(405, $"Not allowed to {method} on {path}", InvalidRequest, Code: "method_not_supported");

    /// <param name="maxBytes">What the endpoint takes.</param>
    public static ApiError TooLarge(long maxBytes) =>
        new(413, $"The request body is larger than {maxBytes >> 20} MiB.", InvalidRequest, Code: "request_too_large");

    public static readonly ApiError Unauthorized =
        new(401, "The API key is missing or wrong. Send it as 'Authorization: Bearer KEY'.", InvalidRequest, Code: "invalid_api_key");

    public static ApiError Busy(int retryAfter) =>
        new(429, "All slots are busy and the queue is full. Please try again later.", "rate_limit_error", Code: "rate_limit_exceeded") { RetryAfter = retryAfter };

    public static readonly ApiError Loading =
        new(503, "The model is still being loaded. Please try again shortly.", "server_error", Code: "model_loading") { RetryAfter = 1 };

    public static readonly ApiError NoComposer = new(
        503, "What pictures are composed of is not on this machine yet. Please try again shortly.", "server_error", Code: "model_loading") { RetryAfter = 5 };

    public static readonly ApiError Stopping = new(503, "The engine is shutting down.", "server_error", Code: "shutting_down");

    public static readonly ApiError Internal = new(500, "The engine had an internal error.", "server_error", Code: "internal_error");

    /// <summary>The body <c>{"error":{"message","type","param","code"}}</c>.</summary>
    public ErrorBody Body => new(new ErrorDetail(Message, Type, Param, Code));

    /// <summary>Writes status, headers and body.</summary>
    public async Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        if (RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await http.Response.WriteAsJsonAsync(Body, WireJson.Default.ErrorBody);
    }
}

internal sealed record ErrorBody([property: JsonPropertyName("error")] ErrorDetail Error);

internal sealed record ErrorDetail(string Message, string Type, string? Param, string? Code);
