using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>
/// Anthropic's Messages, https://docs.anthropic.com/en/api/messages; streams as in https://docs.anthropic.com/en/docs/build-with-claude/streaming,
/// errors as in https://docs.anthropic.com/en/api/errors
/// </summary>
internal sealed class AnthropicWire : Wire
{
    public override UpstreamError NotJson { get; } = AnthropicRules.Invalid("The request body is not valid JSON");

    public override Ask Read(RecordedRequest request, JsonElement body)
    {
        var messages = body.Get("messages").Items().ToList();
        return new(WireKind.Anthropic, body.Get("model").Text() ?? "")
        {
            Stream = body.Get("stream").IsTrue(),
            MaxTokens = body.Get("max_tokens").Int(),
            LastUserText = JsonReading.ContentText(messages.FindLast(m => m.Get("role").Text() == "user").Get("content")),
            InputWords = Words.Count(JsonReading.ContentText(body.Get("system")))
                + messages.Sum(m => Words.Count(JsonReading.ContentText(m.Get("content")))),
        };
    }

    /// <summary>The documented header is <c>x-api-key</c>; Anthropic's C# SDK (13.12) sends the same key as a bearer token, so both are taken.</summary>
    public override string? Key(RecordedRequest request) => request.Header("x-api-key") ?? BearerToken(request);

    public override UpstreamError? CheckKey(RecordedRequest request, Func<string, bool> accepted) => Key(request) switch
    {
        null or "" => new() { Kind = ErrorKind.Unauthorized, Message = "x-api-key header is required" },
        var key => accepted(key) ? null : new UpstreamError { Kind = ErrorKind.Unauthorized },
    };

    public override UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings) =>
        AnthropicRules.Check(request, body, findings);

    public override Rendered Plain(Turn turn)
    {
        if (turn.Reply.BlockReason is not null)
        {
            return Blocked(turn);
        }

        var choice = turn.Choices[0];
        var message = Message(turn);
        message["content"] = Array(Blocks(turn, choice).Select(b => b.Whole));
        message["stop_reason"] = StopReason(choice);
        message["usage"] = Usage(turn.Usage, turn.Usage.Output);
        return new(200, "application/json", [new(Bytes(message))]) { Headers = Headers(turn.Id) };
    }

    public override Rendered Stream(Turn turn)
    {
        if (turn.Reply.BlockReason is not null)
        {
            return Blocked(turn);
        }

        var choice = turn.Choices[0];
        var message = Message(turn);
        message["usage"] = Usage(turn.Usage, Math.Min(1, turn.Usage.Output));
        List<Frame> frames = [Event("message_start", new() { ["message"] = message })];
        var index = 0;
        foreach (var block in Blocks(turn, choice))
        {
            frames.Add(Event("content_block_start", new() { ["index"] = index, ["content_block"] = block.Start }));
            if (index == 0)
            {
                frames.Add(Event("ping", []));
            }

            if (index == 0 && turn.Reply.Faults.EmptyFirst)
            {
                frames.Add(Delta(index, block.Empty, FrameKind.Structure));
            }

            foreach (var delta in block.Deltas)
            {
                frames.Add(Delta(index, delta, FrameKind.Content));
            }

            frames.Add(Event("content_block_stop", new() { ["index"] = index++ }));
        }

        frames.Add(Event(
            "message_delta",
            new()
            {
                ["delta"] = new JsonObject { ["stop_reason"] = StopReason(choice), ["stop_sequence"] = null },
                ["usage"] = CumulativeUsage(turn.Usage),
            },
            FrameKind.Ending));
        frames.Add(Event("message_stop", [], FrameKind.Ending));
        return new(200, "text/event-stream; charset=utf-8", frames, Streamed: true) { Headers = Headers(turn.Id) };
    }

    public override Rendered Error(WireKind kind, UpstreamError error, string model, string id)
    {
        var (status, body) = Render(error, model, id);
        return new(status, "application/json", [new(Bytes(body))]) { Headers = Headers(id) };
    }

    public override Frame ErrorFrame(WireKind kind, UpstreamError error, string model, string id) =>
        new([.. "event: error\ndata: "u8, .. Bytes(Render(error, model, id).Body), .. "\n\n"u8]);

    public override Rendered Models(IReadOnlyList<string> models, string id) => new(
        200,
        "application/json",
        [
            new(Bytes(new JsonObject
            {
                ["data"] = Array(models.Select(m => (JsonNode)new JsonObject
                {
                    ["type"] = "model", ["id"] = m, ["display_name"] = m, ["created_at"] = "2025-02-19T00:00:00Z",
                })),
                ["has_more"] = false,
                ["first_id"] = models.Count > 0 ? models[0] : null,
                ["last_id"] = models.Count > 0 ? models[^1] : null,
            })),
        ]) { Headers = Headers(id) };

    sealed record Block(JsonNode Whole, JsonNode Start, JsonObject Empty, IEnumerable<JsonObject> Deltas);

    static IEnumerable<Block> Blocks(Turn turn, ReplyChoice choice)
    {
        if (choice.Reasoning is { } thinking)
        {
            var signature = choice.Signature ?? "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds";
            yield return new(
                new JsonObject { ["type"] = "thinking", ["thinking"] = thinking, ["signature"] = signature },
                new JsonObject { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" },
                Typed("thinking_delta", "thinking", ""),
                Words.Split(thinking).Select(w => Typed("thinking_delta", "thinking", w)).Append(Typed("signature_delta", "signature", signature)));
        }

        if ((choice.Text ?? choice.Refusal) is { } text)
        {
            yield return new(
                new JsonObject { ["type"] = "text", ["text"] = text },
                new JsonObject { ["type"] = "text", ["text"] = "" },
                Typed("text_delta", "text", ""),
                (choice.Text is null ? Words.Split(text) : choice.TextDeltas).Select(w => Typed("text_delta", "text", w)));
        }

        for (var i = 0; i < choice.Tools.Length; i++)
        {
            var tool = choice.Tools[i];
            JsonObject Head(JsonNode input) => new()
            {
                ["type"] = "tool_use", ["id"] = turn.ToolId(tool, 0, i, "toolu_"), ["name"] = tool.Name, ["input"] = input,
            };
            yield return new(
                Head(Json(tool.Arguments)),
                Head(new JsonObject()),
                Typed("input_json_delta", "partial_json", ""),
                Words.Fragments(tool.Arguments).Prepend("").Select(f => Typed("input_json_delta", "partial_json", f)));
        }
    }

    static JsonObject Typed(string type, string name, string value) => new() { ["type"] = type, [name] = value };

    static Frame Delta(int index, JsonObject delta, FrameKind kind) =>
        Event("content_block_delta", new() { ["index"] = index, ["delta"] = delta }, kind);

    static Frame Event(string type, JsonObject members, FrameKind kind = FrameKind.Structure)
    {
        members.Insert(0, "type", type);
        return new([.. "event: "u8, .. Utf8(type), .. "\ndata: "u8, .. Bytes(members), .. "\n\n"u8], kind);
    }

    static JsonObject Message(Turn turn) => new()
    {
        ["id"] = $"msg_{turn.Id}",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = turn.Model,
        ["content"] = new JsonArray(),
        ["stop_reason"] = null,
        ["stop_sequence"] = null,
    };

    /// <summary>Anthropic counts what is read from and written to its cache apart from the other input.</summary>
    static JsonObject CumulativeUsage(ReplyUsage usage)
    {
        var body = new JsonObject
        {
            ["input_tokens"] = usage.Input - usage.Cached - usage.CacheWrite,
            ["cache_creation_input_tokens"] = usage.CacheWrite,
            ["cache_read_input_tokens"] = usage.Cached,
            ["output_tokens"] = usage.Output,
        };
        if (usage.Reasoning > 0)
        {
            body["output_tokens_details"] = new JsonObject { ["thinking_tokens"] = Math.Min(usage.Reasoning, usage.Output) };
        }

        return body;
    }

    static JsonObject Usage(ReplyUsage usage, int output)
    {
        var body = CumulativeUsage(usage with { Output = output });
        body["cache_creation"] = new JsonObject { ["ephemeral_5m_input_tokens"] = usage.CacheWrite, ["ephemeral_1h_input_tokens"] = 0 };
        body["service_tier"] = "standard";
        return body;
    }

    static string StopReason(ReplyChoice choice) => choice.WireFinish ?? (choice.Refusal is not null ? "refusal" : choice.EffectiveFinish switch
    {
        Finish.Length => "max_tokens",
        Finish.ToolCalls => "tool_use",
        Finish.ContentFilter => "refusal",
        Finish.StopSequence => "stop_sequence",
        _ => "end_turn",
    });

    Rendered Blocked(Turn turn) =>
        Error(WireKind.Anthropic, AnthropicRules.Invalid("Output blocked by content filtering policy"), turn.Model, turn.Id);

    static (int Status, JsonObject Body) Render(UpstreamError error, string model, string id)
    {
        var (status, type, message) = error.Kind switch
        {
            ErrorKind.InvalidRequest => (400, "invalid_request_error", "Invalid request."),
            ErrorKind.Unauthorized => (401, "authentication_error", "invalid x-api-key"),
            ErrorKind.ModelNotFound => (404, "not_found_error", $"model: {model}"),
            ErrorKind.RateLimited => (429, "rate_limit_error", "This request would exceed your organization's rate limit of 50 requests per minute."),
            ErrorKind.QuotaExceeded => (400, "invalid_request_error",
                "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."),
            ErrorKind.Overloaded => (529, "overloaded_error", "Overloaded"),
            ErrorKind.ContextTooLong => (400, "invalid_request_error", "prompt is too long: 209000 tokens > 200000 maximum"),
            _ => OfStatus(error.Status ?? 500),
        };
        return (error.Status ?? status, new JsonObject
        {
            ["type"] = "error",
            ["error"] = new JsonObject { ["type"] = error.Type ?? type, ["message"] = error.Message ?? message },
            ["request_id"] = $"req_{id}",
        });
    }

    static (int Status, string Type, string Message) OfStatus(int status) => status switch
    {
        401 => (status, "authentication_error", "invalid x-api-key"),
        402 => (status, "billing_error", "There is an issue with your billing."),
        403 => (status, "permission_error", "Your API key does not have permission to use the specified resource."),
        404 => (status, "not_found_error", "Not found"),
        413 => (status, "request_too_large", "Request exceeds the maximum size"),
        429 => (status, "rate_limit_error", "This request would exceed your organization's rate limit."),
        504 => (status, "timeout_error", "Request timed out"),
        529 => (status, "overloaded_error", "Overloaded"),
        < 500 => (status, "invalid_request_error", "Invalid request."),
        _ => (status, "api_error", "Internal server error"),
    };

    static IReadOnlyList<KeyValuePair<string, string>> Headers(string id) =>
    [
        new("request-id", $"req_{id}"), new("anthropic-organization-id", "00000000-0000-0000-0000-000000000000"),
        new("anthropic-ratelimit-requests-limit", "4000"), new("anthropic-ratelimit-requests-remaining", "3999"),
        new("anthropic-ratelimit-requests-reset", "2026-01-01T00:00:00Z"),
        new("anthropic-ratelimit-tokens-limit", "480000"), new("anthropic-ratelimit-tokens-remaining", "479000"),
        new("anthropic-ratelimit-tokens-reset", "2026-01-01T00:00:00Z"),
    ];
}
