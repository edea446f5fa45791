using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>Google's error bodies as the Gemini API sends them, https://ai.google.dev/gemini-api/docs/troubleshooting</summary>
internal static class GeminiErrors
{
    const string Types = "type.googleapis.com/google.rpc.";

    public static (int Status, JsonObject Body) Render(UpstreamError error, string model)
    {
        var (code, message) = error.Kind switch
        {
            ErrorKind.InvalidRequest => (400, "Request contains an invalid argument."),
            ErrorKind.Unauthorized => (400, "API key not valid. Please pass a valid API key."),
            ErrorKind.ModelNotFound => (404,
                $"models/{model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of "
                + "available models and their supported methods."),
            ErrorKind.RateLimited or ErrorKind.QuotaExceeded => (429,
                "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: "
                + "https://ai.google.dev/gemini-api/docs/rate-limits."),
            ErrorKind.Overloaded => (503, "The model is overloaded. Please try again later."),
            ErrorKind.ContextTooLong => (400, "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576)."),
            _ => (500, error.Status is null or >= 500 ? "An internal error has occurred. Please retry." : "Request contains an invalid argument."),
        };
        code = error.Status ?? code;
        var body = new JsonObject
        {
            ["code"] = code,
            ["message"] = error.Message ?? message,
            ["status"] = error.Type ?? StatusOf(code),
        };
        if (Details(error, model) is { Count: > 0 } details)
        {
            body["details"] = details;
        }

        return (code, new JsonObject { ["error"] = body });
    }

    static JsonArray Details(UpstreamError error, string model)
    {
        if (error.FieldViolations.Count > 0)
        {
            return new(new JsonObject
            {
                ["@type"] = Types + "BadRequest",
                ["fieldViolations"] = new JsonArray([.. error.FieldViolations.Select(Violation)]),
            });
        }

        return error.Kind switch
        {
            ErrorKind.Unauthorized => new(
                new JsonObject
                {
                    ["@type"] = Types + "ErrorInfo", ["reason"] = "API_KEY_INVALID", ["domain"] = "googleapis.com",
                    ["metadata"] = new JsonObject { ["service"] = "generativelanguage.googleapis.com" },
                },
                new JsonObject
                {
                    ["@type"] = Types + "LocalizedMessage", ["locale"] = "en-US", ["message"] = "API key not valid. Please pass a valid API key.",
                }),
            ErrorKind.RateLimited => new(
                new JsonObject
                {
                    ["@type"] = Types + "QuotaFailure",
                    ["violations"] = new JsonArray(new JsonObject
                    {
                        ["quotaMetric"] = "generativelanguage.googleapis.com/generate_content_free_tier_requests",
                        ["quotaId"] = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
                        ["quotaDimensions"] = new JsonObject { ["location"] = "global", ["model"] = model },
                        ["quotaValue"] = "10",
                    }),
                },
                new JsonObject
                {
                    ["@type"] = Types + "Help",
                    ["links"] = new JsonArray(new JsonObject
                    {
                        ["description"] = "Learn more about Gemini API quotas", ["url"] = "https://ai.google.dev/gemini-api/docs/rate-limits",
                    }),
                },
                new JsonObject { ["@type"] = Types + "RetryInfo", ["retryDelay"] = "20s" }),
            _ => [],
        };
    }

    static JsonNode Violation((string? Field, string Description) violation)
    {
        var body = new JsonObject();
        if (violation.Field is not null)
        {
            body["field"] = violation.Field;
        }

        body["description"] = violation.Description;
        return body;
    }

    /// <summary>google.rpc.Code of an HTTP status.</summary>
    static string StatusOf(int code) => code switch
    {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        499 => "CANCELLED",
        500 => "INTERNAL",
        501 => "UNIMPLEMENTED",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => "UNKNOWN",
    };
}
