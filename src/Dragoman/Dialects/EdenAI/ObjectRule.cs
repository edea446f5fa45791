using System.Text.Json;

namespace Dragoman.Dialects.EdenAI;

/// <summary>What a JSON object of a caller's choosing must be for it to be kept: metadata of a document, a filter, parameters.</summary>
/// <param name="Longest">In characters, as it is kept.</param>
/// <param name="ForbiddenKey">Must not be among its keys.</param>
internal sealed record ObjectRule(int Longest, string? ForbiddenKey = null)
{
    /// <summary>Levels of objects and lists, the outermost counted.</summary>
    private const int MaxDepth = 8;

    /// <summary>Elements of a list, members of an object. A filter's are compared with each of the metadata's.</summary>
    private const int MostElements = 100;

    /// <summary>What is wrong with it, or <c>null</c> and the object as it is kept, without white space.</summary>
    public string? Read(JsonElement value, out string json)
    {
        json = "{}";
        if (value.ValueKind != JsonValueKind.Object)
        {
            return FieldWords.NotADictionary(value);
        }

        if (ForbiddenKey is not null && value.TryGetProperty(ForbiddenKey, out _))
        {
            return $"Key '{ForbiddenKey}' is not allowed.";
        }

        if (DepthOf(value) > MaxDepth)
        {
            return $"Ensure this value nests no deeper than {MaxDepth} levels.";
        }

        if (HasMoreThan(MostElements, value))
        {
            return FieldWords.TooMany(MostElements);
        }

        json = JsonText.Write(value);
        return json.Length > Longest ? FieldWords.TooLong(Longest) : null;
    }

    private static bool HasMoreThan(int most, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.GetPropertyCount() > most || value.EnumerateObject().Any(member => HasMoreThan(most, member.Value)),
        JsonValueKind.Array => value.GetArrayLength() > most || value.EnumerateArray().Any(item => HasMoreThan(most, item)),
        _ => false,
    };

    private static int DepthOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1 + value.EnumerateObject().Select(member => DepthOf(member.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + value.EnumerateArray().Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };
}
