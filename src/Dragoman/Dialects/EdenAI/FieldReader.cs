using System.Globalization;
using System.Text.Json;
using Dragoman.Knowledge;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// Reads fields one by one, each by its rule, as Django REST framework's serializers do: texts are trimmed, numbers and booleans may come as texts, and
/// whatever is wrong is collected in <see cref="Errors"/> rather than thrown. A value that was wrong reads like one that is absent. Null is the same as
/// absent where a field may be left out. Pure.
/// </summary>
internal sealed class FieldReader(FieldSet fields)
{
    /// <summary>Of an address, in characters; as in Django.</summary>
    private const int LongestUrl = 2048;

    /// <summary>In characters.</summary>
    private const int LongestFilter = 16 * 1024;

    private const NumberStyles Numeric = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public FieldErrors Errors { get; } = new();

    public ReceivedFile? File => fields.File;

    /// <summary>Names of fields that no rule was there for.</summary>
    public IReadOnlyList<string> Unknown => fields.Unknown;

    /// <summary>Whether there is a value or a null.</summary>
    public bool Has(string name) => fields.Take(name) is not null;

    /// <param name="most">In characters, once trimmed.</param>
    public string? Text(string name, int most, bool isRequired = false, bool mayBeBlank = false)
    {
        if (Find(name, isRequired) is not { } value)
        {
            return null;
        }

        var text = value.Text?.Trim();
        return FaultOf(text, most, mayBeBlank) is { } fault ? Refuse<string>(name, fault) : text;
    }

    public string? Choice(string name, IReadOnlyList<string> choices, bool isRequired = false)
    {
        if (Find(name, isRequired) is not { } value)
        {
            return null;
        }

        var text = value.Text ?? value.Json.GetRawText();
        return choices.Contains(text) ? text : Refuse<string>(name, FieldText.NotAChoice(text));
    }

    public int? Integer(string name, int least, int most)
    {
        if (Find(name, isRequired: false) is not { } value)
        {
            return null;
        }

        // As the framework does: a number without a fraction is an integer, and so is its text.
        if (!double.TryParse(value.Text?.Trim(), Numeric, CultureInfo.InvariantCulture, out var number) || !double.IsInteger(number))
        {
            return RefuseValue<int>(name, FieldText.NotInteger);
        }

        return IsWithin(name, number, least, most) ? (int)number : null;
    }

    public double? Number(string name, double least, double most)
    {
        if (Find(name, isRequired: false) is not { } value)
        {
            return null;
        }

        if (!double.TryParse(value.Text?.Trim(), Numeric, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return RefuseValue<double>(name, FieldText.NotNumber);
        }

        return IsWithin(name, number, least, most) ? number : null;
    }

    public bool? Boolean(string name) => Find(name, isRequired: false) is not { } value
        ? null
        : BooleanOf(value.IsJson ? value.Json : default, value.Text) ?? RefuseValue<bool>(name, FieldText.NotBoolean);

    public Guid? Id(string name) => Find(name, isRequired: false) is not { } value
        ? null
        : Guid.TryParse(value.Text, out var id) ? id : RefuseValue<Guid>(name, FieldText.NotGuid);

    public string? Url(string name) => Find(name, isRequired: false) is not { } value
        ? null
        : UrlFaultOf(value.Text) is { } fault ? Refuse<string>(name, fault) : value.Text!.Trim();

    /// <param name="most">Elements.</param>
    /// <param name="longest">Characters of an element.</param>
    public IReadOnlyList<string>? Texts(string name, int most, int longest, bool isRequired = false) =>
        List(name, most, isRequired, (JsonElement item, out string text) =>
        {
            text = FieldValue.TextOf(item) ?? "";
            return FaultOf(FieldValue.TextOf(item), longest, mayBeBlank: false);
        });

    /// <summary>Where to cut documents: as they are written, for a separator may be nothing but white space.</summary>
    public IReadOnlyList<string>? Separators(string name, int most, int longest) =>
        List(name, most, isRequired: false, (JsonElement item, out string text) =>
        {
            text = FieldValue.TextOf(item) ?? "";
            return text.Length == 0 ? FieldText.Blank : text.Length > longest ? FieldText.TooLong(longest) : null;
        });

    public IReadOnlyList<string>? Urls(string name, int most, bool isRequired = false) =>
        List(name, most, isRequired, (JsonElement item, out string text) =>
        {
            text = FieldValue.TextOf(item)?.Trim() ?? "";
            return UrlFaultOf(text);
        });

    public IReadOnlyList<Guid>? Ids(string name, int most) =>
        List(name, most, isRequired: false, (JsonElement item, out Guid id) =>
            Guid.TryParse(FieldValue.TextOf(item), out id) ? null : FieldText.NotGuid);

    public IReadOnlyList<bool>? Booleans(string name, int most) =>
        List(name, most, isRequired: false, (JsonElement item, out bool isTrue) =>
        {
            var read = BooleanOf(item, FieldValue.TextOf(item));
            isTrue = read ?? false;
            return read is null ? FieldText.NotBoolean : null;
        });

    /// <summary>A list of JSON objects, each written anew.</summary>
    public IReadOnlyList<string>? Objects(string name, int most, ObjectRule rule) =>
        List(name, most, isRequired: false, (JsonElement item, out string json) => rule.Read(item, out json));

    /// <summary>A JSON object, or its text, written anew.</summary>
    public string? Object(string name, ObjectRule rule)
    {
        if (Find(name, isRequired: false) is not { } value)
        {
            return null;
        }

        var json = value.Json;
        if (!value.IsJson || json.ValueKind == JsonValueKind.String)
        {
            if (JsonText.Parse(value.Text!) is not { } parsed)
            {
                return Refuse<string>(name, FieldText.NotJson);
            }

            json = parsed;
        }

        return rule.Read(json, out var written) is { } fault ? Refuse<string>(name, fault) : written;
    }

    /// <summary><c>filter_documents</c>; <see cref="DocumentFilter.None"/> where it is absent.</summary>
    public DocumentFilter Filter(string name) =>
        Object(name, new ObjectRule(LongestFilter)) is { } json ? new DocumentFilter(json) : DocumentFilter.None;

    private delegate string? ItemReader<T>(JsonElement item, out T read);

    private List<T>? List<T>(string name, int most, bool isRequired, ItemReader<T> read)
    {
        if (Find(name, isRequired) is not { } value)
        {
            return null;
        }

        if (value is { IsJson: true, Json.ValueKind: not JsonValueKind.Array })
        {
            return Refuse<List<T>>(name, FieldText.NotAList(value.Json));
        }

        var items = value.IsJson ? [.. value.Json.EnumerateArray()] : value.Texts.Select(text => JsonText.Of(text ?? "")).ToList();
        if (isRequired && items.Count == 0)
        {
            return Refuse<List<T>>(name, FieldText.EmptyList);
        }

        if (items.Count > most)
        {
            return Refuse<List<T>>(name, FieldText.TooMany(most));
        }

        var list = new List<T>(items.Count);
        var isSound = true;
        foreach (var (index, item) in items.Index())
        {
            var fault = item.ValueKind == JsonValueKind.Null ? FieldText.Null : null;
            fault ??= read(item, out var one) is { } wrong ? wrong : Keep(one);
            if (fault is not null)
            {
                Errors.Add(name, FieldText.Item(index, fault));
                isSound = false;
            }
        }

        return isSound ? list : null;

        string? Keep(T one)
        {
            list.Add(one);
            return null;
        }
    }

    private FieldValue? Find(string name, bool isRequired)
    {
        var value = fields.Take(name);
        if (value is { IsNull: false })
        {
            return value;
        }

        if (isRequired)
        {
            Errors.Add(name, value is null ? FieldText.Required : FieldText.Null);
        }

        return null;
    }

    private bool IsWithin(string name, double number, double least, double most)
    {
        if (number < least)
        {
            Errors.Add(name, FieldText.TooSmall(least));
        }
        else if (number > most)
        {
            Errors.Add(name, FieldText.TooGreat(most));
        }

        return number >= least && number <= most;
    }

    private static string? FaultOf(string? text, int most, bool mayBeBlank)
    {
        if (text is null)
        {
            return FieldText.NotText;
        }

        return string.IsNullOrWhiteSpace(text) && !mayBeBlank ? FieldText.Blank
            : text.Length > most ? FieldText.TooLong(most)
            : text.Contains('\0', StringComparison.Ordinal) ? FieldText.NullCharacter
            : null;
    }

    private static string? UrlFaultOf(string? text) =>
        FaultOf(text?.Trim(), LongestUrl, mayBeBlank: false)
        ?? (Uri.TryCreate(text!.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 ? null : FieldText.NotUrl);

    /// <summary>The framework's words for yes and no.</summary>
    private static bool? BooleanOf(JsonElement json, string? text) => json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => text?.Trim().ToLowerInvariant() switch
        {
            "true" or "t" or "yes" or "y" or "on" or "1" => true,
            "false" or "f" or "no" or "n" or "off" or "0" => false,
            _ => null,
        },
    };

    private T? Refuse<T>(string name, string text)
        where T : class
    {
        Errors.Add(name, text);
        return null;
    }

    private T? RefuseValue<T>(string name, string text)
        where T : struct
    {
        Errors.Add(name, text);
        return null;
    }
}
