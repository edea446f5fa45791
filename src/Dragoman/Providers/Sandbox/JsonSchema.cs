using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Providers.Sandbox;

/// <summary>
/// A JSON Schema (json-schema.org, draft 2020-12 and its forerunners) as far as callers describe answers and arguments with it. What asserts
/// something and is not understood is refused by name, so that nothing is ever taken for valid that may not be. A <c>format</c> asserts nothing,
/// as the specification has it.
/// </summary>
/// <param name="work">What all schemas of one call may cost together.</param>
internal sealed class JsonSchema(JsonElement root, SandboxWork work)
{
    public const int MaxDepth = 32;

    /// <summary>Longest text of a schema.</summary>
    public const int MaxLength = 64 * 1024;

    // Members, elements and characters that cost about as much as a step does.
    private const int MembersAStep = 4;
    private const int ElementsAStep = 16;
    private const int ComparisonsAStep = 4;
    private const int CharactersAStep = 32;

    /// <summary>Keywords that assert something which cannot be judged here.</summary>
    private static readonly string[] NotUnderstood =
    [
        "pattern", "not", "if", "contains", "propertyNames", "patternProperties", "dependentRequired", "dependentSchemas", "dependencies",
        "unevaluatedProperties", "unevaluatedItems", "additionalItems", "$dynamicRef", "$recursiveRef", "extends", "disallow",
    ];

    /// <summary>The more telling ones ahead: in this order they are tried where a schema does not say.</summary>
    public static readonly string[] AllTypes = ["object", "array", "string", "integer", "number", "boolean", "null"];

    // Of values that are compared again and again.
    private readonly Dictionary<JsonNode, int> _sizes = new(ReferenceEqualityComparer.Instance);

    public JsonElement Root { get; } = root;

    /// <summary>Counts work: a schema comes from a caller and may be as deep and as wide as it likes.</summary>
    /// <exception cref="JsonSchemaException">Too much of it, or too deep.</exception>
    public void Step(int depth = 0, int steps = 1)
    {
        if (!work.TryTake(steps) || depth > MaxDepth * 4)
        {
            throw new JsonSchemaException("it is too large, is asked for too often or refers to itself without end");
        }
    }

    /// <summary>Ahead of everything else that is done with a schema at a place.</summary>
    /// <exception cref="JsonSchemaException">It is no schema, or has a keyword that is not understood.</exception>
    public void Visit(JsonElement schema, int depth)
    {
        Step(depth);
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw new JsonSchemaException("a schema must be an object, true or false");
        }

        Step(depth, schema.GetPropertyCount() / MembersAStep); // A keyword is looked for among all members.
        foreach (var keyword in NotUnderstood)
        {
            if (schema.TryGetProperty(keyword, out _))
            {
                throw new JsonSchemaException($"the sandbox does not know keyword '{keyword}'");
            }
        }
    }

    /// <summary>What a <c>$ref</c> points at: a place in the same document.</summary>
    /// <exception cref="JsonSchemaException">It points elsewhere or nowhere.</exception>
    public JsonElement Resolve(string reference)
    {
        if (reference is not ("#" or ['#', '/', ..]))
        {
            throw new JsonSchemaException($"$ref '{SandboxText.Excerpt(reference, 64)}' is not a place in the schema itself");
        }

        var place = Root;
        foreach (var step in reference.Length > 1 ? Uri.UnescapeDataString(reference[2..]).Split('/') : [])
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var isThere = place.ValueKind switch
            {
                JsonValueKind.Object => place.TryGetProperty(name, out place),
                JsonValueKind.Array => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
                    && i < place.GetArrayLength()
                    && (place = place[i]).ValueKind != JsonValueKind.Undefined,
                _ => false,
            };
            if (!isThere)
            {
                throw new JsonSchemaException($"$ref '{SandboxText.Excerpt(reference, 64)}' points at nothing");
            }
        }

        return place;
    }

    public bool Accepts(JsonElement schema, JsonNode? value, int depth = 0)
    {
        Visit(schema, depth);
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return schema.ValueKind == JsonValueKind.True;
        }

        var accepts = AcceptsType(schema, value)
            && (!schema.TryGetProperty("const", out var only) || AreEqual(value, ToNode(only)))
            && (Elements(schema, "enum") is not { } choices || choices.Any(choice => AreEqual(value, ToNode(choice))))
            && (Text(schema, "$ref") is not { } reference || Accepts(Resolve(reference), value, depth + 1))
            && (List(schema, "allOf") is not { } all || all.All(branch => Accepts(branch, value, depth + 1)))
            && (List(schema, "anyOf") is not { } any || any.Any(branch => Accepts(branch, value, depth + 1)))
            && (List(schema, "oneOf") is not { } one || one.Count(branch => Accepts(branch, value, depth + 1)) == 1);
        return accepts && value switch
        {
            JsonObject members => AcceptsMembers(schema, members, depth),
            JsonArray items => AcceptsItems(schema, items, depth),
            JsonValue scalar => scalar.GetValueKind() switch
            {
                JsonValueKind.String => AcceptsText(schema, scalar.GetValue<string>()),
                JsonValueKind.Number => AcceptsNumber(schema, NumberOf(scalar)),
                _ => true,
            },
            _ => true,
        };
    }

    /// <summary>A comparison, which counts as work: a long enumeration and an array whose items must differ have many.</summary>
    public bool AreEqual(JsonNode? one, JsonNode? other)
    {
        Step(steps: 1 + Math.Min(SizeOf(one), SizeOf(other)) / ComparisonsAStep);
        return JsonNode.DeepEquals(one, other);
    }

    public JsonNode? ToNode(JsonElement element)
    {
        Step(steps: 1 + JsonMarshal.GetRawUtf8Value(element).Length / CharactersAStep);
        return JsonNode.Parse(element.GetRawText());
    }

    /// <summary>Taken one by one; a long list of which the first few are looked at costs no more than those.</summary>
    public static IEnumerable<JsonElement>? Elements(JsonElement schema, string keyword)
    {
        if (!schema.TryGetProperty(keyword, out var list))
        {
            return null;
        }

        return list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw Malformed(keyword, "an array");
    }

    public JsonElement[]? List(JsonElement schema, string keyword)
    {
        if (Elements(schema, keyword) is not { } elements)
        {
            return null;
        }

        Step(steps: schema.GetProperty(keyword).GetArrayLength() / ElementsAStep);
        return [.. elements];
    }

    public string? Text(JsonElement schema, string keyword)
    {
        if (!schema.TryGetProperty(keyword, out var text))
        {
            return null;
        }

        return AsText(text, keyword);
    }

    public static decimal? Number(JsonElement schema, string keyword)
    {
        if (!schema.TryGetProperty(keyword, out var number))
        {
            return null;
        }

        return number.ValueKind == JsonValueKind.Number && number.TryGetDecimal(out var value)
            ? value
            : throw Malformed(keyword, "a number of usual size");
    }

    /// <summary>A count, such as <c>minLength</c>.</summary>
    public static int? Whole(JsonElement schema, string keyword) =>
        Number(schema, keyword) is { } number ? number >= 0 ? (int)Math.Min(number, int.MaxValue) : throw Malformed(keyword, "0 or more") : null;

    /// <summary>Lower or upper bound, and whether it is itself excluded; in either spelling that the drafts have.</summary>
    public static (decimal? Bound, bool IsExcluded) Bound(JsonElement schema, bool lower)
    {
        var bound = Number(schema, lower ? "minimum" : "maximum");
        var keyword = lower ? "exclusiveMinimum" : "exclusiveMaximum";
        if (!schema.TryGetProperty(keyword, out var exclusive) || exclusive.ValueKind == JsonValueKind.False)
        {
            return (bound, false);
        }

        if (exclusive.ValueKind == JsonValueKind.True)
        {
            return (bound, bound is not null);
        }

        var excluded = Number(schema, keyword)!.Value;
        return bound is null || (lower ? excluded >= bound : excluded <= bound) ? (excluded, true) : (bound, false);
    }

    /// <summary>The types that it allows; <c>null</c> where it says nothing of them.</summary>
    public string[]? Types(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return null;
        }

        string[] types = type.ValueKind switch
        {
            JsonValueKind.Array => [.. List(schema, "type")!.Select(one => AsText(one, "type"))],
            _ => [AsText(type, "type")],
        };
        return types.FirstOrDefault(one => !AllTypes.Contains(one)) is { } unknown
            ? throw new JsonSchemaException($"there is no type '{SandboxText.Excerpt(unknown, 64)}'")
            : types;
    }

    private bool AcceptsType(JsonElement schema, JsonNode? value) => Types(schema) is not { } types || types.Any(type => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "null" => value is null,
        "string" => value is JsonValue text && text.GetValueKind() == JsonValueKind.String,
        "boolean" => value is JsonValue flag && flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => value is JsonValue number && number.GetValueKind() == JsonValueKind.Number,
        _ => value is JsonValue integer && integer.GetValueKind() == JsonValueKind.Number
            && NumberOf(integer) is { } whole && whole == Math.Truncate(whole),
    });

    private bool AcceptsMembers(JsonElement schema, JsonObject members, int depth)
    {
        if ((List(schema, "required") ?? []).Any(name => !members.ContainsKey(AsName(name)))
            || members.Count < Whole(schema, "minProperties")
            || members.Count > Whole(schema, "maxProperties"))
        {
            return false;
        }

        var properties = Properties(schema);
        var others = schema.TryGetProperty("additionalProperties", out var additional) ? additional : (JsonElement?)null;
        return members.All(member => properties.TryGetValue(member.Key, out var property)
            ? Accepts(property, member.Value, depth + 1)
            : others is not { } other || Accepts(other, member.Value, depth + 1));
    }

    /// <summary>An element of <c>required</c>.</summary>
    public string AsName(JsonElement name) => AsText(name, "required");

    /// <summary>By name; of one that comes twice the last counts.</summary>
    public Dictionary<string, JsonElement> Properties(JsonElement schema)
    {
        var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (schema.TryGetProperty("properties", out var written))
        {
            if (written.ValueKind != JsonValueKind.Object)
            {
                throw Malformed("properties", "an object");
            }

            Step(steps: written.GetPropertyCount() / ElementsAStep);
            foreach (var property in written.EnumerateObject())
            {
                properties[property.Name] = property.Value;
            }
        }

        return properties;
    }

    /// <summary>How many of the first items have schemas of their own.</summary>
    public static int FirstItems(JsonElement schema) => Prefix(schema)?.GetArrayLength() ?? 0;

    /// <summary>The schema of an item at a place; <c>null</c> where there is none.</summary>
    public JsonElement? ItemAt(JsonElement schema, int place)
    {
        if (Prefix(schema) is { } first && place < first.GetArrayLength())
        {
            Step(steps: place / ElementsAStep); // The elements ahead of it are counted off.
            return first[place];
        }

        return schema.TryGetProperty("items", out var items) && items.ValueKind != JsonValueKind.Array ? items : null;
    }

    /// <summary>Before draft 2020-12 a list under <c>items</c> was what <c>prefixItems</c> is now.</summary>
    private static JsonElement? Prefix(JsonElement schema)
    {
        if (schema.TryGetProperty("prefixItems", out var first))
        {
            return first.ValueKind == JsonValueKind.Array ? first : throw Malformed("prefixItems", "an array");
        }

        return schema.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array ? items : null;
    }

    private bool AcceptsItems(JsonElement schema, JsonArray items, int depth)
    {
        if (items.Count < Whole(schema, "minItems") || items.Count > Whole(schema, "maxItems"))
        {
            return false;
        }

        for (var i = 0; i < items.Count; i++)
        {
            if (ItemAt(schema, i) is { } item && !Accepts(item, items[i], depth + 1))
            {
                return false;
            }
        }

        if (!IsUnique(schema))
        {
            return true;
        }

        for (var i = 0; i < items.Count; i++)
        {
            if (items.Take(i).Any(other => AreEqual(other, items[i])))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsUnique(JsonElement schema) =>
        schema.TryGetProperty("uniqueItems", out var unique) && unique.ValueKind == JsonValueKind.True;

    private static bool AcceptsText(JsonElement schema, string text)
    {
        var length = text.EnumerateRunes().Count();
        return !(length < Whole(schema, "minLength")) && !(length > Whole(schema, "maxLength"));
    }

    private static bool AcceptsNumber(JsonElement schema, decimal? number)
    {
        var (least, leastExcluded) = Bound(schema, lower: true);
        var (most, mostExcluded) = Bound(schema, lower: false);
        var step = Number(schema, "multipleOf");
        if (number is not { } value)
        {
            // Beyond what a decimal holds: bounds cannot be judged, so that only a schema without any accepts it.
            return least is null && most is null && step is null;
        }

        return !(leastExcluded ? value <= least : value < least)
            && !(mostExcluded ? value >= most : value > most)
            && (step is not { } each || (each > 0 ? value % each == 0 : throw Malformed("multipleOf", "above 0")));
    }

    private static decimal? NumberOf(JsonValue value) =>
        decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string AsText(JsonElement element, string keyword)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            throw Malformed(keyword, "a string or strings");
        }

        Step(steps: JsonMarshal.GetRawUtf8Value(element).Length / CharactersAStep);
        return element.GetString()!;
    }

    /// <summary>How many values there are in a value, itself included.</summary>
    private int SizeOf(JsonNode? value)
    {
        if (value is null or JsonValue)
        {
            return 1;
        }

        if (!_sizes.TryGetValue(value, out var size))
        {
            size = 1 + (value is JsonArray items ? items.Sum(SizeOf) : ((JsonObject)value).Sum(member => SizeOf(member.Value)));
            _sizes.Add(value, size);
        }

        return size;
    }

    private static JsonSchemaException Malformed(string keyword, string expected) => new($"'{keyword}' must be {expected}");
}

/// <summary>Why a schema cannot be worked with; the message is a part of a sentence.</summary>
internal sealed class JsonSchemaException(string message) : Exception(message);
