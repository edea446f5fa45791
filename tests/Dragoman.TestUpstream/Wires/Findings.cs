using System.Text.Json;

namespace Dragoman.Testing.Wires;

/// <summary>Gathers what is wrong with one request, whether the vendor refuses it or not.</summary>
internal sealed class Findings(WireKind wire, IReadOnlySet<string> allowed)
{
    /// <summary>Members whose inside is the caller's own: schemas, arguments, results.</summary>
    static readonly HashSet<string> s_opaque = new(StringComparer.Ordinal)
    {
        "parameters", "parametersJsonSchema", "input_schema", "schema", "responseSchema", "responseJsonSchema", "response_schema",
        "input", "args", "response", "metadata", "example",
    };

    readonly List<Violation> _list = [];

    public IReadOnlyList<Violation> All => _list;

    public void Note(string where, string what) => _list.Add(new(wire, where, what));

    /// <summary>Notes members that the vendor does not know; answers with the first of them.</summary>
    public string? Unknown(JsonElement? element, string where, IReadOnlySet<string> known)
    {
        string? first = null;
        foreach (var member in element.Members().Where(m => !known.Contains(m.Name) && !allowed.Contains(m.Name)))
        {
            first ??= member.Name;
            Note(where.Length == 0 ? member.Name : $"{where}.{member.Name}", "unknown member");
        }

        return first;
    }

    /// <summary>Notes every member that is there only to be null; <paramref name="mayBeNull"/> names the paths where a vendor asks for it.</summary>
    public void Nulls(JsonElement element, Func<string, bool>? mayBeNull = null, string where = "")
    {
        foreach (var member in ((JsonElement?)element).Members().Where(m => !s_opaque.Contains(m.Name)))
        {
            var path = where.Length == 0 ? member.Name : $"{where}.{member.Name}";
            if (member.Value.ValueKind == JsonValueKind.Null && mayBeNull?.Invoke(path) != true)
            {
                Note(path, "null member");
            }

            Nulls(member.Value, mayBeNull, path);
        }

        var index = 0;
        foreach (var item in ((JsonElement?)element).Items())
        {
            Nulls(item, mayBeNull, $"{where}[{index++}]");
        }
    }
}
