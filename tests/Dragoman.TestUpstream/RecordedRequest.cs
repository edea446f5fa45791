using System.Text.Json;

namespace Dragoman.Testing;

public enum WireKind
{
    /// <summary>A path that belongs to no wire.</summary>
    None,
    OpenAI,
    Azure,
    Anthropic,
    Gemini,

    /// <summary>OpenAI's embeddings, Jina's among them.</summary>
    Embeddings,
    CohereEmbeddings,
    GeminiEmbeddings,

    /// <summary>Cohere's reranking, and Jina's.</summary>
    Reranking,
    Transcription,

    /// <summary>OpenAI's image generation, and those that are like it.</summary>
    Images,

    /// <summary>Black Forest Labs'.</summary>
    Flux,
    Ideogram,
}

public enum RequestOutcome
{
    Pending,

    /// <summary>The reply went out whole.</summary>
    Answered,

    /// <summary>The fake broke off, as its script says.</summary>
    BrokenOff,

    /// <summary>The client went away before the reply was whole.</summary>
    Aborted,
}

/// <summary>Something in a request that the vendor does not know or that has no business there.</summary>
/// <param name="Where">Path inside the body, such as <c>messages[0].content</c>, or a header's name.</param>
public sealed record Violation(WireKind Wire, string Where, string What);

/// <summary>A request as it came, and what became of it.</summary>
public sealed class RecordedRequest
{
    readonly Lazy<JsonElement?> _json;
    volatile RequestOutcome _outcome;

    internal RecordedRequest(WireKind wire, HttpRequest request, byte[] body, DateTimeOffset at)
    {
        Wire = wire;
        Method = request.Method;
        Path = request.Path.Value ?? "";
        QueryString = request.QueryString.Value ?? "";
        Query = request.Query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal);
        Headers = request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Body = body;
        At = at;
        _json = new(() => Parse(body, allowDuplicates: true));
    }

    public WireKind Wire { get; }

    public string Method { get; }

    public string Path { get; }

    /// <summary>With its question mark; empty when there is none.</summary>
    public string QueryString { get; }

    public IReadOnlyDictionary<string, string> Query { get; }

    /// <summary>Names in any case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    public ReadOnlyMemory<byte> Body { get; }

    public DateTimeOffset At { get; }

    /// <summary>The body parsed; null when it is not JSON.</summary>
    public JsonElement? Json => _json.Value;

    /// <summary>The model asked for: from the body, Gemini's path or Azure's deployment.</summary>
    public string Model { get; internal set; } = "";

    /// <summary>Status that was answered; null as long as no headers went out.</summary>
    public int? Status { get; internal set; }

    public RequestOutcome Outcome
    {
        get => _outcome;
        internal set => _outcome = value;
    }

    public bool Aborted => Outcome == RequestOutcome.Aborted;

    public IReadOnlyList<Violation> Violations { get; internal set; } = [];

    /// <summary>The fake as the client addresses it: <c>http://127.0.0.1:9090</c>.</summary>
    internal string Home => $"http://{Header("Host")}";

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public override string ToString() => $"{Method} {Path}{QueryString} ({Wire}, {Outcome}{(Status is { } s ? $", {s}" : "")})";

    internal static JsonElement? Parse(ReadOnlyMemory<byte> body, bool allowDuplicates)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = allowDuplicates, MaxDepth = 256 });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
