using System.Buffers;
using System.Text.Json;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Providers.OpenAI;

/// <summary>
/// OpenAI's embeddings (platform.openai.com/docs/api-reference/embeddings), as many vendors and all local programs have them. Jina adds a
/// <c>task</c> (api.jina.ai/redoc).
/// </summary>
internal sealed class OpenAIEmbeddings : IEmbeddingProvider
{
    public EmbeddingFormat Format => EmbeddingFormat.OpenAI;

    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey) =>
        UpstreamTarget.At(UpstreamTarget.Under(baseUri, "/embeddings"), vendor, providerName, model, apiKey);

    public void WriteBody(IReadOnlyList<string> texts, EmbeddingPurpose purpose, UpstreamTarget target, IBufferWriter<byte> body)
    {
        var offer = target.Vendor.Embeddings;
        var writer = JsonWriterCache.Rent(body);
        writer.WriteStartObject();
        writer.WriteString("model"u8, target.Model);
        if ((purpose is EmbeddingPurpose.Query ? offer?.QueryTask : offer?.DocumentTask) is { } task)
        {
            writer.WriteString("task"u8, task);
        }

        writer.WriteStrings("input"u8, texts);
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    public EmbeddingAnswer ReadResponse(ReadOnlySpan<byte> body)
    {
        var wire = JsonSerializer.Deserialize(body, OpenAIOffersJson.Default.EmbeddingListWire) ?? throw new JsonException("The answer is null.");
        if (OpenAIMapping.IsError(wire.Error))
        {
            return OpenAIErrorReader.Read(200, body);
        }

        var data = wire.Data ?? throw new JsonException("The answer holds no data.");
        var vectors = new float[data.Length][];
        for (var place = 0; place < data.Length; place++)
        {
            // What comes in another order says so.
            var entry = data[place];
            var index = entry?.Index ?? place;
            if (index < 0 || index >= vectors.Length || vectors[index] is not null)
            {
                throw new JsonException("The answer's vectors are not numbered one by one.");
            }

            vectors[index] = entry?.Embedding ?? throw new JsonException("The answer holds an entry without a vector.");
        }

        return new EmbeddingAnswer(vectors, wire.Usage?.PromptTokens ?? wire.Usage?.TotalTokens);
    }

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => OpenAIErrorReader.Read(status, body);
}
