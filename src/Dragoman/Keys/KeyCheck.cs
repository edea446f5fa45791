using Dragoman.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Dragoman.Keys;

/// <summary>Reads a request's API key: <c>Authorization: Bearer KEY</c> or <c>X-API-Key: KEY</c>, on every dialect.</summary>
internal static class KeyCheck
{
    private const string Bearer = "Bearer ";

    /// <summary>Who calls, or why nobody may.</summary>
    public static (Caller? Caller, GatewayError? Error) Check(HttpRequest request, KeyRing keys, TimeProvider time)
    {
        ReadOnlySpan<char> key = default;
        if (Single(request.Headers.Authorization) is { } value && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            key = value.AsSpan(Bearer.Length).Trim();
        }
        else if (Single(request.Headers["X-API-Key"]) is { } plain)
        {
            key = plain.AsSpan().Trim();
        }
        else
        {
            return (null, new GatewayError(
                ErrorKind.Unauthenticated, "An API key is needed: send it as Authorization: Bearer KEY or as X-API-Key: KEY."));
        }

        return keys.Find(key) switch
        {
            null => (null, new GatewayError(ErrorKind.Unauthenticated, "The API key is not valid.")),
            { ExpiresAt: { } end } when end <= time.GetUtcNow() => (null, new GatewayError(ErrorKind.Unauthenticated, "The API key has expired.")),
            var caller => (caller, null),
        };
    }

    private static string? Single(StringValues header) => header.Count == 1 && header[0] is { Length: > 0 } value ? value : null;
}
