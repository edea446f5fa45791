using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Dragoman.Dialects;

/// <summary>An OpenAPI document, served as it is embedded; an open route.</summary>
internal sealed class OpenApiDocument
{
    /// <summary>The value of <c>Allow</c> for a document's path.</summary>
    public const string Methods = "GET, HEAD";

    private static readonly string[] Readable = [HttpMethods.Get, HttpMethods.Head];

    private readonly byte[] _bytes;
    private readonly string _entityTag;

    private OpenApiDocument(byte[] bytes)
    {
        _bytes = bytes;
        _entityTag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"";
    }

    /// <param name="beside">A type of the folder whose <c>Data</c> holds the file, of any assembly.</param>
    public static OpenApiDocument Load(Type beside, string file)
    {
        using var stream = EmbeddedData.Open(beside, file);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return new OpenApiDocument(bytes.ToArray());
    }

    public void Map(IEndpointRouteBuilder endpoints, string path, string displayName) =>
        endpoints.MapMethods(path, Readable, HandleAsync).WithDisplayName(displayName).WithMetadata(OpenRoute.Instance);

    private async Task HandleAsync(HttpContext context)
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
