using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>The Gemini API's batchEmbedContents, https://ai.google.dev/api/embeddings. It counts no tokens, as the older models do not.</summary>
internal sealed class GeminiEmbeddingsWire(int dimensions) : BesideWire(new GeminiWire())
{
    public override Ask Read(RecordedRequest request, JsonElement body)
    {
        var requests = body.Get("requests").Items().ToList();
        return new(request.Wire, request.Model)
        {
            Texts = [.. requests.Select(one => JsonReading.ContentText(one.Get("content").Get("parts")))],
            Dimensions = requests.Count > 0 ? requests[0].Get("outputDimensionality").Int() : null,
        };
    }

    public override UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings) =>
        GeminiRules.CheckBatch(body, request.Model, findings);

    public override Rendered Plain(Turn turn) => new(
        200,
        "application/json; charset=UTF-8",
        [
            new(Bytes(new JsonObject
            {
                ["embeddings"] = Array(turn.Ask.Texts.Select(text => (JsonNode)new JsonObject
                {
                    ["values"] = Array(BagOfWords.Embed(text, turn.Ask.Dimensions ?? dimensions).Select(number => (JsonNode)JsonValue.Create(number))),
                })),
            })),
        ]);
}
