using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace Dragoman.Dialects.EdenAI;

/// <summary>The fields of a request by name, whether they came as members of a JSON object, in a form or in the query.</summary>
internal sealed class FieldSet
{
    private readonly Dictionary<string, FieldValue> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>The file that came along; a multipart body's part <c>file</c>. Disposed of by whoever read the body.</summary>
    public ReceivedFile? File { get; set; }

    /// <summary>Names of fields that nobody has asked for.</summary>
    public IReadOnlyList<string> Unknown => [.. _fields.Keys.Where(name => !_taken.Contains(name))];

    /// <summary>Of a name that comes twice the last value counts.</summary>
    public void Set(string name, JsonElement value) => _fields[name] = new FieldValue(value, default);

    /// <summary>Values of one name follow each other; a field that takes one value takes the last.</summary>
    public void Add(string name, StringValues texts) =>
        _fields[name] = _fields.TryGetValue(name, out var former)
            ? new FieldValue(default, StringValues.Concat(former.Texts, texts))
            : new FieldValue(default, texts);

    /// <summary>The value; absent where there is none.</summary>
    public FieldValue? Take(string name)
    {
        _taken.Add(name);
        return _fields.TryGetValue(name, out var value) ? value : null;
    }
}

/// <param name="Json">As it stands in a JSON body.</param>
/// <param name="Texts">As they stand in a form or a query; empty in a JSON body.</param>
internal readonly record struct FieldValue(JsonElement Json, StringValues Texts)
{
    public bool IsJson => Json.ValueKind != JsonValueKind.Undefined;

    public bool IsNull => Json.ValueKind == JsonValueKind.Null;

    /// <summary>The value as a text, in which form a number is as good; absent where it is neither.</summary>
    public string? Text => IsJson ? TextOf(Json) : Texts is [.., var last] ? last ?? "" : "";

    public static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}
