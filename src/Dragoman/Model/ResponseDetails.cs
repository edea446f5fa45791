using System.Text.Json;

namespace Dragoman.Model;

/// <summary>What an upstream tells of its answer beside choices and usage; see the members of the same names in <see cref="ChatResponse"/>.</summary>
public sealed record ResponseDetails
{
    public long? Created { get; init; }

    public string? SystemFingerprint { get; init; }

    public string? ServiceTier { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? ExtraMembers { get; init; }

    /// <summary>
    /// These and what was told after them: the later counts. Of two objects under one name it counts member by member, since a vendor may tell
    /// an object in pieces (Groq's <c>x_groq</c>).
    /// </summary>
    public ResponseDetails Then(ResponseDetails later) => new()
    {
        Created = later.Created ?? Created,
        SystemFingerprint = later.SystemFingerprint ?? SystemFingerprint,
        ServiceTier = later.ServiceTier ?? ServiceTier,
        ExtraMembers = ExtraMembers is null || later.ExtraMembers is null
            ? later.ExtraMembers ?? ExtraMembers
            : Join(ExtraMembers, later.ExtraMembers),
    };

    private static Dictionary<string, JsonElement> Join(
        IReadOnlyDictionary<string, JsonElement> first, IReadOnlyDictionary<string, JsonElement> second)
    {
        var joined = new Dictionary<string, JsonElement>(first);
        foreach (var (name, member) in second)
        {
            joined[name] = joined.TryGetValue(name, out var before)
                && before.ValueKind == JsonValueKind.Object && member.ValueKind == JsonValueKind.Object
                    ? Join(before, member)
                    : member;
        }

        return joined;
    }

    private static JsonElement Join(JsonElement first, JsonElement second)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var member in first.EnumerateObject())
            {
                if (!second.TryGetProperty(member.Name, out _))
                {
                    member.WriteTo(writer);
                }
            }

            foreach (var member in second.EnumerateObject())
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(json.GetBuffer().AsSpan(0, (int)json.Length));
    }
}
