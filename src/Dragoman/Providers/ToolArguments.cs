using System.Text.Json;

namespace Dragoman.Providers;

/// <summary>A tool call's arguments, which are text here, on wires that want a JSON object.</summary>
internal static class ToolArguments
{
    /// <summary>
    /// Writes the object that <paramref name="arguments"/> spells. Models sometimes write nothing where a tool takes nothing: that is <c>{}</c>.
    /// What is no object (a broken call that the conversation goes on about) is kept as the string <c>unparsed_arguments</c> in one.
    /// </summary>
    public static void WriteObject(Utf8JsonWriter writer, string arguments)
    {
        if (string.IsNullOrWhiteSpace(arguments))
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
            return;
        }

        try
        {
            using var parsed = JsonDocument.Parse(arguments);
            if (parsed.RootElement.ValueKind == JsonValueKind.Object)
            {
                parsed.RootElement.WriteTo(writer);
                return;
            }
        }
        catch (JsonException)
        {
            // Told below.
        }

        writer.WriteStartObject();
        writer.WriteString("unparsed_arguments", arguments);
        writer.WriteEndObject();
    }
}
