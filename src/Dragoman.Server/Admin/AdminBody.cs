using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Dragoman.Dialects;
using Dragoman.Model;
using Dragoman.Server.Keys;

namespace Dragoman.Server.Admin;

/// <summary>
/// A request's body, taken apart strictly: one JSON object whose members are all known, each there once at most. Whoever hands out keys must not have
/// a mistyped limit pass in silence. Every fault is an <see cref="AdminException"/> that names the member.
/// </summary>
internal sealed class AdminBody
{
    /// <summary>In bytes. The longest body that makes sense is a key with some hundred names of models.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>RFC 3339: with an offset from UTC, so that no machine's own time zone comes in.</summary>
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);

    private AdminBody()
    {
    }

    /// <param name="known">The members that the operation takes, in the order of its description.</param>
    public static AdminBody Parse(ReadOnlyMemory<byte> body, params string[] known)
    {
        var parsed = new AdminBody();
        if (body.Span.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        try
        {
            // The parser looks at the bytes of a string only when the string is taken out.
            if (!Utf8.IsValid(body.Span))
            {
                throw Malformed("The request body is not valid UTF-8.");
            }

            using var document = JsonDocument.Parse(body, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Malformed($"The request body must be a JSON object, not {Describe(document.RootElement)}.");
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                parsed.Add(member.Name, member.Value.Clone(), known);
            }
        }
        catch (JsonException e)
        {
            throw Malformed(
                $"The request body is not valid JSON, or nests deeper than {Options.MaxDepth} levels (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).");
        }
        catch (InvalidOperationException)
        {
            // What the parser throws for an escaped surrogate without its other half, in a name.
            throw Malformed("The request body has a \\u escape that is half of a surrogate pair.");
        }

        return parsed;
    }

    /// <summary>A string; a member that is there and null is refused.</summary>
    public Change<string> Text(string name) =>
        !_members.TryGetValue(name, out var value) ? default : new Change<string>(TextOf(value, name, "a string"));

    public Change<string?> TextOrNull(string name) => Read(name, value => (string?)TextOf(value, name, "a string or null"));

    public Change<IReadOnlyList<string>?> TextsOrNull(string name) => Read<IReadOnlyList<string>>(name, value =>
        value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select((item, index) => TextOf(item, $"{name}[{index}]", "a string"))]
            : throw WrongType(value, name, "an array of strings or null"));

    /// <summary>A whole number from 1, <c>"none"</c> (<see cref="CallLimits.None"/>), or null.</summary>
    public Change<int?> LimitOrNull(string name)
    {
        return Read<int?>(name, value => value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt32(out var limit) && limit >= 1 => limit,
            JsonValueKind.String when TextOf(value, name, "a string") == KeyJson.NoLimit => CallLimits.None,
            JsonValueKind.Number or JsonValueKind.String => throw Impossible(),
            _ => throw WrongType(value, name, $"a number, \"{KeyJson.NoLimit}\" or null"),
        });

        AdminException Impossible() => new(
            AdminErrorType.InvalidValue, $"{name} must be a whole number from 1 to {int.MaxValue}, \"{KeyJson.NoLimit}\" for no limit, or null for the dialect's own.", name);
    }

    public Change<DateTimeOffset?> TimeOrNull(string name) => Read<DateTimeOffset?>(name, value =>
        DateTimeOffset.TryParseExact(
            TextOf(value, name, "a string or null"), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new AdminException(AdminErrorType.InvalidValue, $"{name} must be a time as in RFC 3339, like 2027-01-31T12:00:00Z.", name));

    /// <summary>A whole number of seconds; absent is zero.</summary>
    public TimeSpan Seconds(string name, TimeSpan most)
    {
        if (!_members.TryGetValue(name, out var value))
        {
            return TimeSpan.Zero;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            throw WrongType(value, name, "a number");
        }

        return value.TryGetInt32(out var seconds) && seconds >= 0 && seconds <= most.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new AdminException(AdminErrorType.InvalidValue, $"{name} must be a whole number of seconds from 0 to {most.TotalSeconds:0}.", name);
    }

    private void Add(string name, JsonElement value, string[] known)
    {
        if (!known.Contains(name))
        {
            // The name is the caller's and may be long; it is said back as the field, cut.
            throw new AdminException(
                AdminErrorType.InvalidRequest,
                known.Length == 0 ? "This operation takes no members." : $"There is no such member to set. Members: {string.Join(", ", known)}.",
                Excerpt.Of(name, 64));
        }

        if (!_members.TryAdd(name, value))
        {
            throw new AdminException(AdminErrorType.InvalidRequest, $"{name} is there twice.", name);
        }
    }

    private Change<T?> Read<T>(string name, Func<JsonElement, T> read) => !_members.TryGetValue(name, out var value)
        ? default
        : new Change<T?>(value.ValueKind == JsonValueKind.Null ? default : read(value));

    private static string TextOf(JsonElement value, string field, string expected)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw WrongType(value, field, expected);
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new AdminException(AdminErrorType.MalformedBody, $"{field} has a \\u escape that is half of a surrogate pair.", field);
        }
    }

    private static AdminException WrongType(JsonElement value, string field, string expected) =>
        new(AdminErrorType.InvalidRequest, $"{field} must be {expected}, not {Describe(value)}.", field);

    private static AdminException Malformed(string message) => new(AdminErrorType.MalformedBody, message);

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
