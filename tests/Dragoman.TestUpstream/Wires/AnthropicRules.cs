using System.Text.Json;

namespace Dragoman.Testing.Wires;

/// <summary>What Anthropic refuses, in its words, https://docs.anthropic.com/en/api/messages</summary>
internal static class AnthropicRules
{
    static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        "cache_control", "container", "context_management", "diagnostics", "inference_geo", "max_tokens", "mcp_servers", "messages", "metadata", "model",
        "output_config", "output_format", "service_tier", "speed", "stop_sequences", "stream", "system", "temperature", "thinking", "tool_choice",
        "tools", "top_k", "top_p", "user_profile_id",
    };

    /// <summary>Models known to take the role <c>system</c> within a conversation, right after a message of the user's.</summary>
    static readonly string[] s_systemWithin = ["claude-opus-4-8", "claude-opus-5"];

    static readonly HashSet<string> s_message = new(StringComparer.Ordinal) { "role", "content" };

    static readonly Dictionary<string, HashSet<string>> s_blocks = new(StringComparer.Ordinal)
    {
        ["text"] = ["type", "text", "cache_control", "citations"],
        ["image"] = ["type", "source", "cache_control"],
        ["document"] = ["type", "source", "title", "context", "citations", "cache_control"],
        ["tool_use"] = ["type", "id", "name", "input", "cache_control", "caller"],
        ["tool_result"] = ["type", "tool_use_id", "content", "is_error", "cache_control"],
        ["thinking"] = ["type", "thinking", "signature"],
        ["redacted_thinking"] = ["type", "data"],
    };

    public static UpstreamError Invalid(string message) => new() { Kind = ErrorKind.InvalidRequest, Message = message };

    public static UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings)
    {
        if (string.IsNullOrEmpty(request.Header("anthropic-version")))
        {
            findings.Note("anthropic-version", "missing header");
            return Invalid("anthropic-version: header is required");
        }

        findings.Nulls(body);
        var unknown = findings.Unknown(body, "", s_known);
        return Required(body, findings)
            ?? (unknown is null ? null : Invalid($"{unknown}: Extra inputs are not permitted"))
            ?? Ranges(body, findings) ?? Messages(body, findings) ?? ToolPairs(body, findings);
    }

    static UpstreamError? Required(JsonElement body, Findings findings)
    {
        foreach (var (name, kind) in new[]
            { ("model", JsonValueKind.String), ("messages", JsonValueKind.Array), ("max_tokens", JsonValueKind.Number) })
        {
            if (body.Get(name) is not { } value)
            {
                findings.Note(name, "missing");
                return Invalid($"{name}: Field required");
            }

            if (value.ValueKind != kind)
            {
                findings.Note(name, "wrong type");
                var wanted = kind switch { JsonValueKind.String => "string", JsonValueKind.Array => "list", _ => "integer" };
                return Invalid($"{name}: Input should be a valid {wanted}");
            }
        }

        return null;
    }

    static UpstreamError? Ranges(JsonElement body, Findings findings)
    {
        var maxTokens = body.Get("max_tokens").Int() ?? 0;
        if (maxTokens < 1)
        {
            findings.Note("max_tokens", "out of range");
            return Invalid("max_tokens: Input should be greater than or equal to 1");
        }

        if (body.Get("temperature") is { ValueKind: JsonValueKind.Number } temperature && temperature.GetDouble() is < 0 or > 1)
        {
            findings.Note("temperature", "out of range");
            return Invalid("temperature: range: 0..1");
        }

        if (body.Get("thinking").Get("budget_tokens").Int() is not { } budget)
        {
            return null;
        }

        if (budget < 1024)
        {
            findings.Note("thinking.budget_tokens", "out of range");
            return Invalid("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
        }

        if (maxTokens <= budget)
        {
            findings.Note("max_tokens", "not above the thinking budget");
            return Invalid("`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at "
                + "https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size");
        }

        return null;
    }

    static UpstreamError? Messages(JsonElement body, Findings findings)
    {
        var messages = body.Get("messages").Items().ToList();
        if (messages.Count == 0)
        {
            findings.Note("messages", "empty");
            return Invalid("messages: at least one message is required");
        }

        var model = body.Get("model").Text() ?? "";
        var systemWithin = s_systemWithin.Any(known => model.StartsWith(known, StringComparison.Ordinal));
        for (var i = 0; i < messages.Count; i++)
        {
            var role = messages[i].Get("role").Text();
            var mayBeSystem = systemWithin && i > 0 && messages[i - 1].Get("role").Text() == "user";
            if (role is not ("user" or "assistant") && !(role == "system" && mayBeSystem))
            {
                findings.Note($"messages[{i}].role", "invalid role");
                return Invalid(role == "system"
                    ? "messages: Unexpected role \"system\". The Messages API accepts a top-level `system` parameter, not \"system\" as an input "
                        + "message role."
                    : $"messages: Unexpected role \"{role}\". Allowed roles are \"user\" or \"assistant\"");
            }

            if (i == 0 && role != "user")
            {
                findings.Note("messages[0].role", "first message is not the user's");
                return Invalid("messages: first message must use the \"user\" role");
            }

            if (findings.Unknown(messages[i], $"messages[{i}]", s_message) is { } extra)
            {
                return Invalid($"messages.{i}.{extra}: Extra inputs are not permitted");
            }

            if (Content(messages[i], i, i == messages.Count - 1 && role == "assistant", findings) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    static UpstreamError? Content(JsonElement message, int at, bool mayBeEmpty, Findings findings)
    {
        if (message.Get("content") is not { } content)
        {
            findings.Note($"messages[{at}].content", "missing");
            return Invalid($"messages.{at}.content: Field required");
        }

        var empty = content.ValueKind switch { JsonValueKind.String => content.GetString() is "", JsonValueKind.Array => content.GetArrayLength() == 0, _ => true };
        if (empty && !mayBeEmpty)
        {
            findings.Note($"messages[{at}].content", "empty");
            return Invalid("messages: all messages must have non-empty content except for the optional final assistant message");
        }

        var index = 0;
        foreach (var block in ((JsonElement?)content).Items())
        {
            var type = block.Get("type").Text() ?? "";
            if (type == "text" && block.Get("text").Text() is "")
            {
                findings.Note($"messages[{at}].content[{index}].text", "empty");
                return Invalid("messages: text content blocks must be non-empty");
            }

            if (s_blocks.TryGetValue(type, out var known) && findings.Unknown(block, $"messages[{at}].content[{index}]", known) is { } extra)
            {
                return Invalid($"messages.{at}.content.{index}.{type}.{extra}: Extra inputs are not permitted");
            }

            index++;
        }

        return null;
    }

    /// <summary>Each call is answered in the very next message, and nothing else is answered.</summary>
    static UpstreamError? ToolPairs(JsonElement body, Findings findings)
    {
        List<string> open = [];
        var index = 0;
        foreach (var message in body.Get("messages").Items())
        {
            var blocks = message.Get("content").Items().ToList();
            List<string?> results = [.. blocks.Where(b => b.Get("type").Text() == "tool_result").Select(b => b.Get("tool_use_id").Text())];
            if (results.Find(id => id is null || !open.Contains(id)) is { } stray)
            {
                findings.Note($"messages[{index}].content", "tool_result without tool_use");
                return Invalid(
                    $"messages.{index}.content.0: unexpected `tool_use_id` found in `tool_result` blocks: {stray}. "
                    + "Each `tool_result` block must have a corresponding `tool_use` block in the previous message.");
            }

            if (open.FindAll(id => !results.Contains(id)) is { Count: > 0 } missing)
            {
                findings.Note($"messages[{index - 1}].content", "tool_use without tool_result");
                return Invalid(
                    $"messages.{index - 1}: `tool_use` ids were found without `tool_result` blocks immediately after: {string.Join(", ", missing)}. "
                    + "Each `tool_use` block must have a corresponding `tool_result` block in the next message.");
            }

            open = [.. blocks.Where(b => b.Get("type").Text() == "tool_use").Select(b => b.Get("id").Text()).OfType<string>()];
            index++;
        }

        return null;
    }
}
