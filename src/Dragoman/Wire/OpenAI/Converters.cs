using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dragoman.Wire.OpenAI;

/// <summary>A message's content: one text, or a list of parts, or nothing.</summary>
[JsonConverter(typeof(ContentConverter))]
internal readonly record struct ContentWire(string? Text, JsonElement? Parts);

internal sealed class ContentConverter : JsonConverter<ContentWire>
{
    public override bool HandleNull => true;

    public override ContentWire Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new ContentWire(reader.GetString(), null),
        JsonTokenType.Null => default,
        JsonTokenType.StartArray => new ContentWire(null, JsonElement.ParseValue(ref reader)),
        _ => throw new JsonException("A message's content is neither text nor a list of parts."),
    };

    public override void Write(Utf8JsonWriter writer, ContentWire value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>A string; whatever else stands there is taken as its JSON text.</summary>
internal sealed class LooseTextConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        _ => JsonElement.ParseValue(ref reader).GetRawText(),
    };

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>A string; whatever else stands there is passed over.</summary>
internal sealed class TextOrNothingConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}
