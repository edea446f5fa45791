using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Server.Admin;

/// <summary>All the ways in which the admin API refuses. The list is closed: <see cref="AdminErrors"/> has a row for each, and so has its OpenAPI document.</summary>
internal enum AdminErrorType
{
    MalformedBody,
    InvalidRequest,
    Unauthenticated,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    KeyRevoked,
    BodyTooLarge,
    UnsupportedMediaType,
    InvalidValue,
    InternalError,
    StoreUnavailable,
}

/// <param name="Message">One or two sentences for the operator.</param>
/// <param name="Field">The member of the body, or the parameter of the query, that is at fault; <c>null</c> where it is none.</param>
internal sealed record AdminError(AdminErrorType Type, string Message, string? Field = null);

/// <summary>A request of the admin API that is refused.</summary>
internal sealed class AdminException(AdminErrorType type, string message, string? field = null) : Exception(message)
{
    public AdminError Error { get; } = new(type, message, field);
}

/// <summary>The one table of errors, and their one shape: <c>{"error":{"type":"…","message":"…","field":"…"}}</c>.</summary>
internal static class AdminErrors
{
    /// <summary>HTTP status and the word on the wire.</summary>
    public static (int Status, string Name) Get(AdminErrorType type) => type switch
    {
        AdminErrorType.MalformedBody => (400, "malformed_body"),
        AdminErrorType.InvalidRequest => (400, "invalid_request"),
        AdminErrorType.Unauthenticated => (401, "unauthenticated"),
        AdminErrorType.Forbidden => (403, "forbidden"),
        AdminErrorType.NotFound => (404, "not_found"),
        AdminErrorType.MethodNotAllowed => (405, "method_not_allowed"),
        AdminErrorType.KeyRevoked => (409, "key_revoked"),
        AdminErrorType.BodyTooLarge => (413, "body_too_large"),
        AdminErrorType.UnsupportedMediaType => (415, "unsupported_media_type"),
        AdminErrorType.InvalidValue => (422, "invalid_value"),
        AdminErrorType.InternalError => (500, "internal_error"),
        AdminErrorType.StoreUnavailable => (503, "store_unavailable"),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "An error type without a row in the table."),
    };

    /// <summary>What goes wrong around the endpoints. The kinds that only calls of models can have do not come here.</summary>
    public static AdminError Of(GatewayError error) => new(
        error.Kind switch
        {
            ErrorKind.MalformedBody => AdminErrorType.MalformedBody,
            ErrorKind.InvalidRequest => AdminErrorType.InvalidRequest,
            ErrorKind.Unauthenticated => AdminErrorType.Unauthenticated,
            ErrorKind.Forbidden => AdminErrorType.Forbidden,
            ErrorKind.NotFound => AdminErrorType.NotFound,
            ErrorKind.MethodNotAllowed => AdminErrorType.MethodNotAllowed,
            ErrorKind.BodyTooLarge => AdminErrorType.BodyTooLarge,
            ErrorKind.UnsupportedMediaType => AdminErrorType.UnsupportedMediaType,
            _ => AdminErrorType.InternalError,
        },
        error.Message,
        error.Parameter);

    public static void Write(PooledBuffer body, AdminError error)
    {
        var json = JsonWriterCache.Rent(body);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("type", Get(error.Type).Name);
        json.WriteString("message", error.Message);
        json.WriteString("field", error.Field);
        json.WriteEndObject();
        json.WriteEndObject();
        JsonWriterCache.Return(json);
    }
}
