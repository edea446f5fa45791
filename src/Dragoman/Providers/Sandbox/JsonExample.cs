using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Providers.Sandbox;

/// <summary>
/// Makes a JSON value that a schema accepts. The schemas that hold at one place (<c>$ref</c>, <c>allOf</c>, the branch that was chosen of
/// <c>anyOf</c> or <c>oneOf</c>) are gathered and obeyed together; of several branches the first that can be obeyed is taken.
/// </summary>
internal sealed class JsonExample
{
    // Deeper than this only what is required is made, so that a schema that refers to itself comes to an end.
    private const int DeepFrom = 5;

    private const int LongestText = 10_000;
    private const int MostItems = 1_000;
    private const int TriesForAnother = 50;

    // Of a long enumeration the first ones are choice enough.
    private const int MostListed = 16;

    private static readonly string[] Words = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron"];

    private readonly JsonSchema _schema;
    private readonly SandboxChance _chance;
    private int _made;

    private JsonExample(JsonSchema schema, SandboxChance chance)
    {
        _schema = schema;
        _chance = chance;
    }

    /// <summary>JSON text, or why there is none.</summary>
    /// <param name="work">Is taken from.</param>
    public static (string? Json, string? Fault) Of(JsonElement schema, SandboxChance chance, SandboxWork work)
    {
        try
        {
            if (schema.GetRawText().Length > JsonSchema.MaxLength)
            {
                return (null, $"it is longer than {JsonSchema.MaxLength} characters");
            }

            var checkable = new JsonSchema(schema, work);
            return new JsonExample(checkable, chance).TryMake([schema], "value", 0, out var value) && checkable.Accepts(schema, value)
                ? (SandboxText.ToJson(value), null)
                : (null, "the sandbox finds no value that it accepts");
        }
        catch (JsonSchemaException e)
        {
            return (null, e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // What the reader throws for an escaped surrogate without its other half, and for a member that comes twice.
            return (null, "it holds half of a surrogate pair or a member twice");
        }
    }

    /// <param name="schemas">All of them hold.</param>
    /// <param name="name">Of the member that the value is for.</param>
    private bool TryMake(IEnumerable<JsonElement> schemas, string name, int depth, out JsonNode? value)
    {
        value = null;
        if (depth > JsonSchema.MaxDepth)
        {
            return false;
        }

        Place? place = Place.Empty;
        foreach (var schema in schemas)
        {
            place = place is null ? null : With(place, schema, depth);
        }

        return place is not null && TryMake(place, name, depth, out value);
    }

    private bool TryMake(Place place, string name, int depth, out JsonNode? value)
    {
        _schema.Step(depth);
        value = null;
        if (place.Choices is not [var choice, ..])
        {
            return TryMakeOne(place.Schemas, name, depth, out value);
        }

        // Deep down a branch that leads no deeper comes first.
        var rest = place with { Choices = place.Choices.RemoveAt(0) };
        foreach (var branch in depth < DeepFrom ? choice.Branches : [.. choice.Branches.OrderBy(LeadsOn)])
        {
            if (With(rest, branch, depth) is { } chosen
                && TryMake(chosen, name, depth, out var made)
                && (!choice.IsExactlyOne || choice.Branches.Count(other => _schema.Accepts(other, made, depth)) == 1))
            {
                value = made;
                return true;
            }
        }

        return false;

        static bool LeadsOn(JsonElement branch) => branch.ValueKind == JsonValueKind.Object
            && (branch.TryGetProperty("$ref", out _) || branch.TryGetProperty("properties", out _) || branch.TryGetProperty("items", out _));
    }

    /// <summary>The place where this schema holds, too; <c>null</c> where it accepts nothing.</summary>
    private Place? With(Place place, JsonElement schema, int depth)
    {
        _schema.Visit(schema, depth);
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return schema.ValueKind == JsonValueKind.True ? place : null;
        }

        Place? wider = place with { Schemas = place.Schemas.Add(schema) };
        if (_schema.Text(schema, "$ref") is { } reference)
        {
            wider = With(wider, _schema.Resolve(reference), depth + 1);
        }

        foreach (var part in _schema.List(schema, "allOf") ?? [])
        {
            wider = wider is null ? null : With(wider, part, depth + 1);
        }

        foreach (var keyword in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (_schema.List(schema, keyword) is { } branches)
            {
                wider = wider is null ? null : wider with { Choices = wider.Choices.Add(new Choice(branches, keyword == "oneOf")) };
            }
        }

        return wider;
    }

    private bool TryMakeOne(ImmutableList<JsonElement> schemas, string name, int depth, out JsonNode? value)
    {
        var chance = _chance.For(_made++);
        value = null;
        if (Listed(schemas) is { } listed)
        {
            JsonNode?[] accepted = [.. listed.Where(one => IsAccepted(one)).Take(MostListed)];
            value = accepted.Length > 0 ? chance.Of<JsonNode?>(accepted) : null;
            return accepted.Length > 0;
        }

        foreach (var type in TypesOf(schemas))
        {
            var made = type switch
            {
                "object" => TryMakeObject(schemas, depth, out value),
                "array" => TryMakeArray(schemas, name, depth, out value),
                "string" => TryMakeText(schemas, name, chance, out value),
                "boolean" => (value = JsonValue.Create(chance.Below(2) == 0)) is not null,
                "null" => true,
                _ => TryMakeNumber(schemas, type == "integer", chance, out value),
            };
            if (made && IsAccepted(value))
            {
                return true;
            }

            value = null;
        }

        return false;

        bool IsAccepted(JsonNode? one) => schemas.TrueForAll(schema => _schema.Accepts(schema, one, depth));
    }

    /// <summary>The values of <c>const</c> or <c>enum</c>, where one of the schemas has either.</summary>
    private IEnumerable<JsonNode?>? Listed(ImmutableList<JsonElement> schemas)
    {
        foreach (var schema in schemas)
        {
            if (schema.TryGetProperty("const", out var only))
            {
                return [_schema.ToNode(only)];
            }

            if (JsonSchema.Elements(schema, "enum") is { } values)
            {
                return values.Select(_schema.ToNode);
            }
        }

        return null;
    }

    /// <summary>The types that all schemas allow, those written first ahead; without a word on types what the other keywords speak of.</summary>
    private IEnumerable<string> TypesOf(ImmutableList<JsonElement> schemas)
    {
        string[]? types = null;
        foreach (var said in schemas.Select(_schema.Types).OfType<string[]>())
        {
            types = types is null
                ? said
                : [.. types.Where(type => said.Contains(type) || (type == "integer" && said.Contains("number"))),
                    .. said.Where(type => type == "integer" && types.Contains("number") && !types.Contains("integer"))];
        }

        if (types is not null)
        {
            return types;
        }

        var guess = Speaks("properties", "required", "additionalProperties", "minProperties") ? "object"
            : Speaks("items", "prefixItems", "minItems") ? "array"
            : Speaks("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf") ? "number"
            : "string";
        return JsonSchema.AllTypes.OrderBy(type => type != guess);

        bool Speaks(params string[] keywords) =>
            schemas.Exists(schema => keywords.Any(keyword => schema.TryGetProperty(keyword, out _)));
    }

    private bool TryMakeObject(ImmutableList<JsonElement> schemas, int depth, out JsonNode? value)
    {
        var properties = schemas.ConvertAll(_schema.Properties);
        var required = schemas
            .SelectMany(schema => _schema.List(schema, "required") ?? [])
            .Select(_schema.AsName)
            .ToHashSet(StringComparer.Ordinal);
        var least = AtLeast(schemas, "minProperties");
        var most = AtMost(schemas, "maxProperties");
        var members = new JsonObject();
        value = members;

        var owed = required.Count;
        foreach (var name in properties.SelectMany(known => known.Keys).Concat(required).Distinct(StringComparer.Ordinal))
        {
            var isRequired = required.Contains(name);
            owed -= isRequired ? 1 : 0;
            var isWanted = isRequired || (members.Count + owed < most && (depth < DeepFrom || members.Count + owed < least));
            if (isWanted && !TryAdd(name) && isRequired)
            {
                return false;
            }
        }

        for (var i = 1; members.Count < least; i++)
        {
            if (i > MostItems || (!members.ContainsKey($"more_{i}") && !TryAdd($"more_{i}")))
            {
                return false;
            }
        }

        return true;

        bool TryAdd(string name)
        {
            var known = schemas
                .Select((schema, i) => properties[i].TryGetValue(name, out var own) ? own
                    : schema.TryGetProperty("additionalProperties", out var others) ? others : (JsonElement?)null)
                .OfType<JsonElement>();
            if (!TryMake(known, name, depth + 1, out var member))
            {
                return false;
            }

            members[name] = member;
            return true;
        }
    }

    private bool TryMakeArray(ImmutableList<JsonElement> schemas, string name, int depth, out JsonNode? value)
    {
        var least = AtLeast(schemas, "minItems");
        var most = AtMost(schemas, "maxItems");
        var items = new JsonArray();
        value = items;
        if (least > MostItems)
        {
            throw new JsonSchemaException($"'minItems' is over {MostItems}");
        }

        var places = schemas.Aggregate(0, (most, schema) => Math.Max(most, JsonSchema.FirstItems(schema)));
        var wanted = depth < DeepFrom ? Math.Min(Math.Max(Math.Max(least, places), 1), most) : least;
        var isUnique = schemas.Exists(JsonSchema.IsUnique);
        while (items.Count < wanted)
        {
            if (!TryMakeItem(out var item))
            {
                return items.Count >= least;
            }

            items.Add(item);
        }

        return true;

        bool TryMakeItem(out JsonNode? item)
        {
            for (var i = 0; i < TriesForAnother; i++)
            {
                var schemasOfItem = schemas.Select(schema => _schema.ItemAt(schema, items.Count)).OfType<JsonElement>();
                if (!TryMake(schemasOfItem, name, depth + 1, out var made))
                {
                    break;
                }

                if (!isUnique || !items.Any(other => _schema.AreEqual(other, made)))
                {
                    item = made;
                    return true;
                }
            }

            item = null;
            return false;
        }
    }

    private bool TryMakeText(ImmutableList<JsonElement> schemas, string name, SandboxChance chance, out JsonNode? value)
    {
        var least = AtLeast(schemas, "minLength");
        var most = AtMost(schemas, "maxLength");
        if (least > LongestText)
        {
            throw new JsonSchemaException($"'minLength' is over {LongestText}");
        }

        var format = schemas.Select(schema => _schema.Text(schema, "format")).FirstOrDefault(format => format is not null);
        var number = chance.Below(90) + 10;
        var text = format switch
        {
            "date-time" => $"2026-01-15T10:{number % 60:00}:00Z",
            "date" => $"2026-01-{number % 28 + 1:00}",
            "time" => $"10:{number % 60:00}:00Z",
            "duration" => $"PT{number}M",
            "email" => $"person{number}@example.com",
            "hostname" => $"host{number}.example.com",
            "ipv4" => $"192.0.2.{number}",
            "ipv6" => $"2001:db8::{number}",
            "uri" => $"https://example.com/{number}",
            "uuid" => $"00000000-0000-4000-8000-{chance.ToString()[..12]}",
            _ => null,
        };
        if (text is not null)
        {
            value = JsonValue.Create(text);
            return text.Length >= least && text.Length <= most; // They are all ASCII: a character each.
        }

        var longer = new StringBuilder(SandboxText.Excerpt(name, 40));
        do
        {
            _schema.Step();
            longer.Append(' ').Append(chance.Of<string>(Words));
            chance = chance.For(0);
        }
        while (longer.Length < 2 * least); // Characters outside the basic plane are two units each.

        // Long enough by now; exactly as long as is allowed where that is less.
        value = JsonValue.Create(SandboxText.Excerpt(longer.ToString(), Math.Min(most, Math.Max(least, 40))));
        return least <= most;
    }

    private static bool TryMakeNumber(ImmutableList<JsonElement> schemas, bool isInteger, SandboxChance chance, out JsonNode? value)
    {
        try
        {
            return TryMakeNumberUnchecked(schemas, isInteger, chance, out value);
        }
        catch (OverflowException)
        {
            throw new JsonSchemaException("its bounds are too far out");
        }
    }

    private static bool TryMakeNumberUnchecked(ImmutableList<JsonElement> schemas, bool isInteger, SandboxChance chance, out JsonNode? value)
    {
        decimal? least = null, most = null, step = isInteger ? 1 : null;
        bool leastExcluded = false, mostExcluded = false;
        foreach (var schema in schemas)
        {
            var (lower, lowerExcluded) = JsonSchema.Bound(schema, lower: true);
            if (lower is not null && (least is null || lower > least || (lower == least && lowerExcluded)))
            {
                (least, leastExcluded) = (lower, lowerExcluded);
            }

            var (upper, upperExcluded) = JsonSchema.Bound(schema, lower: false);
            if (upper is not null && (most is null || upper < most || (upper == most && upperExcluded)))
            {
                (most, mostExcluded) = (upper, upperExcluded);
            }

            if (JsonSchema.Number(schema, "multipleOf") is { } multiple and > 0)
            {
                step = step is null ? multiple : CommonMultiple(step.Value, multiple);
            }
        }

        var number = chance.Below(9) + (isInteger ? 1m : 1.5m);
        if (step is { } each)
        {
            number = Math.Ceiling(number / each) * each;
            if (number < least || (leastExcluded && number == least))
            {
                number = (leastExcluded ? Math.Floor(least.Value / each) + 1 : Math.Ceiling(least.Value / each)) * each;
            }
            else if (number > most || (mostExcluded && number == most))
            {
                number = (mostExcluded ? Math.Ceiling(most.Value / each) - 1 : Math.Floor(most.Value / each)) * each;
            }
        }
        else if (number <= least || number >= most)
        {
            number = (least, most) switch
            {
                ({ } low, { } high) => leastExcluded || mostExcluded ? low + (high - low) / 2 : low,
                ({ } low, null) => leastExcluded ? low + 1 : low,
                (null, { } high) => mostExcluded ? high - 1 : high,
                _ => number,
            };
        }

        value = JsonValue.Create(number / 1.0000000000000000000000000000m); // Without the zeros that a decimal may have at its end.
        return true; // Whether it lies within all bounds is judged by the caller.
    }

    private static int AtLeast(ImmutableList<JsonElement> schemas, string keyword) =>
        schemas.Aggregate(0, (bound, schema) => Math.Max(bound, JsonSchema.Whole(schema, keyword) ?? 0));

    private static int AtMost(ImmutableList<JsonElement> schemas, string keyword) =>
        schemas.Aggregate(int.MaxValue, (bound, schema) => Math.Min(bound, JsonSchema.Whole(schema, keyword) ?? int.MaxValue));

    /// <summary>The least number that both go into; <paramref name="one"/> where none is near.</summary>
    private static decimal CommonMultiple(decimal one, decimal other)
    {
        for (var i = 1; i <= 1000; i++)
        {
            if (one * i % other == 0)
            {
                return one * i;
            }
        }

        return one;
    }

    /// <summary>What holds at one place: schemas, and choices between branches that are still to be made.</summary>
    private sealed record Place(ImmutableList<JsonElement> Schemas, ImmutableList<Choice> Choices)
    {
        public static readonly Place Empty = new([], []);
    }

    private sealed record Choice(JsonElement[] Branches, bool IsExactlyOne);
}
