using System.Text.Json;

namespace Dragoman.Dialects.EdenAI;

/// <summary>Members of a JSON object of which nothing is certain.</summary>
internal static class JsonMembers
{
    /// <summary>Absent where it is not there or null, or where there is no object.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Absent where it is no text.</summary>
    public static string? TextMember(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>Absent where it is no boolean.</summary>
    public static bool? FlagMember(this JsonElement element, string name) =>
        element.Member(name)?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };
}
