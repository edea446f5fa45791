using System.Globalization;
using Dragoman.Dialects;
using Dragoman.Hosting;
using Dragoman.Images;
using Microsoft.Net.Http.Headers;

namespace Dragoman.Server.Images;

/// <summary>
/// <c>GET /images/{name}</c>: published pictures, for everyone who has the name. A name that is none, whose time is over or that nobody has is told alike.
/// </summary>
internal sealed class PublishedImageEndpoint(IImageStore store, TimeProvider time)
{
    // A year, which no cache goes beyond.
    private const long LongestAge = 31_536_000;

    /// <summary>Everything under the path is its own, so that no wrong name is asked for a key.</summary>
    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.Map("/images/{**name}", HandleAsync).WithDisplayName("published pictures").WithMetadata(OpenRoute.Instance);

    private async Task HandleAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        var now = time.GetUtcNow();
        if (!ImageName.TryParse(request.RouteValues["name"] as string, out var name) || name.ExpiresAt <= now)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var opened = await store.OpenAsync(name, context.RequestAborted);
        if (opened.Error is { } error)
        {
            await PlainError.WriteAsync(context, error);
        }
        else if (opened.Content is { } content)
        {
            SetHeaders(response.Headers, name, now);
            await TypedResults.Stream(
                content, name.MediaType, lastModified: opened.StoredAt, entityTag: new EntityTagHeaderValue($"\"{name}\""), enableRangeProcessing: true).ExecuteAsync(context);
        }
        else
        {
            response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    /// <summary>What a browser may make of it: that type of picture and nothing else, shown in any page, kept as long as it is there.</summary>
    private static void SetHeaders(IHeaderDictionary headers, ImageName name, DateTimeOffset now)
    {
        var age = Math.Min((long)(name.ExpiresAt - now).TotalSeconds, LongestAge);
        headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"public, max-age={age}, immutable");
        headers.ContentDisposition = $"inline; filename=\"{name}\"";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }
}
