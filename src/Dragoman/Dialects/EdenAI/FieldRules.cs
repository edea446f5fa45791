using System.Text.Json;
using Dragoman.Knowledge;

namespace Dragoman.Dialects.EdenAI;

/// <summary>The rules of fields that more than one endpoint of projects has, beside the plain ones of <see cref="BodyFields"/>.</summary>
internal static class FieldRules
{
    /// <summary>Of an address, in characters; as in Django.</summary>
    private const int LongestUrl = 2048;

    /// <summary>What narrows a search to documents by their metadata.</summary>
    private static readonly ObjectRule Filters = new(16 * 1024);

    /// <summary>What is wrong with an element of a list; where nothing is, what it reads as.</summary>
    private delegate string? ItemRule<T>(JsonElement item, out T? read);

    extension(BodyFields fields)
    {
        /// <summary>The same as <see cref="BodyFields.Text"/> without characters that no text has.</summary>
        public string? PlainText(string name, int longest, bool isRequired = false)
        {
            if (fields.Text(name, isRequired, longest) is not { } text)
            {
                return null;
            }

            if (!text.Contains('\0', StringComparison.Ordinal))
            {
                return text;
            }

            fields.Fault(name, FieldWords.NullCharacter);
            return null;
        }

        public string? RequiredChoice(string name, params ReadOnlySpan<string> choices) =>
            fields.Demand(name) is null ? null : fields.Choice(name, choices);

        public string? Url(string name)
        {
            if (fields.Get(name) is not { } value)
            {
                return null;
            }

            if (FaultOfUrl(value, out var url) is not { } fault)
            {
                return url;
            }

            fields.Fault(name, fault);
            return null;
        }

        /// <param name="most">Elements.</param>
        public IReadOnlyList<string>? Urls(string name, int most, bool isRequired = false) => ListOf<string>(fields, name, most, isRequired, FaultOfUrl);

        /// <summary>Texts as they are: white space around them counts, but there must be more than that.</summary>
        /// <param name="most">Elements.</param>
        public IReadOnlyList<string>? FullTexts(string name, int most) => ListOf<string>(fields, name, most, isRequired: true, FaultOfText);

        /// <summary>Texts as they are, white space too.</summary>
        /// <param name="most">Elements.</param>
        /// <param name="longest">Characters of an element.</param>
        public IReadOnlyList<string>? Separators(string name, int most, int longest) =>
            ListOf(fields, name, most, isRequired: false, (JsonElement item, out string? text) =>
            {
                text = item.ValueKind == JsonValueKind.String ? item.GetString() : null;
                return text is null ? FieldWords.NotText : text.Length == 0 ? FieldWords.Blank : text.Length > longest ? FieldWords.TooLong(longest) : null;
            });

        public IReadOnlyList<Guid>? Uuids(string name, int most) => ListOf<Guid>(fields, name, most, isRequired: false, FaultOfUuid);

        public IReadOnlyList<bool>? Booleans(string name, int most) =>
            ListOf(fields, name, most, isRequired: false, (JsonElement item, out bool flag) =>
            {
                var read = BodyFields.BooleanOf(item);
                flag = read ?? false;
                return read is null ? FieldWords.NotBoolean : null;
            });

        /// <summary>A list of JSON objects, as they are kept.</summary>
        public IReadOnlyList<string>? Objects(string name, int most, ObjectRule rule) =>
            ListOf(fields, name, most, isRequired: false, (JsonElement item, out string? json) => rule.Read(item, out json));

        /// <summary>A JSON object, or the text of one, as it is kept.</summary>
        public string? Object(string name, ObjectRule rule)
        {
            if (fields.Get(name) is not { } value)
            {
                return null;
            }

            var json = value.ValueKind == JsonValueKind.String ? JsonText.Parse(value.GetString()!) : value;
            string? kept = null;
            if ((json is null ? FieldWords.NotJson : rule.Read(json.Value, out kept)) is not { } fault)
            {
                return kept;
            }

            fields.Fault(name, fault);
            return null;
        }

        /// <summary><c>filter_documents</c>; <see cref="DocumentFilter.None"/> where it is absent.</summary>
        public DocumentFilter Filter() => fields.Object("filter_documents", Filters) is { } json ? new DocumentFilter(json) : DocumentFilter.None;
    }

    private static List<T>? ListOf<T>(BodyFields fields, string name, int most, bool isRequired, ItemRule<T> rule)
    {
        if (fields.List(name, isRequired) is not { } list)
        {
            return null;
        }

        var count = list.GetArrayLength();
        if (count > most || (isRequired && count == 0))
        {
            fields.Fault(name, count == 0 ? FieldWords.EmptyList : FieldWords.TooMany(most));
            return null;
        }

        var items = new List<T>(count);
        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            T? read = default;
            if ((item.ValueKind == JsonValueKind.Null ? FieldWords.Null : rule(item, out read)) is { } fault)
            {
                fields.Fault(name, FieldWords.At($"{name}[{index}]", fault));
            }
            else
            {
                items.Add(read!);
            }
        }

        return items.Count == count ? items : null;
    }

    private static string? FaultOfText(JsonElement item, out string? text)
    {
        text = item.ValueKind == JsonValueKind.String ? item.GetString() : BodyFields.TextOf(item);
        return text is null ? FieldWords.NotText
            : string.IsNullOrWhiteSpace(text) ? FieldWords.Blank
            : text.Contains('\0', StringComparison.Ordinal) ? FieldWords.NullCharacter
            : null;
    }

    private static string? FaultOfUrl(JsonElement item, out string? url)
    {
        url = BodyFields.TextOf(item);
        return url is null ? FieldWords.NotText
            : url.Length == 0 ? FieldWords.Blank
            : url.Length > LongestUrl ? FieldWords.TooLong(LongestUrl)
            : Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 ? null
            : FieldWords.NotUrl;
    }

    private static string? FaultOfUuid(JsonElement item, out Guid id)
    {
        id = Guid.Empty;
        return item.ValueKind == JsonValueKind.String && Guid.TryParse(item.GetString(), out id) ? null : FieldWords.NotUuid;
    }
}
