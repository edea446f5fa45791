using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Dragoman.Dialects.AgentAI;

/// <summary>One version's OpenAPI document, as it is embedded; an open route.</summary>
internal sealed class OpenApiDocument
{
    private readonly byte[] _bytes;
    private readonly string _entityTag;

    private OpenApiDocument(byte[] bytes)
    {
        _bytes = bytes;
        _entityTag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"";
    }

    public static OpenApiDocument Load(string version)
    {
        using var stream = EmbeddedData.Open($"v{version}_openapi.json");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return new OpenApiDocument(bytes.ToArray());
    }

    public async Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.ETag = _entityTag;
        response.Headers.CacheControl = "public, max-age=3600";
        if (IsKnown(context.Request.Headers.IfNoneMatch))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = _bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(_bytes);
        }
    }

    /// <summary>Weak comparison, RFC 9110 section 13.1.2.</summary>
    private bool IsKnown(StringValues ifNoneMatch)
    {
        foreach (var header in ifNoneMatch)
        {
            foreach (var tag in (header ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                if (tag == "*" || tag == _entityTag || (tag.StartsWith("W/", StringComparison.Ordinal) && tag[2..] == _entityTag))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
