using System.Buffers;
using System.Text.Json;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Providers.Cohere;

/// <summary>Cohere's Rerank API v2 (docs.cohere.com/reference/rerank); Jina's (api.jina.ai/redoc) is the same at another path.</summary>
internal sealed class CohereRerank : IRerankProvider
{
    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey) =>
        UpstreamTarget.At(UpstreamTarget.Under(baseUri, vendor.Reranking!.Path), vendor, providerName, model, apiKey);

    public void WriteBody(string question, IReadOnlyList<string> passages, UpstreamTarget target, IBufferWriter<byte> body)
    {
        var writer = JsonWriterCache.Rent(body);
        writer.WriteStartObject();
        writer.WriteString("model"u8, target.Model);
        writer.WriteString("query"u8, question);
        writer.WriteNumber("top_n"u8, passages.Count);
        writer.WriteStrings("documents"u8, passages);
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    public RerankAnswer ReadResponse(ReadOnlySpan<byte> body)
    {
        var results = JsonSerializer.Deserialize(body, CohereJson.Default.CohereRerankResponse)?.Results ?? throw new JsonException("The answer holds no results.");
        var scores = new PassageScore[results.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = results[i] is { Index: { } index, RelevanceScore: { } score }
                ? new PassageScore(index, score)
                : throw new JsonException("The answer holds a result without its place or its score.");
        }

        return new RerankAnswer(scores);
    }

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => CohereErrorReader.Read(status, body);
}
