using System.Text.Json;

namespace Dragoman.Providers;

internal static class JsonStrings
{
    /// <summary>A member that is a list of texts.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
