using System.Buffers;
using System.Text.Json;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Providers.Cohere;

/// <summary>Cohere's Embed API v2 (docs.cohere.com/reference/embed).</summary>
internal sealed class CohereEmbeddings : IEmbeddingProvider
{
    public EmbeddingFormat Format => EmbeddingFormat.Cohere;

    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey) =>
        UpstreamTarget.At(UpstreamTarget.Under(baseUri, "/v2/embed"), vendor, providerName, model, apiKey);

    public void WriteBody(IReadOnlyList<string> texts, EmbeddingPurpose purpose, UpstreamTarget target, IBufferWriter<byte> body)
    {
        var writer = JsonWriterCache.Rent(body);
        writer.WriteStartObject();
        writer.WriteString("model"u8, target.Model);
        writer.WriteString("input_type"u8, purpose is EmbeddingPurpose.Query ? "search_query"u8 : "search_document"u8);
        writer.WriteStrings("embedding_types"u8, ["float"]);
        writer.WriteStrings("texts"u8, texts);
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    public EmbeddingAnswer ReadResponse(ReadOnlySpan<byte> body)
    {
        var wire = JsonSerializer.Deserialize(body, CohereJson.Default.CohereEmbedResponse) ?? throw new JsonException("The answer is null.");
        var vectors = wire.Embeddings?.Float ?? throw new JsonException("The answer holds no vectors of numbers.");
        return new EmbeddingAnswer(
            [.. vectors.Select(vector => vector ?? throw new JsonException("The answer holds an entry without a vector."))],
            (long?)wire.Meta?.BilledUnits?.InputTokens);
    }

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => CohereErrorReader.Read(status, body);
}
