using System.Buffers;
using Dragoman.Http;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects.Gainly;

/// <summary>
/// How Gainly tells errors: the status codes and types of its documentation on status codes and errors, and nothing beyond those. What the caller can
/// mend is a 4xx; what the operator or a vendor must mend, a model that is not configured among it, is a 5xx.
/// </summary>
internal static class GainlyErrors
{
    /// <summary>The request is at fault.</summary>
    private const string InvalidRequest = "invalid_request_error";

    /// <summary>The request is valid, and yet there is no answer to it.</summary>
    private const string Response = "response_error";

    /// <summary>The model or its provider failed, or refused the request.</summary>
    private const string ModelEngine = "model_engine_error";

    /// <summary>
    /// The one table of the dialect. Where it is inferred: 400 for a body that cannot be read and 422 for a field that is missing or wrong (the
    /// documentation says "incorrect syntax" of the one and "missing parameters" of the other); the types of 401, 402, 403, 405 and of the gateway's own
    /// 429 and 500, of which the documentation tells none; 400 for the documented list's want of 413 and 415.
    /// </summary>
    public static (int Status, string Type) Get(ErrorKind kind) => kind switch
    {
        ErrorKind.MalformedBody => (StatusCodes.Status400BadRequest, InvalidRequest),
        ErrorKind.UnsupportedMediaType => (StatusCodes.Status400BadRequest, InvalidRequest),
        ErrorKind.BodyTooLarge => (StatusCodes.Status400BadRequest, InvalidRequest),
        ErrorKind.InvalidRequest => (StatusCodes.Status422UnprocessableEntity, InvalidRequest),
        ErrorKind.NotFound => (StatusCodes.Status404NotFound, InvalidRequest),
        ErrorKind.MethodNotAllowed => (StatusCodes.Status405MethodNotAllowed, InvalidRequest),
        ErrorKind.Unauthenticated => (StatusCodes.Status401Unauthorized, InvalidRequest),
        ErrorKind.Forbidden => (StatusCodes.Status403Forbidden, InvalidRequest),
        ErrorKind.RateLimited => (StatusCodes.Status429TooManyRequests, InvalidRequest),
        ErrorKind.BudgetExceeded => (StatusCodes.Status402PaymentRequired, InvalidRequest),

        ErrorKind.ContentFiltered => (StatusCodes.Status422UnprocessableEntity, Response),
        ErrorKind.Internal => (StatusCodes.Status500InternalServerError, Response),
        ErrorKind.Canceled => (StatusCodes.Status500InternalServerError, Response), // Never sent: nobody is there to read it.

        // The caller cannot choose a model, so it cannot have chosen a wrong one.
        ErrorKind.ModelNotFound => (StatusCodes.Status503ServiceUnavailable, ModelEngine),
        ErrorKind.ModelNotConfigured => (StatusCodes.Status503ServiceUnavailable, ModelEngine),
        ErrorKind.StarterUnavailable => (StatusCodes.Status503ServiceUnavailable, ModelEngine),
        ErrorKind.UnsupportedParameter => (StatusCodes.Status502BadGateway, ModelEngine),
        ErrorKind.ContextLengthExceeded => (StatusCodes.Status400BadRequest, ModelEngine),
        ErrorKind.UpstreamRejectedRequest => (StatusCodes.Status400BadRequest, ModelEngine),
        ErrorKind.UpstreamRateLimited => (StatusCodes.Status429TooManyRequests, ModelEngine),
        ErrorKind.UpstreamQuotaExhausted => (StatusCodes.Status503ServiceUnavailable, ModelEngine),
        ErrorKind.UpstreamOverloaded => (StatusCodes.Status503ServiceUnavailable, ModelEngine),
        ErrorKind.UpstreamTimeout => (StatusCodes.Status504GatewayTimeout, ModelEngine),
        ErrorKind.UpstreamUnreachable => (StatusCodes.Status502BadGateway, ModelEngine),
        ErrorKind.UpstreamRejectedCredential => (StatusCodes.Status502BadGateway, ModelEngine),
        ErrorKind.UpstreamModelNotFound => (StatusCodes.Status502BadGateway, ModelEngine),
        ErrorKind.UpstreamFailed => (StatusCodes.Status502BadGateway, ModelEngine),
        ErrorKind.UpstreamInvalidResponse => (StatusCodes.Status502BadGateway, ModelEngine),
        ErrorKind.UpstreamStreamBroken => (StatusCodes.Status502BadGateway, ModelEngine),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An error kind without a row in Gainly's table."),
    };

    /// <summary>
    /// <c>{"error":{"type":"…","message":"…"},"livemode":false}</c>. Inferred: the documentation tells of types and of messages for people, and shows no
    /// body.
    /// </summary>
    public static void Write(IBufferWriter<byte> output, string type, string message, bool isLive)
    {
        var writer = JsonWriterCache.Rent(output);
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteString("type"u8, type);
        writer.WriteString("message"u8, message);
        writer.WriteEndObject();
        writer.WriteBoolean("livemode"u8, isLive);
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }
}
