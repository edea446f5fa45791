using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Dragoman.Testing.Wires;

/// <summary>Forms with parts, read as objects: a field as its text, a file as its name and length.</summary>
internal static class Forms
{
    public const string ContentType = "multipart/form-data";

    /// <summary>Null where it is no form.</summary>
    public static JsonElement? Read(RecordedRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.Header("Content-Type"), out var type)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            return null;
        }

        // Read whole and at once: the body is in memory.
        return ReadAsync(new MultipartReader(boundary, new MemoryStream(request.Body.ToArray()))).GetAwaiter().GetResult();
    }

    static async Task<JsonElement?> ReadAsync(MultipartReader form)
    {
        var body = new JsonObject();
        try
        {
            while (await form.ReadNextSectionAsync() is { } part)
            {
                var content = new MemoryStream();
                await part.Body.CopyToAsync(content);
                if (part.GetContentDispositionHeader() is not { } place || HeaderUtilities.RemoveQuotes(place.Name).Value is not { } name)
                {
                    return null;
                }

                body[name] = place.FileName.HasValue
                    ? new JsonObject { ["name"] = HeaderUtilities.RemoveQuotes(place.FileName).Value, ["bytes"] = content.Length }
                    : Encoding.UTF8.GetString(content.ToArray());
            }
        }
        catch (IOException)
        {
            return null;
        }

        return JsonSerializer.SerializeToElement(body);
    }
}
