using System.Globalization;
using System.Text.Json;
using Dragoman.Starter.Pictures;

namespace Dragoman.Starter.Http;

/// <summary>
/// Reads the body of <c>POST /v1/images/generations</c> (https://platform.openai.com/docs/api-reference/images/create) and <c>seed</c>, which local servers
/// have beside it. <c>style</c> takes agent.ai's words as well.
/// </summary>
internal static class ImageRequestReader
{
    private const int MaxCount = 4;
    private const int MinSide = 256;
    private const int MaxSide = 2048;

    /// <exception cref="RequestException">The body is not a valid request.</exception>
    public static PictureRequest Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw RequestException.Invalid(null, $"The body must be a JSON object, but is {JsonMembers.Describe(body)}.");
        }

        var request = new PictureRequest { Prompt = "" };
        foreach (JsonProperty member in body.EnumerateObject())
        {
            (string name, JsonElement value) = (member.Name, member.Value);
            if (value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            switch (name)
            {
                case "prompt": request = request with { Prompt = JsonMembers.Text(value, name) }; break;
                case "model": _ = JsonMembers.Text(value, name); break;
                case "n": request = request with { Count = JsonMembers.Integer(value, name, 1, MaxCount) }; break;
                case "size": request = WithSize(request, JsonMembers.Text(value, name)); break;
                case "style": request = request with { Style = ReadStyle(JsonMembers.Text(value, name)) }; break;
                case "seed": request = request with { Seed = JsonMembers.Long(value, name) }; break;
                case "response_format": CheckResponseFormat(JsonMembers.Text(value, name)); break;
                case "output_format": request = request with { Format = ReadFormat(JsonMembers.Text(value, name)) }; break;
                case "output_compression": request = request with { Quality = Math.Max(1, JsonMembers.Integer(value, name, 0, 100)) }; break;
                default: UnsupportedParameters.Check(name, value); break;
            }
        }

        return string.IsNullOrWhiteSpace(request.Prompt)
            ? throw RequestException.Invalid("prompt", "'prompt' must be a string that is not empty.")
            : request;
    }

    private static PictureRequest WithSize(PictureRequest request, string size)
    {
        if (size == "auto")
        {
            return request;
        }

        string[] sides = size.Split('x');
        return sides.Length == 2 && Side(sides[0]) is { } width && Side(sides[1]) is { } height
            ? request with { Width = width, Height = height }
            : throw RequestException.Invalid("size", $"'size' must be 'auto' or WIDTHxHEIGHT with sides from {MinSide} to {MaxSide} pixels.");
    }

    private static int? Side(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side is >= MinSide and <= MaxSide ? side : null;

    private static PictureStyle ReadStyle(string style) => style switch
    {
        "default" or "vivid" or "natural" => PictureStyle.Default, // The last two are DALL-E 3's.
        "photo" => PictureStyle.Photo,
        "digital art" => PictureStyle.DigitalArt,
        "illustration" => PictureStyle.Illustration,
        "drawing" => PictureStyle.Drawing,
        _ => throw RequestException.Invalid("style", "'style' must be 'default', 'photo', 'digital art', 'illustration' or 'drawing'."),
    };

    private static void CheckResponseFormat(string format)
    {
        if (format != "b64_json")
        {
            throw RequestException.Invalid("response_format", "'response_format' must be 'b64_json': this engine keeps no pictures.");
        }
    }

    private static PictureFormat ReadFormat(string format) => format switch
    {
        "jpeg" => PictureFormat.Jpeg,
        "png" => PictureFormat.Png,
        "webp" => PictureFormat.Webp,
        _ => throw RequestException.Invalid("output_format", "'output_format' must be 'jpeg', 'png' or 'webp'."),
    };
}
