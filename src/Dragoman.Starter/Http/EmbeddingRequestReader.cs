using System.Text.Json;

namespace Dragoman.Starter.Http;

/// <summary>A request for vectors after all checks.</summary>
internal sealed record EmbeddingRequest(IReadOnlyList<string> Texts, bool AsBase64);

/// <summary>Reads the body of <c>POST /v1/embeddings</c> (https://platform.openai.com/docs/api-reference/embeddings/create).</summary>
internal static class EmbeddingRequestReader
{
    /// <summary>As with OpenAI.</summary>
    public const int MostTexts = 2048;

    /// <summary>Checks and converts a body. <paramref name="dimensions"/> is what the model's vectors have.</summary>
    /// <exception cref="RequestException">The body is not a valid request.</exception>
    public static EmbeddingRequest Read(JsonElement body, int dimensions)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw RequestException.Invalid(null, $"The body must be a JSON object, but is {JsonMembers.Describe(body)}.");
        }

        IReadOnlyList<string>? texts = null;
        bool asBase64 = false;
        foreach (JsonProperty member in body.EnumerateObject())
        {
            (string name, JsonElement value) = (member.Name, member.Value);
            if (value.ValueKind == JsonValueKind.Null && name != "input")
            {
                continue;
            }

            switch (name)
            {
                case "input": texts = ReadInput(value); break;
                case "model": _ = JsonMembers.Text(value, name); break;
                case "encoding_format": asBase64 = ReadFormat(value); break;
                case "dimensions": CheckDimensions(value, dimensions); break;
                default: UnsupportedParameters.Check(name, value); break;
            }
        }

        return new EmbeddingRequest(texts ?? throw RequestException.Invalid("input", "Missing required parameter: 'input'."), asBase64);
    }

    private static List<string> ReadInput(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            return [ReadText(input, "input")];
        }

        if (input.ValueKind != JsonValueKind.Array)
        {
            throw JsonMembers.WrongType(input, "input", "a string or an array of strings");
        }

        if (input.GetArrayLength() is 0 or > MostTexts)
        {
            throw RequestException.Invalid("input", $"'input' must hold from 1 to {MostTexts} texts, but holds {input.GetArrayLength()}.");
        }

        var texts = new List<string>(input.GetArrayLength());
        foreach (JsonElement item in input.EnumerateArray())
        {
            if (item.ValueKind is JsonValueKind.Number or JsonValueKind.Array)
            {
                throw RequestException.Invalid("input", "'input' as token ids is not supported by this engine; send texts instead.");
            }

            texts.Add(ReadText(item, $"input[{texts.Count}]"));
        }

        return texts;
    }

    private static string ReadText(JsonElement value, string param) =>
        JsonMembers.Text(value, param) is { Length: > 0 } text ? text : throw RequestException.Invalid(param, $"'{param}' must not be an empty string.");

    private static bool ReadFormat(JsonElement value) => JsonMembers.Text(value, "encoding_format") switch
    {
        "float" => false,
        "base64" => true,
        _ => throw RequestException.Invalid("encoding_format", "'encoding_format' must be 'float' or 'base64'."),
    };

    private static void CheckDimensions(JsonElement value, int dimensions)
    {
        if (JsonMembers.Integer(value, "dimensions", 1) != dimensions)
        {
            throw RequestException.Invalid("dimensions", $"This model's vectors have {dimensions} dimensions and no other number of them.");
        }
    }
}
