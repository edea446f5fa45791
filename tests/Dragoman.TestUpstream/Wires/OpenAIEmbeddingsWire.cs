using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>
/// OpenAI's embeddings, https://platform.openai.com/docs/api-reference/embeddings. Models of Jina's name are Jina's, https://api.jina.ai/redoc, and take
/// a <c>task</c>.
/// </summary>
internal sealed class OpenAIEmbeddingsWire(int dimensions) : BesideWire(new OpenAIWire())
{
    static readonly HashSet<string> s_known = new(StringComparer.Ordinal) { "dimensions", "encoding_format", "input", "model", "user" };

    static readonly HashSet<string> s_jina = new(StringComparer.Ordinal)
    {
        "dimensions", "embedding_type", "input", "late_chunking", "model", "normalized", "task", "truncate",
    };

    static readonly string[] s_tasks = ["retrieval.query", "retrieval.passage", "separation", "classification", "text-matching"];

    public override Ask Read(RecordedRequest request, JsonElement body)
    {
        var texts = Texts(body.Get("input"));
        return new(request.Wire, body.Get("model").Text() ?? "")
        {
            Texts = texts,
            Dimensions = body.Get("dimensions").Int(),
            Base64 = body.Get("encoding_format").Text() == "base64",
            InputWords = texts.Sum(Words.Count),
        };
    }

    public override UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings)
    {
        findings.Nulls(body);
        var model = body.Get("model").Text();
        var isJina = model?.StartsWith("jina-", StringComparison.Ordinal) == true;
        var unknown = findings.Unknown(body, "", isJina ? s_jina : s_known);
        if (string.IsNullOrEmpty(model))
        {
            findings.Note("model", "missing");
            return OpenAIErrors.Invalid("you must provide a model parameter");
        }

        var texts = Texts(body.Get("input"));
        if (texts.Count == 0 || texts.Exists(text => text.Length == 0))
        {
            findings.Note("input", "empty");
            return OpenAIErrors.Invalid("'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "input");
        }

        if (texts.Count > 2048)
        {
            findings.Note("input", "too many");
            return OpenAIErrors.Invalid("'$.input' is too long. Max length is 2048.", "input");
        }

        if (isJina && body.Get("task") is { } task && !s_tasks.Contains(task.ToString()))
        {
            findings.Note("task", "invalid");
            return OpenAIErrors.Invalid($"Input should be one of {string.Join(", ", s_tasks)}", "task");
        }

        return unknown is null ? null : new UpstreamError
        {
            Kind = ErrorKind.InvalidRequest, Message = $"Unrecognized request argument supplied: {unknown}", Code = "", Waivable = true,
        };
    }

    public override Rendered Plain(Turn turn)
    {
        var size = turn.Ask.Dimensions ?? dimensions;
        var body = new JsonObject
        {
            ["object"] = "list",
            ["data"] = Array(turn.Ask.Texts.Select((text, i) => (JsonNode)new JsonObject
            {
                ["object"] = "embedding", ["index"] = i, ["embedding"] = Vector(BagOfWords.Embed(text, size), turn.Ask.Base64),
            })),
            ["model"] = turn.Model,
            ["usage"] = new JsonObject { ["prompt_tokens"] = turn.Usage.Input, ["total_tokens"] = turn.Usage.Input },
        };
        return new(200, "application/json", [new(Bytes(body))]) { Headers = OpenAIWire.Headers(WireKind.OpenAI, turn.Id) };
    }

    static JsonNode Vector(float[] vector, bool base64) => base64
        ? JsonValue.Create(Convert.ToBase64String(MemoryMarshal.AsBytes<float>(vector)))
        : Array(vector.Select(number => (JsonNode)JsonValue.Create(number)));
}
