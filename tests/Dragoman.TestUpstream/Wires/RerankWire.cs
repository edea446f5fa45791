using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>Cohere's Rerank API v2, https://docs.cohere.com/reference/rerank, and Jina's, which is like it; best passages first.</summary>
internal sealed class RerankWire : CohereWire
{
    static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        "documents", "max_tokens_per_doc", "model", "priority", "query", "return_documents", "top_n",
    };

    public override Ask Read(RecordedRequest request, JsonElement body) => new(request.Wire, body.Get("model").Text() ?? "")
    {
        Texts = [.. body.Get("documents").Items().Select(text => text.ToString())],
        LastUserText = body.Get("query").Text() ?? "",
        Top = body.Get("top_n").Int(),
    };

    public override UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings)
    {
        findings.Nulls(body);
        findings.Unknown(body, "", s_known);
        var documents = body.Get("documents").Items().Count();
        var fault = body switch
        {
            _ when string.IsNullOrEmpty(body.Get("model").Text()) => "invalid request: model is required",
            _ when string.IsNullOrEmpty(body.Get("query").Text()) => "invalid request: query must not be empty",
            _ when documents is 0 or > 1000 => $"invalid request: list of documents must have 1 to 1000 entries - received {documents}",
            _ when body.Get("top_n") is { } top && top.GetInt32() < 1 => "invalid request: top_n must be at least 1",
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
                ["results"] = Array(turn.Ask.Texts
                    .Select((text, i) => (Index: i, Score: BagOfWords.Overlap(turn.Ask.LastUserText, text)))
                    .OrderByDescending(result => result.Score)
                    .Take(turn.Ask.Top ?? int.MaxValue)
                    .Select(result => (JsonNode)new JsonObject { ["index"] = result.Index, ["relevance_score"] = result.Score })),
                ["meta"] = new JsonObject { ["billed_units"] = new JsonObject { ["search_units"] = 1 } },
            })),
        ]);
}
