using System.Buffers;
using System.Text;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Dialects.AgentAI;

/// <summary>
/// Writes the answer to <c>generate_image</c>: <c>{"status":200,"response":"&lt;img src=… alt=… /&gt;&lt;br /&gt;","metadata":{"images":[{"prompt","url"}]}}</c>
/// (the example of OpenAPI 1.0.1). Pure.
/// </summary>
internal static class GenerateImageWriter
{
    /// <param name="urls">Where the pictures are.</param>
    public static void WriteAnswer(IBufferWriter<byte> output, ImageRequest request, ImageResponse answer, IReadOnlyList<string> urls)
    {
        var html = new StringBuilder();
        foreach (var url in urls)
        {
            ImageMarkup.Append(html, url, request.Prompt);
        }

        var writer = JsonWriterCache.Rent(output);
        writer.WriteStartObject();
        writer.WriteNumber("status"u8, 200);
        writer.WriteString("response"u8, html.ToString());
        writer.WriteStartObject("metadata"u8);
        ImageMarkup.WriteImages(writer, request.Prompt, urls);
        if (answer.IsComposed)
        {
            // Ours: whoever takes it for the work of a neural model would be deceived.
            writer.WriteBoolean("composed"u8, true);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }
}
