using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dragoman.Model;

namespace Dragoman.Providers.OpenAI;

/// <summary>
/// Reads errors (platform.openai.com/docs/guides/error-codes) in every form that vendors of this wire give them:
/// <c>{error: {message, type, param, code}}</c>, <c>{error: "…"}</c>, <c>{message, type, code}</c>, <c>{detail}</c>, or no JSON at all.
/// </summary>
internal static partial class OpenAIErrorReader
{
    private const int LongestMessage = 2000;

    public static GatewayError Read(int status, ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return Read(status, JsonElement.ParseValue(ref reader));
        }
        catch (JsonException)
        {
            // Not JSON. A short line may be worth telling; a page is not.
            var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, 300)]).Trim();
            return Classify(status, new Details(text is "" or ['<', ..] or ['{', ..] or ['[', ..] ? null : text));
        }
    }

    /// <param name="status">200 where the error came inside an answer that began well.</param>
    /// <param name="body">The whole body, or its <c>error</c> member.</param>
    public static GatewayError Read(int status, JsonElement body)
    {
        if (body is { ValueKind: JsonValueKind.Array } && body.GetArrayLength() > 0)
        {
            body = body[0];
        }

        if (body.ValueKind == JsonValueKind.String)
        {
            return Classify(status, new Details(body.GetString()));
        }

        if (body.ValueKind != JsonValueKind.Object)
        {
            return Classify(status, default);
        }

        var error = Member(body, "error");
        var inner = error.ValueKind == JsonValueKind.Object ? error : body;
        var details = new Details(MessageOf(inner) ?? (error.ValueKind == JsonValueKind.String ? error.GetString() : null))
        {
            Type = Text(inner, "type"),
            Code = Text(inner, "code") ?? Text(Member(inner, "innererror"), "code"),
            Parameter = Text(inner, "param"),
        };

        // FastAPI's and Mistral's form: a list of what is wrong, each with its place.
        var faults = Member(inner, "detail") is { ValueKind: JsonValueKind.Array } list ? list : Member(Member(inner, "message"), "detail");
        if (faults.ValueKind == JsonValueKind.Array && faults.GetArrayLength() > 0)
        {
            var place = Member(faults[0], "loc") is { ValueKind: JsonValueKind.Array } path
                ? string.Join('.', path.EnumerateArray().Select(static step => step.ToString()).Where(static step => step != "body"))
                : null;
            var saying = Text(faults[0], "msg");
            details = details with
            {
                Message = details.Message ?? (place is null ? saying : $"{place}: {saying}"),
                Type = Text(faults[0], "type") ?? details.Type,
                Parameter = details.Parameter ?? place,
            };
        }

        return Classify(status, details);
    }

    private static GatewayError Classify(int status, Details details)
    {
        // Inside a 200 the code is often the status that the answer would have had.
        if (status < 300
            && int.TryParse(details.Code, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 400 and <= 599)
        {
            status = code;
        }

        var message = details.Message is { } said && !string.IsNullOrWhiteSpace(said)
            ? said.Length > LongestMessage ? said[..LongestMessage] + "…" : said
            : "";
        var kind = KindByCode(details.Code) ?? KindByCode(details.Type) ?? KindByWords(status, details.Message ?? "")
            ?? (status < 300 ? ErrorKind.UpstreamFailed : UpstreamStatus.KindOf(status));
        var parameter = OpenAIMapping.NullIfEmpty(details.Parameter);
        if (kind is ErrorKind.UpstreamRejectedRequest && RefusedParameter(details) is { } refused)
        {
            kind = ErrorKind.UnsupportedParameter;
            parameter ??= refused;
        }

        return new GatewayError(kind, message)
        {
            Parameter = kind is ErrorKind.UnsupportedParameter or ErrorKind.UpstreamRejectedRequest ? parameter : null,
        };
    }

    private static ErrorKind? KindByCode(string? code) => code switch
    {
        "context_length_exceeded" or "exceed_context_size_error" => ErrorKind.ContextLengthExceeded,
        "content_filter" or "content_policy_violation" or "moderation_blocked" or "content_safety_violation" or "ResponsibleAIPolicyViolation"
            or "invalid_prompt" => ErrorKind.ContentFiltered,
        "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active" or "insufficient_balance"
            or "exceeded_current_quota_error" => ErrorKind.UpstreamQuotaExhausted,
        "invalid_api_key" or "invalid_authentication" or "authentication_error" => ErrorKind.UpstreamRejectedCredential,
        "model_not_found" or "model_not_available" or "invalid_model" or "DeploymentNotFound" => ErrorKind.UpstreamModelNotFound,
        "rate_limit_exceeded" or "rate_limit_error" or "RateLimitReached" => ErrorKind.UpstreamRateLimited,
        "overloaded_error" or "engine_overloaded" or "service_unavailable" or "capacity_exceeded" => ErrorKind.UpstreamOverloaded,
        _ => null,
    };

    /// <summary>
    /// Many vendors give no code that says anything; their sentences do. Only for statuses that blame the request or the account.
    /// </summary>
    private static ErrorKind? KindByWords(int status, string message)
    {
        if (status is not (200 or 400 or 403 or 413 or 422 or 429 or 500) || message.Length == 0)
        {
            return null;
        }

        if (ContextWords().IsMatch(message) && status is not (403 or 429))
        {
            return ErrorKind.ContextLengthExceeded;
        }

        if (status == 500)
        {
            return null;
        }

        return QuotaWords().IsMatch(message) ? ErrorKind.UpstreamQuotaExhausted
            : FilterWords().IsMatch(message) && status != 429 ? ErrorKind.ContentFiltered
            : status == 400 && KeyWords().IsMatch(message) ? ErrorKind.UpstreamRejectedCredential
            : status == 400 && ModelWords().IsMatch(message) ? ErrorKind.UpstreamModelNotFound
            : status == 200 && OverloadWords().IsMatch(message) ? ErrorKind.UpstreamOverloaded
            : null;
    }

    /// <summary>
    /// The parameter that the vendor or the model does not take, by its own name; empty where it is not named; absent for other faults.
    /// </summary>
    private static string? RefusedParameter(Details details)
    {
        if (details.Code is "unsupported_parameter" or "unsupported_value" or "unknown_parameter" || details.Type == "extra_forbidden")
        {
            return details.Parameter ?? "";
        }

        return RefusalWords().Match(details.Message ?? "") is { Success: true } match ? match.Groups["name"].Value : null;
    }

    private static string? MessageOf(JsonElement error)
    {
        var message = Text(error, "message") ?? Text(error, "detail") ?? Text(error, "msg");

        // OpenRouter hides what its own upstream said one level further down.
        return message == "Provider returned error" && Text(Member(error, "metadata"), "raw") is { } raw ? $"{message}: {raw}" : message;
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element, string name) => Member(element, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    // OpenAI, vLLM, Mistral, Groq, DeepSeek, llama.cpp, OpenRouter, in this order of what they say.
    [GeneratedRegex(
        "maximum context length|max_model_len|too large for model with|reduce the length of the messages|exceeds? the (model's )?context"
        + "|exceeds the available context size|context (length|window|size) (is |was )?exceeded|prompt is too long",
        RegexOptions.IgnoreCase)]
    private static partial Regex ContextWords();

    [GeneratedRegex(
        "insufficient (balance|credits|funds|quota)|not enough credits|exceeded your current quota|used all available credits|spending limit",
        RegexOptions.IgnoreCase)]
    private static partial Regex QuotaWords();

    // Azure, OpenAI, DeepSeek, OpenRouter, xAI; of pictures OpenAI, xAI and Together.
    [GeneratedRegex(
        "content management policy|(our|the) safety system|usage policy|usage guidelines|Content Exists Risk|was flagged|content moderation|NSFW content",
        RegexOptions.IgnoreCase)]
    private static partial Regex FilterWords();

    [GeneratedRegex("(incorrect|invalid) api key", RegexOptions.IgnoreCase)]
    private static partial Regex KeyWords();

    [GeneratedRegex("""invalid model\b|not a valid model|\bmodel\b[^\n]{0,150}(not exist|not found)""", RegexOptions.IgnoreCase)]
    private static partial Regex ModelWords();

    [GeneratedRegex("over(loaded| capacity)", RegexOptions.IgnoreCase)]
    private static partial Regex OverloadWords();

    // Groq: property 'logprobs' is unsupported. xAI: Model x does not support parameter reasoningEffort. OpenAI, old: Unrecognized request
    // argument supplied: x. OpenAI: Unsupported parameter: 'x' is not supported with this model.
    [GeneratedRegex(
        """
        (?:unsupported|unrecognized|unknown)\ (?:request\ )?(?:parameter|argument|value|field)s?(?:\ supplied)?:?\ ['"`]?(?<name>\w+)
        |does\ not\ support\ (?:the\ )?parameter\ ['"`]?(?<name>\w+)
        |property\ ['"`](?<name>\w+)['"`]\ is\ unsupported
        |['"`](?<name>\w+)['"`]\ is\ not\ supported
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex RefusalWords();

    private readonly record struct Details(string? Message)
    {
        public string? Type { get; init; }

        public string? Code { get; init; }

        public string? Parameter { get; init; }
    }
}
