using Dragoman.Http;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Dragoman.Dialects;

/// <summary>Takes JSON bodies off the connection and puts them on it, the same way for every dialect.</summary>
internal static class JsonBody
{
    /// <summary>
    /// Reads the body whole, up to <paramref name="maxBytes"/>. <see cref="ErrorKind.Canceled"/> where the client went away meanwhile.
    /// </summary>
    public static async ValueTask<JsonBodyRead> ReadAsync(HttpContext context, long maxBytes)
    {
        if (!IsJson(context.Request.ContentType))
        {
            return new GatewayError(
                ErrorKind.UnsupportedMediaType, "The request body must be JSON in UTF-8 (Content-Type: application/json).");
        }

        return await ReadAnyAsync(context, maxBytes);
    }

    /// <summary>The same, whatever the body's type.</summary>
    public static async ValueTask<JsonBodyRead> ReadAnyAsync(HttpContext context, long maxBytes)
    {
        var request = context.Request;
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding
            && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            return new GatewayError(ErrorKind.UnsupportedMediaType, "A request body with a Content-Encoding is not accepted; send it plain.");
        }

        if (request.ContentLength > maxBytes)
        {
            return TooLarge(maxBytes);
        }

        BoundServer(context, null);
        try
        {
            var body = await BodyReader.ReadAsync(request.BodyReader, maxBytes, context.RequestAborted);
            return body is null ? TooLarge(maxBytes) : new JsonBodyRead(body, null);
        }
        catch (BadHttpRequestException exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            return exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLarge(maxBytes)
                : new GatewayError(ErrorKind.MalformedBody, "The request body did not arrive whole.");
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // A chunk's length beyond all numbers ends the reading just as a lost connection does; whoever sent it still listens.
            return context.RequestAborted.IsCancellationRequested
                ? new GatewayError(ErrorKind.Canceled, "The client went away.")
                : new GatewayError(ErrorKind.MalformedBody, "The request body did not arrive whole.");
        }
    }

    /// <summary>Bounds what the server reads of the body: by nothing where the reader counts bytes itself.</summary>
    /// <param name="maxBytes">A body that is longer ends its reading with a <see cref="BadHttpRequestException"/> of status 413.</param>
    public static void BoundServer(HttpContext context, long? maxBytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
        {
            bound.MaxRequestBodySize = maxBytes;
        }
    }

    /// <summary>Sends a whole answer; to a HEAD its headers alone.</summary>
    public static async ValueTask SendAsync(HttpContext context, PooledBuffer body)
    {
        var response = context.Response;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(body.WrittenMemory); // Returns, and does not throw, when the client is gone.
        }
    }

    /// <summary>
    /// An absent type counts as JSON: there is nothing else that it could be, and small clients leave it out. Anything said outright
    /// (a form, text, XML, another charset) is refused.
    /// </summary>
    internal static bool IsJson(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType) || contentType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            return false;
        }

        return (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            && IsUtf8(HeaderUtilities.RemoveQuotes(type.Charset).Value);
    }

    private static bool IsUtf8(string? charset) =>
        string.IsNullOrEmpty(charset)
        || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
        || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase)
        || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase);

    private static GatewayError TooLarge(long maxBytes) =>
        new(ErrorKind.BodyTooLarge, $"The request body is longer than {maxBytes} bytes.");
}

/// <param name="Body">Disposed of by whoever asked for it; absent where there is an error.</param>
internal readonly record struct JsonBodyRead(PooledBuffer? Body, GatewayError? Error)
{
    public static implicit operator JsonBodyRead(GatewayError error) => new(null, error);
}
