using System.Text.Json;

namespace Dragoman.Testing.Wires;

/// <summary>
/// What OpenAI refuses, in its words, https://platform.openai.com/docs/api-reference/chat/create. Members it does not know are noted and,
/// since the wire is shared by vendors with members of their own, refused only where the options say so.
/// </summary>
internal static class OpenAIRules
{
    static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens", "messages",
        "metadata", "modalities", "model", "n", "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key",
        "prompt_cache_retention", "reasoning_effort", "response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream",
        "stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity", "web_search_options",
    };

    static readonly HashSet<string> s_azure = new(s_known, StringComparer.Ordinal) { "data_sources", "user_security_context" };

    static readonly HashSet<string> s_message = new(StringComparer.Ordinal)
    {
        "role", "content", "name", "refusal", "audio", "tool_calls", "function_call", "tool_call_id",
    };

    static readonly string[] s_roles = ["system", "assistant", "user", "function", "tool", "developer"];

    public static UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings)
    {
        findings.Nulls(body, path => path.StartsWith("messages[", StringComparison.Ordinal) && path.EndsWith("].content", StringComparison.Ordinal));
        var unknown = findings.Unknown(body, "", request.Wire == WireKind.Azure ? s_azure : s_known);
        if (request.Wire == WireKind.Azure && !request.Query.ContainsKey("api-version"))
        {
            findings.Note("api-version", "missing query parameter");
            return new() { Status = 404 };
        }

        return Required(request, body, findings) ?? Ranges(body, findings) ?? Messages(body, findings)
            ?? (unknown is null ? null : new UpstreamError
            {
                Kind = ErrorKind.InvalidRequest, Message = $"Unrecognized request argument supplied: {unknown}", Code = "", Waivable = true,
            });
    }

    static UpstreamError? Required(RecordedRequest request, JsonElement body, Findings findings)
    {
        if (request.Wire != WireKind.Azure && string.IsNullOrEmpty(body.Get("model").Text()))
        {
            findings.Note("model", "missing");
            return OpenAIErrors.Invalid("you must provide a model parameter");
        }

        if (body.Get("messages") is not { ValueKind: JsonValueKind.Array } messages)
        {
            findings.Note("messages", "missing");
            return OpenAIErrors.Invalid("Missing required parameter: 'messages'.", "messages", "missing_required_parameter");
        }

        if (messages.GetArrayLength() == 0)
        {
            findings.Note("messages", "empty");
            return OpenAIErrors.Invalid(
                "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.", "messages", "empty_array");
        }

        return null;
    }

    static UpstreamError? Ranges(JsonElement body, Findings findings)
    {
        (string Name, double Low, double High)[] ranges =
            [("temperature", 0, 2), ("top_p", 0, 1), ("presence_penalty", -2, 2), ("frequency_penalty", -2, 2), ("n", 1, 128), ("top_logprobs", 0, 20)];
        foreach (var (name, low, high) in ranges)
        {
            if (body.Get(name) is not { ValueKind: JsonValueKind.Number } number || number.GetDouble() is var value && value >= low && value <= high)
            {
                continue;
            }

            findings.Note(name, "out of range");
            var (side, sign, bound, code) = value > high ? ("above maximum", "<=", high, "above_max_value") : ("below minimum", ">=", low, "below_min_value");
            var whole = name is "n" or "top_logprobs";
            return OpenAIErrors.Invalid(
                $"Invalid '{name}': {(whole ? "integer" : "decimal")} {side} value. Expected a value {sign} {bound}, but got {value} instead.",
                name,
                $"{(whole ? "integer" : "decimal")}_{code}");
        }

        if (body.Get("stream_options") is not null && !body.Get("stream").IsTrue())
        {
            findings.Note("stream_options", "without stream");
            return OpenAIErrors.Invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
        }

        if (body.Get("tool_choice") is { } choice && choice.ValueKind != JsonValueKind.Null && body.Get("tools") is null)
        {
            findings.Note("tool_choice", "without tools");
            return OpenAIErrors.Invalid("Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", "tool_choice");
        }

        return null;
    }

    static UpstreamError? Messages(JsonElement body, Findings findings)
    {
        HashSet<string> open = new(StringComparer.Ordinal);
        var calling = -1;
        var index = 0;
        foreach (var message in body.Get("messages").Items())
        {
            var where = $"messages[{index}]";
            var role = message.Get("role").Text();
            findings.Unknown(message, where, s_message);
            if (role is null || !s_roles.Contains(role))
            {
                findings.Note($"{where}.role", "invalid role");
                return OpenAIErrors.Invalid(
                    $"Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
                    $"{where}.role",
                    "invalid_value");
            }

            if (role == "tool")
            {
                if (message.Get("tool_call_id").Text() is not { } id || (!open.Remove(id) && calling < 0))
                {
                    findings.Note(where, "tool message without a call");
                    return OpenAIErrors.Invalid(
                        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
                        $"messages.[{index}].role");
                }
            }
            else if (open.Count > 0)
            {
                return Unanswered(open, calling, findings);
            }
            else
            {
                calling = -1;
            }

            if (role == "assistant" && message.Get("tool_calls") is { ValueKind: JsonValueKind.Array } calls)
            {
                calling = index;
                open.UnionWith(calls.EnumerateArray().Select(c => c.Get("id").Text()).OfType<string>());
            }
            else if (Contentless(message))
            {
                findings.Note($"{where}.content", "missing content");
                return OpenAIErrors.Invalid(
                    $"Invalid value for 'content': expected a string, got null.", $"messages.[{index}].content", "");
            }

            index++;
        }

        return open.Count > 0 ? Unanswered(open, calling, findings) : null;
    }

    static bool Contentless(JsonElement message) =>
        message.Get("content") is not { ValueKind: JsonValueKind.String or JsonValueKind.Array }
        && message.Get("refusal").Text() is null && message.Get("function_call") is null && message.Get("audio") is null;

    static UpstreamError Unanswered(HashSet<string> open, int calling, Findings findings)
    {
        findings.Note($"messages[{calling}].tool_calls", "calls without tool messages");
        return OpenAIErrors.Invalid(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
            + $"The following tool_call_ids did not have response messages: {string.Join(", ", open)}",
            $"messages.[{calling}].role");
    }
}
