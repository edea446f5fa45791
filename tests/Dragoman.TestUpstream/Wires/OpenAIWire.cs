using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>
/// OpenAI's chat completions, https://platform.openai.com/docs/api-reference/chat, and the same behind Azure's deployments,
/// https://learn.microsoft.com/azure/ai-foundry/openai/reference. Reasoning text is told as DeepSeek does, in <c>reasoning_content</c>.
/// </summary>
internal sealed class OpenAIWire : Wire
{
    const string Json200 = "application/json";
    const string Sse = "text/event-stream; charset=utf-8";

    public override UpstreamError NotJson => OpenAIErrors.NotJson;

    public override Ask Read(RecordedRequest request, JsonElement body)
    {
        var messages = body.Get("messages").Items().ToList();
        return new(request.Wire, request.Wire == WireKind.Azure ? request.Model : body.Get("model").Text() ?? "")
        {
            Stream = body.Get("stream").IsTrue(),
            IncludeUsage = body.Get("stream_options").Get("include_usage").IsTrue(),
            Choices = Math.Clamp(body.Get("n").Int() ?? 1, 1, 128),
            Logprobs = body.Get("logprobs").IsTrue(),
            TopLogprobs = body.Get("top_logprobs").Int() ?? 0,
            MaxTokens = body.Get("max_completion_tokens").Int() ?? body.Get("max_tokens").Int(),
            LastUserText = JsonReading.ContentText(messages.FindLast(m => m.Get("role").Text() == "user").Get("content")),
            InputWords = messages.Sum(m => Words.Count(JsonReading.ContentText(m.Get("content")))),
        };
    }

    public override string? Key(RecordedRequest request) =>
        request.Wire == WireKind.Azure && request.Header("api-key") is { } key ? key : BearerToken(request);

    public override UpstreamError? CheckKey(RecordedRequest request, Func<string, bool> accepted) => Key(request) switch
    {
        null or "" => OpenAIErrors.NoKey,
        var key => accepted(key) ? null : OpenAIErrors.BadKey(key),
    };

    public override UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings) =>
        OpenAIRules.Check(request, body, findings);

    public override Rendered Plain(Turn turn)
    {
        if (turn.Reply.BlockReason is not null && turn.Ask.Wire == WireKind.Azure)
        {
            return OpenAIErrors.AzureBlocked;
        }

        var body = new JsonObject
        {
            ["id"] = $"chatcmpl-{turn.Id}",
            ["object"] = "chat.completion",
            ["created"] = turn.Created,
            ["model"] = turn.Model,
            ["choices"] = Array(turn.Choices.Select((choice, i) => Choice(turn, choice, i))),
            ["usage"] = Usage(turn.Usage),
            ["service_tier"] = "default",
            ["system_fingerprint"] = "fp_test",
        };
        if (turn.Ask.Wire == WireKind.Azure)
        {
            body["prompt_filter_results"] = PromptFilters();
        }

        return new(200, Json200, [new(Bytes(body, indented: true))]) { Headers = Headers(turn.Ask.Wire, turn.Id) };
    }

    public override Rendered Stream(Turn turn)
    {
        if (turn.Reply.BlockReason is not null && turn.Ask.Wire == WireKind.Azure)
        {
            return OpenAIErrors.AzureBlocked;
        }

        List<Frame> frames = [];
        if (turn.Ask.Wire == WireKind.Azure)
        {
            // Azure's streams begin with a chunk that has no choices.
            frames.Add(Data(
                new JsonObject
                {
                    ["choices"] = new JsonArray(), ["created"] = 0, ["id"] = "", ["model"] = "", ["object"] = "",
                    ["prompt_filter_results"] = PromptFilters(),
                },
                FrameKind.Structure));
        }

        if (turn.Reply.Faults.EmptyFirst)
        {
            frames.Add(Chunk(turn, 0, new JsonObject(), FrameKind.Structure));
        }

        frames.AddRange(turn.Choices.Select((choice, i) => Chunk(turn, i, Opening(choice), FrameKind.Structure)));

        // The deltas of several choices come interleaved, as the real ones do.
        var deltas = turn.Choices.Select((choice, i) => DeltasOf(turn, choice, i).ToList()).ToList();
        for (var step = 0; step < deltas.Max(d => d.Count); step++)
        {
            frames.AddRange(
                deltas.Select((list, i) => (list, i)).Where(d => step < d.list.Count)
                    .Select(d => Chunk(turn, d.i, d.list[step].Delta, FrameKind.Content, logprobs: d.list[step].Logprobs)));
        }

        frames.AddRange(turn.Choices.Select((choice, i) => Chunk(turn, i, new JsonObject(), FrameKind.Ending, FinishOf(choice))));
        if (turn.Ask.IncludeUsage)
        {
            var last = Envelope(turn);
            last["choices"] = new JsonArray();
            last["usage"] = Usage(turn.Usage);
            frames.Add(Data(last, FrameKind.Ending));
        }

        frames.Add(new("data: [DONE]\n\n"u8.ToArray(), FrameKind.Ending));
        return new(200, Sse, frames, Streamed: true) { Headers = Headers(turn.Ask.Wire, turn.Id) };
    }

    public override Rendered Error(WireKind kind, UpstreamError error, string model, string id)
    {
        var (status, body) = OpenAIErrors.Render(kind, error, model);
        return new(status, Json200, [new(Bytes(body, indented: true))]) { Headers = Headers(kind, id) };
    }

    public override Frame ErrorFrame(WireKind kind, UpstreamError error, string model, string id) =>
        Data(OpenAIErrors.Render(kind, error, model).Body, FrameKind.Content);

    public override Rendered Models(IReadOnlyList<string> models, string id) => new(
        200,
        Json200,
        [
            new(Bytes(
                new JsonObject
                {
                    ["object"] = "list",
                    ["data"] = Array(models.Select(m => (JsonNode)new JsonObject
                    {
                        ["id"] = m, ["object"] = "model", ["created"] = 1686935002, ["owned_by"] = "system",
                    })),
                },
                indented: true)),
        ]) { Headers = Headers(WireKind.OpenAI, id) };

    static JsonObject Choice(Turn turn, ReplyChoice choice, int index)
    {
        var content = choice.Text ?? (choice.Tools.Length > 0 || choice.Refusal is not null ? null : "");
        var message = new JsonObject { ["role"] = "assistant", ["content"] = content };
        if (choice.Reasoning is not null)
        {
            message["reasoning_content"] = choice.Reasoning;
        }

        if (choice.Tools.Length > 0)
        {
            message["tool_calls"] = Array(choice.Tools.Select((tool, i) => (JsonNode)new JsonObject
            {
                ["id"] = turn.ToolId(tool, index, i, "call_"),
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = tool.Name, ["arguments"] = tool.Arguments },
            }));
        }

        message["refusal"] = choice.Refusal;
        message["annotations"] = new JsonArray();
        var body = new JsonObject
        {
            ["index"] = index,
            ["message"] = message,
            ["logprobs"] = turn.Ask.Logprobs ? Logprobs(choice.TextDeltas, turn.Ask.TopLogprobs) : null,
            ["finish_reason"] = FinishOf(choice),
        };
        if (turn.Ask.Wire == WireKind.Azure)
        {
            body["content_filter_results"] = Filters();
        }

        return body;
    }

    static JsonObject Opening(ReplyChoice choice)
    {
        var silent = choice.Text is null && choice.Refusal is null && (choice.Tools.Length > 0 || choice.Reasoning is not null);
        var delta = new JsonObject { ["role"] = "assistant", ["content"] = silent ? null : "" };
        if (choice.Reasoning is not null)
        {
            delta["content"] = null;
            delta["reasoning_content"] = "";
        }
        else
        {
            delta["refusal"] = null;
        }

        return delta;
    }

    static IEnumerable<(JsonObject Delta, JsonNode? Logprobs)> DeltasOf(Turn turn, ReplyChoice choice, int index)
    {
        foreach (var word in Words.Split(choice.Reasoning))
        {
            yield return (new() { ["content"] = null, ["reasoning_content"] = word }, null);
        }

        foreach (var word in choice.TextDeltas)
        {
            var delta = new JsonObject { ["content"] = word };
            if (choice.Reasoning is not null)
            {
                delta["reasoning_content"] = null;
            }

            yield return (delta, turn.Ask.Logprobs ? Logprobs([word], turn.Ask.TopLogprobs) : null);
        }

        foreach (var word in Words.Split(choice.Refusal))
        {
            yield return (new() { ["refusal"] = word }, null);
        }

        for (var i = 0; i < choice.Tools.Length; i++)
        {
            var tool = choice.Tools[i];
            yield return (
                ToolDelta(new()
                {
                    ["index"] = i, ["id"] = turn.ToolId(tool, index, i, "call_"), ["type"] = "function",
                    ["function"] = new JsonObject { ["name"] = tool.Name, ["arguments"] = "" },
                }),
                null);
            foreach (var fragment in Words.Fragments(tool.Arguments))
            {
                yield return (ToolDelta(new() { ["index"] = i, ["function"] = new JsonObject { ["arguments"] = fragment } }), null);
            }
        }
    }

    static JsonObject ToolDelta(JsonObject call) => new() { ["tool_calls"] = new JsonArray(call) };

    static Frame Chunk(Turn turn, int index, JsonObject delta, FrameKind kind, string? finish = null, JsonNode? logprobs = null)
    {
        var body = Envelope(turn);
        var choice = new JsonObject { ["index"] = index, ["delta"] = delta, ["logprobs"] = logprobs, ["finish_reason"] = finish };
        if (turn.Ask.Wire == WireKind.Azure && kind != FrameKind.Structure)
        {
            choice["content_filter_results"] = kind == FrameKind.Content ? Filters() : new JsonObject();
        }

        body["choices"] = new JsonArray(choice);
        if (turn.Ask.IncludeUsage)
        {
            body["usage"] = null;
        }

        return Data(body, kind);
    }

    static JsonObject Envelope(Turn turn) => new()
    {
        ["id"] = $"chatcmpl-{turn.Id}",
        ["object"] = "chat.completion.chunk",
        ["created"] = turn.Created,
        ["model"] = turn.Model,
        ["service_tier"] = "default",
        ["system_fingerprint"] = "fp_test",
    };

    static JsonObject Usage(ReplyUsage usage) => new()
    {
        ["prompt_tokens"] = usage.Input,
        ["completion_tokens"] = usage.Output,
        ["total_tokens"] = usage.Input + usage.Output,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.Cached, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject
        {
            ["reasoning_tokens"] = usage.Reasoning, ["audio_tokens"] = 0,
            ["accepted_prediction_tokens"] = 0, ["rejected_prediction_tokens"] = 0,
        },
    };

    static JsonObject Logprobs(IReadOnlyList<string> tokens, int top) => new()
    {
        ["content"] = Array(tokens.Select(token =>
        {
            var entry = Logprob(token, 0);
            entry["top_logprobs"] = Array(Enumerable.Range(0, top).Select(rank => Logprob(rank == 0 ? token : $"{token}~{rank}", rank)));
            return entry;
        })),
        ["refusal"] = null,
    };

    static JsonObject Logprob(string token, int rank) => new()
    {
        ["token"] = token,
        ["logprob"] = -0.125 - rank,
        ["bytes"] = Array(Utf8(token).Select(b => (JsonNode)JsonValue.Create((int)b))),
    };

    static JsonArray PromptFilters() => new(new JsonObject { ["prompt_index"] = 0, ["content_filter_results"] = Filters() });

    static JsonObject Filters() => new(
        new[] { "hate", "self_harm", "sexual", "violence" }
            .Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["filtered"] = false, ["severity"] = "safe" })));

    static string FinishOf(ReplyChoice choice) => choice.WireFinish ?? choice.EffectiveFinish switch
    {
        Finish.Length => "length",
        Finish.ToolCalls => "tool_calls",
        Finish.ContentFilter => "content_filter",
        _ => "stop",
    };

    internal static IReadOnlyList<KeyValuePair<string, string>> Headers(WireKind kind, string id) => kind == WireKind.Azure
        ?
        [
            new("apim-request-id", $"00000000-0000-0000-0000-{id.PadLeft(12, '0')}"), new("x-ms-region", "Sweden Central"),
            new("x-ratelimit-remaining-requests", "999"), new("x-ratelimit-remaining-tokens", "99000"),
        ]
        :
        [
            new("x-request-id", $"req_{id}"), new("openai-version", "2020-10-01"), new("openai-organization", "org-test"),
            new("openai-processing-ms", 12.ToString(CultureInfo.InvariantCulture)),
            new("x-ratelimit-limit-requests", "10000"), new("x-ratelimit-remaining-requests", "9999"), new("x-ratelimit-reset-requests", "6ms"),
            new("x-ratelimit-limit-tokens", "200000"), new("x-ratelimit-remaining-tokens", "199984"), new("x-ratelimit-reset-tokens", "4ms"),
        ];
}
