using System.Buffers;
using Dragoman.Http;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// How Eden AI tells errors: <c>{"error":{"type":"…","message":"…"}}</c>, for fields <c>{"error":{"type":"…","message":{"field":["…"]}}}</c>, and
/// <c>{"details":"Not Found"}</c> for what is not there (the schemas BadRequest, Error and NotFoundResponse of its OpenAPI document).
/// </summary>
internal static class EdenAIErrors
{
    private const string InvalidRequest = "invalid_request_error";
    private const string RateLimit = "rate_limit_error";
    private const string ModelNotFound = "model_not_found";
    private const string Server = "server_error";

    /// <summary>
    /// The one table of the dialect. The documentation lists the statuses 400, 401, 402, 403, 404, 429 and 500, and no types; the types, and 408 and 503 for
    /// a provider's failures, are those of the vendor's published provider layer. Inferred: <c>permission_error</c> and <c>insufficient_credits</c>; 405, 413
    /// and 415 as Django REST framework has them; and that a credential of the operator's that a provider refuses is a fault of the server's.
    /// </summary>
    public static (int Status, string Type) Get(ErrorKind kind) => kind switch
    {
        ErrorKind.MalformedBody => (StatusCodes.Status400BadRequest, InvalidRequest),
        ErrorKind.InvalidRequest => (StatusCodes.Status400BadRequest, InvalidRequest),
        ErrorKind.UnsupportedMediaType => (StatusCodes.Status415UnsupportedMediaType, InvalidRequest),
        ErrorKind.BodyTooLarge => (StatusCodes.Status413PayloadTooLarge, InvalidRequest),
        ErrorKind.NotFound => (StatusCodes.Status404NotFound, ""), // Its body has no type.
        ErrorKind.MethodNotAllowed => (StatusCodes.Status405MethodNotAllowed, InvalidRequest),
        ErrorKind.Unauthenticated => (StatusCodes.Status401Unauthorized, "authentication_error"),
        ErrorKind.Forbidden => (StatusCodes.Status403Forbidden, "permission_error"),
        ErrorKind.RateLimited => (StatusCodes.Status429TooManyRequests, RateLimit),
        ErrorKind.BudgetExceeded => (StatusCodes.Status402PaymentRequired, "insufficient_credits"),
        ErrorKind.Internal => (StatusCodes.Status500InternalServerError, Server),
        ErrorKind.Canceled => (StatusCodes.Status500InternalServerError, Server), // Never sent: nobody is there to read it.

        ErrorKind.ModelNotFound => (StatusCodes.Status404NotFound, ModelNotFound),
        ErrorKind.ModelNotConfigured => (StatusCodes.Status404NotFound, ModelNotFound),
        ErrorKind.UpstreamModelNotFound => (StatusCodes.Status404NotFound, ModelNotFound),
        ErrorKind.UnsupportedParameter => (StatusCodes.Status400BadRequest, "unsupported_params"),
        ErrorKind.ContextLengthExceeded => (StatusCodes.Status400BadRequest, "context_length_exceeded"),
        ErrorKind.ContentFiltered => (StatusCodes.Status400BadRequest, "content_policy_violation"),
        ErrorKind.UpstreamRejectedRequest => (StatusCodes.Status400BadRequest, InvalidRequest),
        ErrorKind.UpstreamRateLimited => (StatusCodes.Status429TooManyRequests, RateLimit),
        ErrorKind.UpstreamTimeout => (StatusCodes.Status408RequestTimeout, "timeout_error"),
        ErrorKind.UpstreamUnreachable => (StatusCodes.Status503ServiceUnavailable, Server),
        ErrorKind.UpstreamQuotaExhausted => (StatusCodes.Status503ServiceUnavailable, Server),
        ErrorKind.UpstreamOverloaded => (StatusCodes.Status503ServiceUnavailable, Server),
        ErrorKind.StarterUnavailable => (StatusCodes.Status503ServiceUnavailable, Server),
        ErrorKind.UpstreamRejectedCredential => (StatusCodes.Status500InternalServerError, Server),
        ErrorKind.UpstreamFailed => (StatusCodes.Status500InternalServerError, Server),
        ErrorKind.UpstreamInvalidResponse => (StatusCodes.Status500InternalServerError, Server),
        ErrorKind.UpstreamStreamBroken => (StatusCodes.Status500InternalServerError, Server),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An error kind without a row in Eden AI's table."),
    };

    /// <summary>The body of an error.</summary>
    public static void Write(IBufferWriter<byte> output, GatewayError error)
    {
        var writer = JsonWriterCache.Rent(output);
        writer.WriteStartObject();
        if (error.Kind == ErrorKind.NotFound)
        {
            writer.WriteString("details"u8, "Not Found"u8);
        }
        else
        {
            writer.WriteStartObject("error"u8);
            writer.WriteString("type"u8, Get(error.Kind).Type);
            if (FaultsOf(error) is { } faults)
            {
                writer.WriteStartObject("message"u8);
                foreach (var field in faults.GroupBy(static fault => fault.Name, static fault => fault.Message))
                {
                    writer.WriteStartArray(field.Key);
                    foreach (var message in field)
                    {
                        writer.WriteStringValue(message);
                    }

                    writer.WriteEndArray();
                }

                writer.WriteEndObject();
            }
            else
            {
                writer.WriteString("message"u8, error.Message);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    /// <summary>What is told by field: mistakes that were found here. An upstream's names of its parameters need not be the caller's.</summary>
    private static IReadOnlyList<FieldFault>? FaultsOf(GatewayError error) => error switch
    {
        { Fields: { Count: > 0 } all } => all,
        { Kind: ErrorKind.InvalidRequest, Parameter: { } name } => [new FieldFault(name, error.Message)],
        _ => null,
    };
}
