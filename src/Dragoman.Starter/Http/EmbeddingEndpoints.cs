using System.Runtime.InteropServices;
using System.Text.Json;
using Dragoman.Starter.Embedding;

namespace Dragoman.Starter.Http;

/// <summary><c>POST /v1/embeddings</c>.</summary>
internal static class EmbeddingEndpoints
{
    /// <summary>A request whose header of this name says <c>background</c> is one that nobody waits for.</summary>
    public const string PriorityHeader = "x-dragoman-priority";

    // Vectors are sent in pieces of about this many bytes, so that a long answer is not held twice.
    private const int FlushEvery = 64 * 1024;

    public static void Map(WebApplication app) => app.MapPost("/v1/embeddings", (HttpContext http) => HandleAsync(http));

    private static async Task HandleAsync(HttpContext http)
    {
        EngineHost host = http.RequestServices.GetRequiredService<EngineHost>();
        if (host.Embedder is not { } embedder)
        {
            await ApiError.Loading.WriteAsync(http);
            return;
        }

        EmbeddingRequest request = await RequestBody.ReadAsync(http, body => EmbeddingRequestReader.Read(body, embedder.Model.Dimensions));
        bool canWait = "background".Equals(http.Request.Headers[PriorityHeader], StringComparison.OrdinalIgnoreCase);
        EmbeddingLane lane = embedder.Engine[canWait ? Priority.Background : Priority.Interactive];
        var call = new EmbeddingCall([.. request.Texts.Select(embedder.Model.Tokenize)]);
        using CancellationTokenRegistration leaves = http.RequestAborted.Register(call.Abandon);
        if (!lane.TrySubmit(call, out Refusal refusal))
        {
            await (refusal == Refusal.Busy ? ApiError.Busy(lane.ExpectedWaitSeconds) : ApiError.Stopping).WriteAsync(http);
            return;
        }

        float[][] vectors;
        try
        {
            vectors = await call.Vectors;
        }
        catch (EmbeddingFailedException e)
        {
            await (ApiError.Internal with { Message = $"The vectors could not be computed: {e.Message}." }).WriteAsync(http);
            return;
        }

        await WriteAsync(http, host, vectors, request.AsBase64, call.Tokens);
    }

    private static async Task WriteAsync(HttpContext http, EngineHost host, float[][] vectors, bool asBase64, int tokens)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        for (int i = 0; i < vectors.Length; i++)
        {
            WriteVector(json, i, vectors[i], asBase64);
            if (json.BytesPending + http.Response.BodyWriter.UnflushedBytes > FlushEvery)
            {
                json.Flush();
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            }
        }

        json.WriteEndArray();
        json.WriteString("model"u8, host.EmbedderName);
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, tokens);
        json.WriteNumber("total_tokens"u8, tokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteVector(Utf8JsonWriter json, int index, float[] vector, bool asBase64)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "embedding"u8);
        json.WriteNumber("index"u8, index);
        if (asBase64)
        {
            json.WriteBase64String("embedding"u8, MemoryMarshal.AsBytes<float>(vector)); // Little-endian, as OpenAI sends it and this processor has it.
        }
        else
        {
            json.WriteStartArray("embedding"u8);
            Array.ForEach(vector, json.WriteNumberValue);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
