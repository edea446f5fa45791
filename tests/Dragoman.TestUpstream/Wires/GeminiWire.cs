using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>
/// Google's Gemini API, https://ai.google.dev/api/generate-content; errors in Google's common shape,
/// https://cloud.google.com/apis/design/errors. Without <c>alt=sse</c> a stream is one JSON array that comes bit by bit.
/// </summary>
internal sealed class GeminiWire : Wire
{
    const string JsonUtf8 = "application/json; charset=UTF-8";

    public override UpstreamError NotJson { get; } = GeminiRules.Invalid("Invalid JSON payload received. Unexpected token.");

    public override Ask Read(RecordedRequest request, JsonElement body)
    {
        var config = body.Get("generationConfig") ?? body.Get("generation_config");
        var contents = body.Get("contents").Items().ToList();
        var system = body.Get("systemInstruction") ?? body.Get("system_instruction");
        return new(WireKind.Gemini, request.Model)
        {
            Stream = request.Path.EndsWith(":streamGenerateContent", StringComparison.Ordinal),
            Sse = request.Query.GetValueOrDefault("alt") == "sse",
            Choices = Math.Clamp(config.Get("candidateCount").Int() ?? 1, 1, 8),
            MaxTokens = config.Get("maxOutputTokens").Int(),
            PictureSize = Gallery.SizeOf(config.Get("imageConfig").Get("aspectRatio").Text()),
            LastUserText = JsonReading.ContentText(contents.FindLast(c => c.Get("role").Text() is null or "user").Get("parts")),
            InputWords = Words.Count(JsonReading.ContentText(system.Get("parts")))
                + contents.Sum(c => Words.Count(JsonReading.ContentText(c.Get("parts")))),
        };
    }

    public override string? Key(RecordedRequest request) => request.Header("x-goog-api-key") ?? request.Query.GetValueOrDefault("key");

    public override UpstreamError? CheckKey(RecordedRequest request, Func<string, bool> accepted) => Key(request) switch
    {
        null or "" => new()
        {
            Status = 403,
            Message = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of "
                + "API consumer identity to call this API.",
        },
        var key => accepted(key) ? null : new UpstreamError { Kind = ErrorKind.Unauthorized },
    };

    public override UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings) => GeminiRules.Check(body, findings);

    public override Rendered Plain(Turn turn)
    {
        var body = Envelope(turn, turn.Usage.Output, turn.Reply.BlockReason is null
            ? turn.Choices.Select((choice, i) => Candidate(i, [.. Parts(choice), .. Pictures(turn)], FinishOf(choice)))
            : null);
        return new(200, JsonUtf8, [new(Bytes(body, indented: true))]) { Headers = Headers };
    }

    public override Rendered Stream(Turn turn)
    {
        List<(JsonObject Body, FrameKind Kind)> chunks = [];
        if (turn.Reply.BlockReason is not null)
        {
            chunks.Add((Envelope(turn, 0, null), FrameKind.Ending));
        }
        else
        {
            if (turn.Reply.Faults.EmptyFirst)
            {
                chunks.Add((Envelope(turn, 0, [Candidate(0, [TextPart("")], null)]), FrameKind.Structure));
            }

            var said = 0;
            foreach (var (choice, i) in turn.Choices.Select((c, i) => (c, i)))
            {
                foreach (var part in StreamParts(choice))
                {
                    said = Math.Min(said + 1, turn.Usage.Output);
                    chunks.Add((Envelope(turn, said, [Candidate(i, [part], null)]), FrameKind.Content));
                }

                foreach (var picture in Pictures(turn))
                {
                    chunks.Add((Envelope(turn, said, [Candidate(i, [picture], null)]), FrameKind.Content));
                }

                chunks.Add((Envelope(turn, turn.Usage.Output, [Candidate(i, [TextPart("")], FinishOf(choice))]), FrameKind.Ending));
            }
        }

        if (turn.Ask.Sse)
        {
            return new(200, "text/event-stream", [.. chunks.Select(c => Data(c.Body, c.Kind, "\r\n\r\n"))], Streamed: true) { Headers = Headers };
        }

        var frames = chunks.Select((c, i) => new Frame([.. i == 0 ? "["u8 : ",\r\n"u8, .. Bytes(c.Body, indented: true)], c.Kind));
        return new(200, JsonUtf8, [.. frames, new("]"u8.ToArray(), FrameKind.Ending)], Streamed: true) { Headers = Headers };
    }

    public override Rendered Error(WireKind kind, UpstreamError error, string model, string id)
    {
        var (status, body) = GeminiErrors.Render(error, model);
        return new(status, JsonUtf8, [new(Bytes(body, indented: true))]) { Headers = Headers };
    }

    public override Frame ErrorFrame(WireKind kind, UpstreamError error, string model, string id) =>
        Data(GeminiErrors.Render(error, model).Body, FrameKind.Content, "\r\n\r\n");

    public override Rendered Models(IReadOnlyList<string> models, string id) => new(
        200,
        JsonUtf8,
        [
            new(Bytes(
                new JsonObject
                {
                    ["models"] = Array(models.Select(m => (JsonNode)new JsonObject
                    {
                        ["name"] = $"models/{m}", ["version"] = "001", ["displayName"] = m, ["inputTokenLimit"] = 1048576, ["outputTokenLimit"] = 65536,
                        ["supportedGenerationMethods"] = new JsonArray("generateContent", "countTokens"),
                    })),
                },
                indented: true)),
        ]) { Headers = Headers };

    static JsonObject Envelope(Turn turn, int output, IEnumerable<JsonNode>? candidates)
    {
        var body = new JsonObject();
        if (candidates is null)
        {
            body["promptFeedback"] = new JsonObject { ["blockReason"] = turn.Reply.BlockReason };
        }
        else
        {
            body["candidates"] = Array(candidates);
        }

        body["usageMetadata"] = Usage(turn.Usage, output, blocked: candidates is null);
        body["modelVersion"] = turn.Model;
        body["responseId"] = $"resp{turn.Id}";
        return body;
    }

    static JsonObject Candidate(int index, List<JsonNode> parts, string? finish)
    {
        var body = new JsonObject();
        if (parts.Count > 0)
        {
            body["content"] = new JsonObject { ["parts"] = Array(parts), ["role"] = "model" };
        }

        if (finish is not null)
        {
            body["finishReason"] = finish;
        }

        body["index"] = index;
        return body;
    }

    static List<JsonNode> Parts(ReplyChoice choice)
    {
        List<JsonNode> parts = [];
        if (choice.Reasoning is not null)
        {
            parts.Add(Thought(choice.Reasoning));
        }

        if ((choice.Text ?? choice.Refusal) is { } text)
        {
            parts.Add(TextPart(text));
        }

        parts.AddRange(choice.Tools.Select(Call));
        return Signed(parts, choice);
    }

    static List<JsonNode> StreamParts(ReplyChoice choice)
    {
        List<JsonNode> parts = [.. Words.Split(choice.Reasoning).Select(Thought)];
        var words = choice.Text is null ? Words.Split(choice.Refusal) : choice.TextDeltas;
        parts.AddRange(words.Select(TextPart));
        parts.AddRange(choice.Tools.Select(Call));
        return Signed(parts, choice);
    }

    /// <summary>The signature of a thought travels on the first part that is not a thought.</summary>
    static List<JsonNode> Signed(List<JsonNode> parts, ReplyChoice choice)
    {
        if (choice.Signature is not null && parts.Find(p => p["thought"] is null) is { } part)
        {
            part["thoughtSignature"] = choice.Signature;
        }

        return parts;
    }

    /// <summary>The scripted picture; else one of the fake's own from a model that draws.</summary>
    static IEnumerable<JsonNode> Pictures(Turn turn) =>
        turn.Reply.PictureBytes is not null || (turn.Reply.IsDefault && turn.Ask.Model.Contains("image", StringComparison.Ordinal))
            ? [new JsonObject { ["inlineData"] = new JsonObject { ["mimeType"] = "image/png", ["data"] = Gallery.Base64Of(turn) } }]
            : [];

    static JsonNode TextPart(string text) => new JsonObject { ["text"] = text };

    static JsonNode Thought(string text) => new JsonObject { ["text"] = text, ["thought"] = true };

    static JsonNode Call(ReplyTool tool)
    {
        var call = new JsonObject { ["name"] = tool.Name, ["args"] = Json(tool.Arguments) };
        if (tool.Id is not null)
        {
            call["id"] = tool.Id;
        }

        return new JsonObject { ["functionCall"] = call };
    }

    /// <summary>Counts that are zero are left out, as protobuf's JSON does.</summary>
    static JsonObject Usage(ReplyUsage usage, int output, bool blocked)
    {
        var thoughts = Math.Min(usage.Reasoning, output);
        var body = new JsonObject { ["promptTokenCount"] = usage.Input };
        if (usage.Cached > 0)
        {
            body["cachedContentTokenCount"] = usage.Cached;
        }

        if (!blocked && output > thoughts)
        {
            body["candidatesTokenCount"] = output - thoughts;
        }

        body["totalTokenCount"] = usage.Input + (blocked ? 0 : output);
        body["promptTokensDetails"] = new JsonArray(new JsonObject { ["modality"] = "TEXT", ["tokenCount"] = usage.Input });
        if (!blocked && thoughts > 0)
        {
            body["thoughtsTokenCount"] = thoughts;
        }

        return body;
    }

    static string FinishOf(ReplyChoice choice) => choice.WireFinish ?? (choice.Refusal is not null ? "SAFETY" : choice.EffectiveFinish switch
    {
        Finish.Length => "MAX_TOKENS",
        Finish.ContentFilter => "SAFETY",
        _ => "STOP",
    });

    static readonly KeyValuePair<string, string>[] Headers =
    [
        new("Vary", "Origin, X-Origin, Referer"), new("X-Content-Type-Options", "nosniff"), new("X-Frame-Options", "SAMEORIGIN"),
        new("Server-Timing", "gfet4t7; dur=12"),
    ];
}
