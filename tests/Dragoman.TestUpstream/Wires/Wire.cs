using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>What a frame of a stream is to the faults.</summary>
internal enum FrameKind
{
    /// <summary>Opens or closes something; says nothing of its own.</summary>
    Structure,
    Content,

    /// <summary>From here on the answer counts as whole: finish reason, usage, end mark.</summary>
    Ending,
}

internal readonly record struct Frame(byte[] Bytes, FrameKind Kind = FrameKind.Content);

internal sealed record Rendered(int Status, string? ContentType, IReadOnlyList<Frame> Frames, bool Streamed = false)
{
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}

/// <summary>What the rendering needs to know of a request, read tolerantly.</summary>
internal sealed record Ask(WireKind Wire, string Model)
{
    public bool Stream { get; init; }

    /// <summary>OpenAI: <c>stream_options.include_usage</c>.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>Gemini: <c>alt=sse</c>; without it a stream is a JSON array.</summary>
    public bool Sse { get; init; } = true;

    public int Choices { get; init; } = 1;

    public bool Logprobs { get; init; }

    public int TopLogprobs { get; init; }

    public int? MaxTokens { get; init; }

    public string LastUserText { get; init; } = "";

    /// <summary>What is to be embedded, or weighed.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Reranking: how many passages are told.</summary>
    public int? Top { get; init; }

    /// <summary>Of vectors; where absent, the fake's own.</summary>
    public int? Dimensions { get; init; }

    /// <summary>OpenAI's embeddings: vectors as Base64 of their floats.</summary>
    public bool Base64 { get; init; }

    public int InputWords { get; init; }

    /// <summary>Pictures: in pixels.</summary>
    public (int Width, int Height) PictureSize { get; init; } = (1024, 1024);

    /// <summary>Pictures: not as bytes, but where they lie.</summary>
    public bool WantsAddress { get; init; }

    /// <summary>Where the fake is.</summary>
    public string Home { get; init; } = "";
}

/// <summary>One reply about to be rendered for one request.</summary>
internal sealed record Turn(Ask Ask, Reply Reply, string Id, long Created)
{
    public required ReplyUsage Usage { get; init; }

    public required IReadOnlyList<ReplyChoice> Choices { get; init; }

    public string Model => Reply.Model ?? Ask.Model;

    /// <summary>A call's id: the scripted one, or one that says where it stands.</summary>
    public string ToolId(ReplyTool tool, int choice, int index, string prefix) => tool.Id ?? $"{prefix}{Id}{choice}{index}";
}

/// <summary>One vendor's HTTP API: reads a request, judges it, renders replies. Holds no state.</summary>
internal abstract class Wire
{
    static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    static readonly JsonWriterOptions s_indented = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    public virtual string ContentType => "application/json";

    /// <summary>The request's body as an object; null where it is none.</summary>
    public virtual JsonElement? BodyOf(RecordedRequest request) => request.Json is { ValueKind: JsonValueKind.Object } body ? body : null;

    /// <summary>Reads what rendering needs. The body is an object.</summary>
    public abstract Ask Read(RecordedRequest request, JsonElement body);

    /// <summary>The vendor's refusal of the caller; null when the key will do.</summary>
    public abstract UpstreamError? CheckKey(RecordedRequest request, Func<string, bool> accepted);

    /// <summary>The vendor's refusal of the body; null when it is sound. What the vendor would let pass is only noted.</summary>
    public abstract UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings);

    public abstract UpstreamError NotJson { get; }

    public abstract Rendered Plain(Turn turn);

    /// <summary>A wire that cannot stream answers whole.</summary>
    public virtual Rendered Stream(Turn turn) => Plain(turn);

    public abstract Rendered Error(WireKind kind, UpstreamError error, string model, string id);

    /// <summary>The error as it stands inside a stream that began with 200.</summary>
    public abstract Frame ErrorFrame(WireKind kind, UpstreamError error, string model, string id);

    public abstract Rendered Models(IReadOnlyList<string> models, string id);

    public abstract string? Key(RecordedRequest request);

    public static byte[] Bytes(JsonNode node, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, indented ? s_indented : s_compact))
        {
            node.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    protected static Frame Data(JsonNode node, FrameKind kind, string end = "\n\n") => new([.. "data: "u8, .. Bytes(node), .. Utf8(end)], kind);

    protected static string? BearerToken(RecordedRequest request) =>
        request.Header("Authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value[7..].Trim() : null;

    protected static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);

    protected static JsonNode Json(string text) => JsonNode.Parse(text) ?? new JsonObject();
}

/// <summary>Tolerant reading of JSON that may be anything.</summary>
internal static class JsonReading
{
    public static JsonElement? Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    public static JsonElement? Get(this JsonElement? element, string name) => element?.Get(name);

    public static string? Text(this JsonElement? element) => element is { ValueKind: JsonValueKind.String } e ? e.GetString() : null;

    public static bool IsTrue(this JsonElement? element) => element is { ValueKind: JsonValueKind.True };

    public static int? Int(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Number } e && e.TryGetInt32(out var value) ? value : null;

    public static IEnumerable<JsonElement> Items(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } e ? e.EnumerateArray() : [];

    public static IEnumerable<JsonProperty> Members(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } e ? e.EnumerateObject() : [];

    /// <summary>The text of a message's content: a string, or the text parts of a list.</summary>
    public static string ContentText(JsonElement? content) => content switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString() ?? "",
        { ValueKind: JsonValueKind.Array } => string.Join(' ', content.Items().Select(p => p.Get("text").Text()).OfType<string>()),
        _ => "",
    };
}
