using System.Text.Json;
using System.Text.RegularExpressions;
using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>
/// Reads errors of APIs that tell little more than a sentence: <c>{detail}</c>, <c>{detail: [{loc, msg}]}</c>, <c>{error}</c>, <c>{message}</c>, or no JSON at all.
/// </summary>
internal static partial class DetailErrors
{
    private const int LongestMessage = 2000;

    public static GatewayError Read(int status, ReadOnlySpan<byte> body)
    {
        var message = "";
        try
        {
            var reader = new Utf8JsonReader(body);
            message = MessageOf(JsonElement.ParseValue(ref reader)) ?? "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A proxy's page, say, or half a surrogate pair: the status alone speaks.
        }

        message = message.Length <= LongestMessage ? message : message[..LongestMessage] + "…";
        var isRefusal = status is 400 or 403 or 422 && ModerationWords().IsMatch(message);
        return new GatewayError(isRefusal ? ErrorKind.ContentFiltered : UpstreamStatus.KindOf(status), message);
    }

    private static string? MessageOf(JsonElement body)
    {
        foreach (var name in (ReadOnlySpan<string>)["detail", "error", "message"])
        {
            if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var said))
            {
                return said.ValueKind switch
                {
                    JsonValueKind.String => said.GetString(),
                    JsonValueKind.Object => MessageOf(said),
                    JsonValueKind.Array when said.GetArrayLength() > 0 => FaultOf(said[0]),
                    _ => null,
                };
            }
        }

        return null;
    }

    /// <summary>What is wrong with one member of the request, and which that is.</summary>
    private static string? FaultOf(JsonElement fault)
    {
        if (fault.ValueKind != JsonValueKind.Object || !fault.TryGetProperty("msg", out var words) || words.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var place = fault.TryGetProperty("loc", out var path) && path.ValueKind == JsonValueKind.Array
            ? string.Join('.', path.EnumerateArray().Select(step => step.ToString()).Where(step => step != "body"))
            : "";
        return place.Length > 0 ? $"{place}: {words.GetString()}" : words.GetString();
    }

    [GeneratedRegex("safety check|moderat|content polic|flagged|NSFW", RegexOptions.IgnoreCase)]
    private static partial Regex ModerationWords();
}
