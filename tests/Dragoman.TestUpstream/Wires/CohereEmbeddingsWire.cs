using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>Cohere's Embed API v2, https://docs.cohere.com/reference/embed</summary>
internal sealed class CohereEmbeddingsWire(int dimensions) : CohereWire
{
    static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        "embedding_types", "images", "input_type", "inputs", "max_tokens", "model", "output_dimension", "priority", "texts", "truncate",
    };

    static readonly string[] s_inputTypes = ["search_document", "search_query", "classification", "clustering", "image"];

    static readonly string[] s_embeddingTypes = ["float", "int8", "uint8", "binary", "ubinary", "base64"];

    public override Ask Read(RecordedRequest request, JsonElement body)
    {
        List<string> texts = [.. body.Get("texts").Items().Select(text => text.ToString())];
        return new(request.Wire, body.Get("model").Text() ?? "")
        {
            Texts = texts,
            Dimensions = body.Get("output_dimension").Int(),
            InputWords = texts.Sum(Words.Count),
        };
    }

    public override UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings)
    {
        findings.Nulls(body);
        findings.Unknown(body, "", s_known);
        var texts = body.Get("texts").Items().Count();
        string? fault = body switch
        {
            _ when string.IsNullOrEmpty(body.Get("model").Text()) => "invalid request: model is required",
            _ when body.Get("input_type").Text() is not { } type || !s_inputTypes.Contains(type) =>
                "invalid request: valid input_type must be provided with the provided model",
            _ when texts == 0 => "invalid request: at least one of texts, images or inputs must be provided",
            _ when texts > 96 => $"invalid request: total number of texts must be at most 96 - received {texts}",
            _ when body.Get("embedding_types").Items().Any(type => !s_embeddingTypes.Contains(type.ToString())) =>
                "invalid request: embedding_types contains an invalid type",
            _ => null,
        };
        if (fault is null)
        {
            return null;
        }

        findings.Note("", fault);
        return Invalid(fault);
    }

    public override Rendered Plain(Turn turn) => new(
        200,
        "application/json",
        [
            new(Bytes(new JsonObject
            {
                ["id"] = turn.Id,
                ["embeddings"] = new JsonObject
                {
                    ["float"] = Array(turn.Ask.Texts.Select(text => (JsonNode)Array(
                        BagOfWords.Embed(text, turn.Ask.Dimensions ?? dimensions).Select(number => (JsonNode)JsonValue.Create(number))))),
                },
                ["texts"] = Array(turn.Ask.Texts.Select(text => (JsonNode)JsonValue.Create(text))),
                ["meta"] = new JsonObject
                {
                    ["api_version"] = new JsonObject { ["version"] = "2" },
                    ["billed_units"] = new JsonObject { ["input_tokens"] = turn.Usage.Input },
                },
                ["response_type"] = "embeddings_by_type",
            })),
        ]);
}
