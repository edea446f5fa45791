using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.Cohere;

/// <summary>Reads Cohere's errors (docs.cohere.com/reference/errors) and Jina's of the same calls: the status decides, there is no code.</summary>
internal static class CohereErrorReader
{
    public static GatewayError Read(int status, ReadOnlySpan<byte> body)
    {
        var message = MessageOf(body);
        return new GatewayError(KindOf(status, message), message);
    }

    private static string MessageOf(ReadOnlySpan<byte> body)
    {
        try
        {
            var error = JsonSerializer.Deserialize(body, CohereJson.Default.CohereError);
            return TextOf(error?.Message ?? default) ?? TextOf(error?.Detail ?? default) ?? "";
        }
        catch (JsonException)
        {
            return ""; // Not the vendor's own words: a proxy's page, say.
        }
    }

    private static string? TextOf(JsonElement told) => told.ValueKind switch
    {
        JsonValueKind.String => told.GetString(),
        JsonValueKind.Array when told.GetArrayLength() > 0 && told[0].ValueKind is JsonValueKind.Object && told[0].TryGetProperty("msg", out var first) => TextOf(first),
        _ => null,
    };

    private static ErrorKind KindOf(int status, string message) => status switch
    {
        // "too many tokens: …"; the models cut long texts off by themselves unless they are asked not to.
        400 when message.StartsWith("too many tokens", StringComparison.OrdinalIgnoreCase) => ErrorKind.ContextLengthExceeded,
        400 or 404 when message.StartsWith("model", StringComparison.OrdinalIgnoreCase) && message.Contains("not found", StringComparison.OrdinalIgnoreCase) =>
            ErrorKind.UpstreamModelNotFound,
        498 => ErrorKind.UpstreamRejectedCredential, // "Invalid token"; elsewhere this status is another's.
        _ => UpstreamStatus.KindOf(status),
    };
}
