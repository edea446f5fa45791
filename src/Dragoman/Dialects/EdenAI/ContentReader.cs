using System.Text.Json;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// Reads what a message says, in each of the forms that Eden AI's documentation has or had: a text; OpenAI's parts
/// (<c>{type, text | image_url | input_audio | file}</c>); parts that hold their value in <c>content</c> (<c>{type, content: {text | image_url}}</c>); and the
/// older <c>media_url</c> and <c>media_base64</c>. Pure.
/// </summary>
/// <param name="fields">Told what is wrong, under <paramref name="field"/>.</param>
internal readonly struct ContentReader(BodyFields fields, string field)
{
    /// <param name="path">Of the content, for errors: <c>messages[0].content</c>.</param>
    public List<ContentPart> Read(JsonElement content, string path)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return [new TextPart(content.GetString()!)];
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            Fault(path, FieldWords.NotAList(content));
            return [];
        }

        var parts = new List<ContentPart>(content.GetArrayLength());
        foreach (var (index, item) in content.EnumerateArray().Index())
        {
            if (ReadPart(item, $"{path}[{index}]") is { } part)
            {
                parts.Add(part);
            }
        }

        return parts;
    }

    private ContentPart? ReadPart(JsonElement part, string path)
    {
        if (part.ValueKind != JsonValueKind.Object)
        {
            return Fault(path, FieldWords.NotADictionary(part));
        }

        var inner = part.Member("content");
        var holder = inner is { ValueKind: JsonValueKind.Object } own ? own : part;
        switch (part.TextMember("type"))
        {
            case "text" or "input_text" or "output_text":
                var text = holder.Member("text") ?? inner;
                return text is { ValueKind: JsonValueKind.String } words
                    ? new TextPart(words.GetString()!)
                    : Fault(path + ".text", text is null ? FieldWords.Required : FieldWords.NotText);
            case "refusal":
                return holder.TextMember("refusal") is { } refusal ? new RefusalPart(refusal) : Fault(path + ".refusal", FieldWords.Required);
            case "image_url":
                return ReadImage(holder.Member("image_url"), path + ".image_url");
            case "media_url":
                return ReadMediaUrl(holder, path);
            case "media_base64":
                return ReadMedia(holder, path);
            case "input_audio":
                return ReadAudio(holder.Member("input_audio") ?? holder, path + ".input_audio");
            case "file":
                return ReadFile(holder.Member("file") ?? holder, path + ".file");
            case null:
                return Fault(path + ".type", FieldWords.Required);
            case var unknown:
                return Fault(path + ".type", FieldWords.NotAChoice(unknown));
        }
    }

    private ContentPart? ReadImage(JsonElement? image, string path)
    {
        var url = image is { ValueKind: JsonValueKind.String } bare ? bare.GetString() : image?.TextMember("url");
        return url is null
            ? Fault(path, image is null ? FieldWords.Required : FieldWords.NotUrl)
            : ReadImageUrl(url, image?.TextMember("detail"), path);
    }

    /// <summary>An address for the provider to fetch, or a data URI.</summary>
    private ContentPart? ReadImageUrl(string url, string? detail, string path)
    {
        if (DataUri.TryRead(url, out var mediaType, out var data) && IsImage(mediaType))
        {
            return new ImagePart { Data = data, MediaType = mediaType, Detail = detail };
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0
            ? new ImagePart { Url = url, Detail = detail }
            : Fault(path, FieldWords.NotUrl);
    }

    /// <summary>Only pictures may be left for somebody else to fetch.</summary>
    private ContentPart? ReadMediaUrl(JsonElement holder, string path)
    {
        if (holder.TextMember("media_url") is not { } url)
        {
            return Fault(path + ".media_url", FieldWords.Required);
        }

        if (DataUri.TryRead(url, out var mediaType, out var data))
        {
            return OfBytes(mediaType, data);
        }

        return holder.TextMember("media_type") is { } type && !IsImage(type)
            ? Fault(path + ".media_type", FieldWords.NotAChoice(type))
            : ReadImageUrl(url, null, path + ".media_url");
    }

    private ContentPart? ReadMedia(JsonElement holder, string path)
    {
        if (holder.TextMember("media_base64") is not { } text)
        {
            return Fault(path + ".media_base64", FieldWords.Required);
        }

        if (!DataUri.TryRead(text, out var mediaType, out var data))
        {
            mediaType = holder.TextMember("media_type") ?? "";
            if (mediaType.Length == 0)
            {
                return Fault(path + ".media_type", FieldWords.Required);
            }

            if (!DataUri.TryDecode(text, out data))
            {
                return Fault(path + ".media_base64", FieldWords.NotBase64);
            }
        }

        return OfBytes(mediaType, data);
    }

    private ContentPart? ReadAudio(JsonElement audio, string path)
    {
        if (audio.TextMember("data") is not { } text)
        {
            return Fault(path + ".data", FieldWords.Required);
        }

        if (audio.TextMember("format") is not { Length: > 0 } format)
        {
            return Fault(path + ".format", FieldWords.Required);
        }

        return DataUri.TryDecode(text, out var data) ? new AudioPart(data, format) : Fault(path + ".data", FieldWords.NotBase64);
    }

    /// <summary>OpenAI's: the id of a file that the provider has, or its bytes.</summary>
    private ContentPart? ReadFile(JsonElement file, string path)
    {
        var name = file.TextMember("filename");
        if (file.TextMember("file_id") is { } id)
        {
            return new FilePart(default, null, name, id);
        }

        if (file.TextMember("file_data") is not { } text)
        {
            return Fault(path + ".file_data", FieldWords.Required);
        }

        if (DataUri.TryRead(text, out var mediaType, out var data))
        {
            return new FilePart(data, mediaType, name);
        }

        return DataUri.TryDecode(text, out data) ? new FilePart(data, null, name) : Fault(path + ".file_data", FieldWords.NotBase64);
    }

    private static ContentPart OfBytes(string mediaType, byte[] data)
    {
        if (IsImage(mediaType))
        {
            return new ImagePart { Data = data, MediaType = mediaType };
        }

        return mediaType.StartsWith("audio/", StringComparison.OrdinalIgnoreCase)
            ? new AudioPart(data, FormatOf(mediaType[6..].ToLowerInvariant()))
            : new FilePart(data, mediaType, null);
    }

    /// <summary>What OpenAI's wire calls a container of sound.</summary>
    private static string FormatOf(string subtype) => subtype switch
    {
        "mpeg" or "mpeg3" or "x-mpeg" => "mp3",
        "wave" or "x-wav" or "vnd.wave" => "wav",
        _ => subtype,
    };

    private static bool IsImage(string mediaType) => mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase);

    private ContentPart? Fault(string path, string message)
    {
        fields.Fault(field, FieldWords.At(path, message));
        return null;
    }
}
