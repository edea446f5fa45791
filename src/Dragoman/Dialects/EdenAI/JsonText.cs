using System.Text;
using System.Text.Json;
using Dragoman.Http;
using Microsoft.Extensions.Primitives;

namespace Dragoman.Dialects.EdenAI;

/// <summary>JSON in and out of texts.</summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = JsonObject.MaxDepth };

    /// <summary>A text as a JSON string.</summary>
    public static JsonElement Of(string? text) => JsonSerializer.SerializeToElement(text ?? "", FieldJson.Default.String);

    /// <summary>Texts as a JSON list of strings.</summary>
    public static JsonElement Of(StringValues texts) => JsonSerializer.SerializeToElement([.. texts.Select(text => text ?? "")], FieldJson.Default.StringArray);

    /// <summary>The value that the text is; <c>null</c> where it is no JSON, or has a string that nobody could read.</summary>
    public static JsonElement? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            _ = Write(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Without white space.</summary>
    /// <exception cref="InvalidOperationException">A string in it has an escaped surrogate without its other half.</exception>
    public static string Write(JsonElement value)
    {
        using var bytes = new PooledBuffer(256);
        var writer = JsonWriterCache.Rent(bytes);
        value.WriteTo(writer);
        JsonWriterCache.Return(writer);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
