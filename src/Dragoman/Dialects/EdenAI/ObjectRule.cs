using System.Text;
using System.Text.Json;
using Dragoman.Http;

namespace Dragoman.Dialects.EdenAI;

/// <summary>What a JSON object of a caller's choosing must be for it to be kept: metadata of a document, a filter, parameters.</summary>
/// <param name="Longest">In characters, as it is kept.</param>
/// <param name="ForbiddenKey">Must not be among its keys.</param>
internal sealed record ObjectRule(int Longest, string? ForbiddenKey = null)
{
    /// <summary>Levels of objects and lists, the outermost counted.</summary>
    public const int MaxDepth = 8;

    /// <summary>What is wrong with it, or <c>null</c> and the object as it is kept, without white space.</summary>
    public string? Read(JsonElement value, out string json)
    {
        json = "{}";
        if (value.ValueKind != JsonValueKind.Object)
        {
            return FieldText.NotADictionary(value);
        }

        if (ForbiddenKey is not null && value.TryGetProperty(ForbiddenKey, out _))
        {
            return $"Key '{ForbiddenKey}' is not allowed.";
        }

        if (DepthOf(value) > MaxDepth)
        {
            return $"Ensure this value nests no deeper than {MaxDepth} levels.";
        }

        json = JsonText.Write(value);
        return json.Length > Longest ? FieldText.TooLong(Longest) : null;
    }

    private static int DepthOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1 + value.EnumerateObject().Select(member => DepthOf(member.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + value.EnumerateArray().Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };
}

/// <summary>JSON that a caller sent, in and out of texts.</summary>
internal static class JsonText
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonObject.MaxDepth };

    /// <summary>A text as a JSON string.</summary>
    public static JsonElement Of(string text) => JsonSerializer.SerializeToElement(text, FieldJson.Default.String);

    /// <summary>The value that the text is; <c>null</c> where it is no JSON whose every string is well formed.</summary>
    public static JsonElement? Parse(string text)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), Options);
            reader.Read();
            var value = Take(ref reader);
            return reader.Read() ? null : value;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Takes the value at which the reader stands, to its end.</summary>
    /// <exception cref="InvalidOperationException">A string in it has an escaped surrogate without its other half, and could be read by nobody.</exception>
    public static JsonElement Take(ref Utf8JsonReader reader)
    {
        var probe = reader;
        var depth = probe.CurrentDepth;
        do
        {
            if (probe is { TokenType: JsonTokenType.String or JsonTokenType.PropertyName, ValueIsEscaped: true })
            {
                _ = probe.GetString();
            }
        }
        while ((probe.CurrentDepth > depth || probe.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && probe.Read());

        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>Without white space.</summary>
    public static string Write(JsonElement value)
    {
        using var bytes = new PooledBuffer(256);
        var writer = JsonWriterCache.Rent(bytes);
        value.WriteTo(writer);
        JsonWriterCache.Return(writer);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
