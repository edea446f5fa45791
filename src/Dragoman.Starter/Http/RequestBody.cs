using System.Text.Json;

namespace Dragoman.Starter.Http;

/// <summary>Takes a request's JSON apart; what it was made of is given back at once.</summary>
internal static class RequestBody
{
    /// <exception cref="RequestException">The body is no JSON, or <paramref name="read"/> finds a mistake.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
            return read(document.RootElement);
        }
        catch (JsonException)
        {
            throw RequestException.Invalid(null, "We could not parse the JSON body of your request.");
        }
    }
}
