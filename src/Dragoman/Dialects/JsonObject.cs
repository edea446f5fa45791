using System.Text.Json;
using System.Text.Unicode;
using Dragoman.Model;

namespace Dragoman.Dialects;

/// <summary>
/// Takes a body apart that must be one JSON object, the same way for every dialect: the dialect says which members it knows, and what they mean.
/// Of a member that comes twice the last one counts, as in the JSON readers of most servers. Pure.
/// </summary>
internal static class JsonObject
{
    public const int MaxDepth = 64;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Fills <paramref name="members"/>, or tells why the body is no JSON object (<see cref="ErrorKind.MalformedBody"/>).</summary>
    /// <param name="expected">What the object should hold, for the text of an error: <c>instruction and input</c>.</param>
    /// <param name="ignored">What else it held.</param>
    public static GatewayError? Read<TMembers>(ReadOnlySpan<byte> body, string expected, ref TMembers members, out IgnoredMembers ignored)
        where TMembers : struct, IJsonMembers
    {
        ignored = default;
        if (body.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        if (body.Trim(" \t\r\n"u8).IsEmpty)
        {
            return Malformed($"The request body is empty; it must be a JSON object with {expected}.");
        }

        // Utf8JsonReader looks at the bytes of a string only when the string is taken out; a member that is skipped would go unseen.
        if (!Utf8.IsValid(body))
        {
            return Malformed("The request body is not valid UTF-8.");
        }

        var reader = new Utf8JsonReader(body, Options);
        try
        {
            return Read(ref reader, ref members, ref ignored);
        }
        catch (JsonException exception)
        {
            return Malformed(
                $"The request body is not valid JSON, or nests deeper than {MaxDepth} levels " +
                $"(line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).");
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for an escaped surrogate without its other half.
            return Malformed("The request body has a \\u escape that is half of a surrogate pair.");
        }
    }

    private static GatewayError? Read<TMembers>(ref Utf8JsonReader reader, ref TMembers members, ref IgnoredMembers ignored)
        where TMembers : struct, IJsonMembers
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            var found = JsonInput.Describe(reader.TokenType);
            while (reader.Read())
            {
                // To the end, so that what is not JSON at all is told as such.
            }

            return Malformed($"The request body must be a JSON object, not {found}.");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!members.TryTake(ref reader))
            {
                ignored.Add(reader.GetString()!);
                reader.Read();
                reader.Skip();
            }
        }

        while (reader.Read())
        {
            // Nothing may follow the object; the reader throws if something does.
        }

        return null;
    }

    private static GatewayError Malformed(string message) => new(ErrorKind.MalformedBody, message);
}

/// <summary>The members that an endpoint knows.</summary>
internal interface IJsonMembers
{
    /// <summary>
    /// Takes the member at whose name the reader stands, its value included; <c>false</c>, and nothing taken, where the endpoint knows none of that name.
    /// </summary>
    bool TryTake(ref Utf8JsonReader reader);
}

/// <summary>A member as it was found: its text if it was a string, its value if it was a number, else only what it was.</summary>
internal readonly record struct JsonInput(JsonTokenType Kind, string? Text, double Number)
{
    /// <summary>Not there, or null, which is the same in every dialect.</summary>
    public bool IsAbsent => Kind is JsonTokenType.None or JsonTokenType.Null;

    /// <summary>For the text of an error: <c>a number</c>.</summary>
    public string Description => Describe(Kind);

    /// <summary>Takes the value of the member at whose name the reader stands.</summary>
    public static JsonInput Take(ref Utf8JsonReader reader)
    {
        reader.Read();
        var kind = reader.TokenType;
        var text = kind == JsonTokenType.String ? reader.GetString() : null;
        var number = kind == JsonTokenType.Number && reader.TryGetDouble(out var value) ? value : double.NaN;
        reader.Skip();
        return new JsonInput(kind, text, number);
    }

    internal static string Describe(JsonTokenType kind) => kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "a string",
    };
}

/// <summary>
/// Members that an endpoint has no use for. They are accepted and do nothing, but their names are kept, to be told as dropped; those beyond the first
/// few are only counted, each time that they come.
/// </summary>
internal struct IgnoredMembers
{
    private const int MostNames = 16;
    private const int LongestName = 64;

    private List<string>? _names;

    public readonly IReadOnlyList<string> Names => _names ?? (IReadOnlyList<string>)[];

    /// <summary>How many more there were, whose names were not kept.</summary>
    public int Unnamed { get; private set; }

    public void Add(string name)
    {
        name = Excerpt.Of(name, LongestName);
        _names ??= [];
        if (_names.Contains(name))
        {
            return;
        }

        if (_names.Count < MostNames)
        {
            _names.Add(name);
        }
        else
        {
            Unnamed++;
        }
    }
}
