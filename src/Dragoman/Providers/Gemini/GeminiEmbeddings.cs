using System.Buffers;
using System.Text.Json;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Providers.Gemini;

/// <summary>The Gemini API's batchEmbedContents (https://ai.google.dev/api/embeddings), version v1beta.</summary>
internal sealed class GeminiEmbeddings : IEmbeddingProvider
{
    public EmbeddingFormat Format => EmbeddingFormat.Gemini;

    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey) =>
        UpstreamTarget.At(GeminiProvider.AddressOf(baseUri, model, ":batchEmbedContents"), vendor, providerName, model, apiKey);

    public void WriteBody(IReadOnlyList<string> texts, EmbeddingPurpose purpose, UpstreamTarget target, IBufferWriter<byte> body)
    {
        var model = GeminiProvider.NameOf(target.Model);
        var task = purpose is EmbeddingPurpose.Query ? "RETRIEVAL_QUERY"u8 : "RETRIEVAL_DOCUMENT"u8;
        var writer = JsonWriterCache.Rent(body);
        writer.WriteStartObject();
        writer.WriteStartArray("requests"u8);
        foreach (var text in texts)
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, model); // Each says it again; the address alone is not enough.
            writer.WriteString("taskType"u8, task);
            writer.WriteStartObject("content"u8);
            writer.WriteStartArray("parts"u8);
            writer.WriteStartObject();
            writer.WriteString("text"u8, text);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    public EmbeddingAnswer ReadResponse(ReadOnlySpan<byte> body)
    {
        var wire = JsonSerializer.Deserialize(body, GeminiJson.Default.GeminiEmbedResponse) ?? throw new JsonException("The answer is null.");
        if (wire.Error is { } error)
        {
            return GeminiErrorReader.Of(error, null);
        }

        var embeddings = wire.Embeddings ?? throw new JsonException("The answer holds no embeddings.");
        return new EmbeddingAnswer(
            [.. embeddings.Select(entry => entry?.Values ?? throw new JsonException("The answer holds an entry without a vector."))],
            wire.UsageMetadata?.PromptTokenCount); // Older models count nothing.
    }

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => GeminiErrorReader.Read(status, body);
}
