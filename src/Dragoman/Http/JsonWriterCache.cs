using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dragoman.Http;

/// <summary>
/// One JSON writer a thread, so that a body costs none. What is written is well-formed by construction and is not checked again.
/// </summary>
internal static class JsonWriterCache
{
    private static readonly JsonWriterOptions Options = new()
    {
        // Bodies are JSON and never part of a page, so that text stays as short as it is in UTF-8.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private static readonly ArrayBufferWriter<byte> Nowhere = new();

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    /// <summary>
    /// The writer to <paramref name="body"/>, until <see cref="Return"/>. An exception between the two costs the writer, nothing else.
    /// </summary>
    public static Utf8JsonWriter Rent(IBufferWriter<byte> body)
    {
        if (t_writer is not { } writer)
        {
            return new Utf8JsonWriter(body, Options);
        }

        t_writer = null;
        writer.Reset(body);
        return writer;
    }

    /// <summary>Flushes and takes the writer back.</summary>
    public static void Return(Utf8JsonWriter writer)
    {
        writer.Flush();
        writer.Reset(Nowhere); // Lets go of the body.
        t_writer = writer;
    }
}
