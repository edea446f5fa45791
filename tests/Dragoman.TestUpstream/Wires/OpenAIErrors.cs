using System.Globalization;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>OpenAI's and Azure OpenAI's error bodies, https://platform.openai.com/docs/guides/error-codes</summary>
internal static class OpenAIErrors
{
    public static readonly UpstreamError NotJson = Invalid(
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. "
        + "The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)");

    public static readonly UpstreamError NoKey = new()
    {
        Kind = ErrorKind.Unauthorized,
        Message = "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
            + "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your "
            + "browser and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys.",
        Code = "",
    };

    public static UpstreamError BadKey(string key) => new()
    {
        Kind = ErrorKind.Unauthorized,
        Message = $"Incorrect API key provided: {Mask(key)}. You can find your API key at https://platform.openai.com/account/api-keys.",
    };

    /// <param name="code">An empty text stands for <c>null</c>, as in <see cref="Render"/>.</param>
    public static UpstreamError Invalid(string message, string? param = null, string code = "") =>
        new() { Kind = ErrorKind.InvalidRequest, Message = message, Param = param, Code = code };

    public static Rendered AzureBlocked => new(
        400,
        "application/json",
        [
            new(Wire.Bytes(new JsonObject
            {
                ["error"] = new JsonObject
                {
                    ["message"] = "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. "
                        + "Please modify your prompt and retry.",
                    ["type"] = null,
                    ["param"] = "prompt",
                    ["code"] = "content_filter",
                    ["status"] = 400,
                    ["innererror"] = new JsonObject
                    {
                        ["code"] = "ResponsibleAIPolicyViolation",
                        ["content_filter_result"] = new JsonObject { ["hate"] = new JsonObject { ["filtered"] = true, ["severity"] = "high" } },
                    },
                },
            })),
        ]);

    /// <summary>Code: null takes the kind's own; empty is rendered as null.</summary>
    public static (int Status, JsonObject Body) Render(WireKind wire, UpstreamError error, string model)
    {
        if (wire == WireKind.Azure && error.Type is null && Azure(error) is { } azure)
        {
            return azure;
        }

        var (status, type, code, message) = error.Kind switch
        {
            ErrorKind.InvalidRequest => (400, "invalid_request_error", "", "Invalid request."),
            ErrorKind.Unauthorized => (401, "invalid_request_error", "invalid_api_key",
                "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys."),
            ErrorKind.ModelNotFound => (404, "invalid_request_error", "model_not_found",
                $"The model `{model}` does not exist or you do not have access to it."),
            ErrorKind.RateLimited => (429, "requests", "rate_limit_exceeded",
                $"Rate limit reached for {model} in organization org-test on requests per min (RPM): Limit 3, Used 3, Requested 1. "
                + "Please try again in 20s. Visit https://platform.openai.com/account/rate-limits to learn more."),
            ErrorKind.QuotaExceeded => (429, "insufficient_quota", "insufficient_quota",
                "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the "
                + "docs: https://platform.openai.com/docs/guides/error-codes/api-errors."),
            ErrorKind.Overloaded => (503, "server_error", "", "The engine is currently overloaded, please try again later"),
            ErrorKind.ContextTooLong => (400, "invalid_request_error", "context_length_exceeded",
                "This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens. "
                + "Please reduce the length of the messages."),
            _ => OfStatus(error.Status ?? 500),
        };
        var finalCode = error.Code ?? code;
        return (error.Status ?? status, new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["message"] = error.Message ?? message,
                ["type"] = error.Type ?? type,
                ["param"] = error.Param ?? (error.Kind == ErrorKind.ContextTooLong ? "messages" : null),
                ["code"] = finalCode.Length == 0 ? null : finalCode,
            },
        });
    }

    static (int Status, string Type, string Code, string Message) OfStatus(int status) => status switch
    {
        401 => (status, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
        403 => (status, "invalid_request_error", "unsupported_country_region_territory", "Country, region, or territory not supported"),
        404 => (status, "invalid_request_error", "", "Not found."),
        429 => (status, "requests", "rate_limit_exceeded", "Rate limit reached."),
        < 500 => (status, "invalid_request_error", "", "Invalid request."),
        _ => (status, "server_error", "",
            "The server had an error while processing your request. Sorry about that! Please contact us through our help center at "
            + "help.openai.com if you keep seeing this error."),
    };

    /// <summary>Azure's gateway answers in its own words, with the status as code, before OpenAI's part is reached.</summary>
    static (int Status, JsonObject Body)? Azure(UpstreamError error)
    {
        (int Status, string Code, string Message)? own = error.Kind switch
        {
            ErrorKind.Unauthorized => (401, "401",
                "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active "
                + "subscription and use a correct regional API endpoint for your resource."),
            ErrorKind.ModelNotFound => (404, "DeploymentNotFound",
                "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a "
                + "moment and try again."),
            ErrorKind.RateLimited => (429, "429",
                "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded call rate limit of "
                + "your current OpenAI S0 pricing tier. Please retry after 20 seconds."),
            ErrorKind.Generic when error.Status == 404 => (404, "404", "Resource not found"),
            _ => null,
        };
        return own is not { } known ? null : (error.Status ?? known.Status, new JsonObject
        {
            ["error"] = new JsonObject
            {
                // A bad key's own sentence is OpenAI's; Azure does not repeat it.
                ["code"] = string.IsNullOrEmpty(error.Code) ? known.Code : error.Code,
                ["message"] = error.Kind == ErrorKind.Unauthorized ? known.Message : error.Message ?? known.Message,
            },
        });
    }

    static string Mask(string key) => key.Length <= 8
        ? new string('*', key.Length)
        : string.Create(CultureInfo.InvariantCulture, $"{key[..4]}{new string('*', key.Length - 8)}{key[^4..]}");
}
