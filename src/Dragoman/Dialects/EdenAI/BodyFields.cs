using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Dragoman.Model;
using Microsoft.Extensions.Primitives;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// The fields of a body, taken one by one as Django REST framework takes them: text around which white space does not count, numbers that may come as text,
/// and every fault told at once. Null is the same as not given. Of a field that is wrong the value is the same as of one that is absent; ask
/// <see cref="Error"/> at the end.
/// </summary>
internal sealed class BodyFields
{
    private readonly Dictionary<string, JsonElement> _members;
    private List<FieldFault>? _faults;
    private IgnoredMembers _ignored;

    private BodyFields(Dictionary<string, JsonElement> members, IgnoredMembers ignored)
    {
        _members = members;
        _ignored = ignored;
    }

    /// <summary>Members that are not known, and those that were <see cref="Drop">dropped</see>.</summary>
    public IgnoredMembers Ignored => _ignored;

    /// <summary>All faults that were found; absent where there are none.</summary>
    public GatewayError? Error => _faults is null
        ? null
        : new GatewayError(ErrorKind.InvalidRequest, _faults[0].Message) { Parameter = _faults[0].Name, Fields = _faults };

    /// <summary>The fields, or <see cref="ErrorKind.MalformedBody"/> where the body is no JSON object.</summary>
    /// <param name="expected">What the object should hold, for the text of an error: <c>messages and a model</c>.</param>
    public static (BodyFields? Fields, GatewayError? Error) Read(ReadOnlySpan<byte> body, FrozenSet<string> known, string expected)
    {
        var members = new Members(known, hasUnicodeEscapes: body.IndexOf("\\u"u8) >= 0);
        return JsonObject.Read(body, expected, ref members, out var ignored) is { } malformed
            ? (null, malformed)
            : (new BodyFields(members.Found, ignored), null);
    }

    /// <summary>The fields of a form or a query.</summary>
    /// <param name="lists">Names of the fields that are lists: of these every value counts, of others the last.</param>
    public static BodyFields Of(IEnumerable<KeyValuePair<string, StringValues>> form, FrozenSet<string> known, FrozenSet<string> lists)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var ignored = default(IgnoredMembers);
        foreach (var (name, values) in form)
        {
            if (known.Contains(name))
            {
                members[name] = lists.Contains(name) ? JsonText.Of(values) : JsonText.Of(values is [.., var last] ? last : "");
            }
            else
            {
                ignored.Add(name);
            }
        }

        return new BodyFields(members, ignored);
    }

    /// <summary>These fields, and the other's where these have none of the name.</summary>
    public BodyFields Or(BodyFields other)
    {
        foreach (var (name, value) in other._members)
        {
            _members.TryAdd(name, value);
        }

        return this;
    }

    /// <summary>Whether the field was given as null, where that means more than not to give it.</summary>
    public bool IsNull(string name) => _members.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>The field as it came; absent where it is not there or null.</summary>
    public JsonElement? Get(string name) =>
        _members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The same, of a field that must be there.</summary>
    public JsonElement? Demand(string name)
    {
        var value = Get(name);
        if (value is null)
        {
            Fault(name, _members.ContainsKey(name) ? FieldWords.Null : FieldWords.Required);
        }

        return value;
    }

    public void Fault(string name, string message) => (_faults ??= []).Add(new FieldFault(name, message));

    /// <summary>The field is well and has no use; its name is told as dropped.</summary>
    public void Drop(string name) => _ignored.Add(name);

    /// <summary>At least one character that is no white space; a number is taken by its digits.</summary>
    /// <param name="isTrimmed">Whether white space around it is taken off: of a name, not of what somebody says.</param>
    public string? Text(string name, bool isRequired = false, int longest = int.MaxValue, bool isTrimmed = true)
    {
        if ((isRequired ? Demand(name) : Get(name)) is not { } value)
        {
            return null;
        }

        if (TextOf(value) is not { } text)
        {
            Fault(name, FieldWords.NotText);
            return null;
        }

        if (text.Length == 0 || text.Length > longest)
        {
            Fault(name, text.Length == 0 ? FieldWords.Blank : FieldWords.TooLong(longest));
            return null;
        }

        return isTrimmed || value.ValueKind != JsonValueKind.String ? text : value.GetString();
    }

    public int? Integer(string name, int lowest = int.MinValue, int highest = int.MaxValue) => (int?)LongInteger(name, lowest, highest);

    public long? LongInteger(string name, long lowest = long.MinValue, long highest = long.MaxValue)
    {
        if (Get(name) is not { } value)
        {
            return null;
        }

        if (IntegerOf(value) is not { } integer)
        {
            Fault(name, FieldWords.NotInteger);
            return null;
        }

        return IsWithin(name, integer, lowest, highest) ? integer : null;
    }

    public double? Number(string name, double lowest = double.MinValue, double highest = double.MaxValue)
    {
        if (Get(name) is not { } value)
        {
            return null;
        }

        if (NumberOf(value) is not { } number)
        {
            Fault(name, FieldWords.NotNumber);
            return null;
        }

        return IsWithin(name, number, lowest, highest) ? number : null;
    }

    public bool? Boolean(string name)
    {
        if (Get(name) is not { } value)
        {
            return null;
        }

        var flag = BooleanOf(value);
        if (flag is null)
        {
            Fault(name, FieldWords.NotBoolean);
        }

        return flag;
    }

    public string? Choice(string name, params ReadOnlySpan<string> choices)
    {
        if (Get(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && choices.Contains(value.GetString()))
        {
            return value.GetString();
        }

        Fault(name, FieldWords.NotAChoice(value));
        return null;
    }

    public Guid? Uuid(string name)
    {
        if (Get(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && Guid.TryParse(value.GetString(), out var id))
        {
            return id;
        }

        Fault(name, FieldWords.NotUuid);
        return null;
    }

    /// <summary>A JSON object, as it came.</summary>
    public JsonElement? Dictionary(string name)
    {
        if (Get(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return value;
        }

        Fault(name, FieldWords.NotADictionary(value));
        return null;
    }

    /// <summary>A JSON array, as it came.</summary>
    public JsonElement? List(string name, bool isRequired = false)
    {
        if ((isRequired ? Demand(name) : Get(name)) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            return value;
        }

        Fault(name, FieldWords.NotAList(value));
        return null;
    }

    /// <summary>A list of texts, which are taken as they are: white space counts.</summary>
    public IReadOnlyList<string>? Texts(string name, bool isRequired = false)
    {
        if (List(name, isRequired) is not { } list)
        {
            return null;
        }

        var texts = new List<string>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                Fault(name, FieldWords.NotText);
                return null;
            }

            texts.Add(item.GetString()!);
        }

        return texts;
    }

    /// <summary>Without the white space around it; <c>null</c> where it is neither a text nor a number.</summary>
    public static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Trim(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary>A whole number, also as <c>7.0</c> or as text; <c>null</c> where it is none, or beyond 64 bits.</summary>
    public static long? IntegerOf(JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.Number or JsonValueKind.String) || TextOf(value) is not { Length: > 0 } text)
        {
            return null;
        }

        if (text.Contains('.', StringComparison.Ordinal) && text.TrimEnd('0') is [.. var whole, '.'])
        {
            text = whole;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? integer
            : value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && double.IsInteger(number) && Math.Abs(number) < long.MaxValue ? (long)number
            : null;
    }

    /// <summary>A finite number, also as text; <c>null</c> where it is none.</summary>
    public static double? NumberOf(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number or JsonValueKind.String
        && double.TryParse(TextOf(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number + 0.0 // The sum makes 0 of -0.
            : null;

    /// <summary>A boolean, also by the words and digits that Django REST framework knows; <c>null</c> where it is none.</summary>
    public static bool? BooleanOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String or JsonValueKind.Number => TextOf(value)!.ToLowerInvariant() switch
        {
            "t" or "y" or "yes" or "true" or "on" or "1" => true,
            "f" or "n" or "no" or "false" or "off" or "0" => false,
            _ => null,
        },
        _ => null,
    };

    private bool IsWithin(string name, double number, double lowest, double highest)
    {
        if (number >= lowest && number <= highest)
        {
            return true;
        }

        Fault(name, number < lowest ? FieldWords.TooLow(lowest) : FieldWords.TooHigh(highest));
        return false;
    }

    private struct Members(FrozenSet<string> known, bool hasUnicodeEscapes) : IJsonMembers
    {
        public Dictionary<string, JsonElement> Found { get; } = [];

        public readonly bool TryTake(ref Utf8JsonReader reader)
        {
            var name = reader.GetString()!;
            if (!known.Contains(name))
            {
                return false;
            }

            reader.Read();
            if (hasUnicodeEscapes)
            {
                DemandWholeCharacters(reader);
            }

            Found[name] = JsonElement.ParseValue(ref reader);
            return true;
        }

        /// <summary>An element gives its texts out late; what is wrong with one must come to light while the body is read.</summary>
        /// <exception cref="InvalidOperationException">A text has half of a surrogate pair.</exception>
        private static void DemandWholeCharacters(Utf8JsonReader reader)
        {
            var depth = reader.CurrentDepth;
            var isContainer = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            do
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }
            while (isContainer && reader.Read() && reader.CurrentDepth > depth);
        }
    }
}
