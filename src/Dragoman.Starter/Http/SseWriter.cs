using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Dragoman.Starter.Http;

/// <summary>Writes server-sent events of one <c>data:</c> line each straight into the response's pipe.</summary>
internal sealed class SseWriter : IDisposable
{
    private readonly PipeWriter _pipe;
    private readonly Utf8JsonWriter _json;

    /// <summary>Sets the response's headers; nothing is sent before the first flush.</summary>
    public SseWriter(HttpResponse response)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        _pipe = response.BodyWriter;
        // The stream is no HTML page: characters beyond ASCII go out as they are.
        _json = new Utf8JsonWriter(_pipe, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public void Write<T>(T value, JsonTypeInfo<T> type)
    {
        _pipe.Write("data: "u8);
        _json.Reset(_pipe);
        JsonSerializer.Serialize(_json, value, type);
        _json.Flush();
        _pipe.Write("\n\n"u8);
    }

    public void WriteDone() => _pipe.Write("data: [DONE]\n\n"u8);

    public async ValueTask FlushAsync(CancellationToken cancellation) => await _pipe.FlushAsync(cancellation);

    public void Dispose() => _json.Dispose();
}
