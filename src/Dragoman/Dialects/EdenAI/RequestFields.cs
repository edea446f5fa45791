using System.Text;
using System.Text.Json;
using Dragoman.Http;
using Dragoman.Knowledge;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Dragoman.Dialects.EdenAI;

/// <summary>The media types that a body may have.</summary>
[Flags]
internal enum BodyTypes
{
    Json = 1,
    Form = 2,
    Multipart = 4,
    All = Json | Form | Multipart,
}

/// <summary>One of the two.</summary>
internal readonly record struct FieldsRead(FieldSet? Fields, GatewayError? Error)
{
    public static implicit operator FieldsRead(FieldSet fields) => new(fields, null);

    public static implicit operator FieldsRead(GatewayError error) => new(null, error);
}

/// <summary>Bounds of a body, in bytes, and where its file goes.</summary>
/// <param name="MaxBytes">Of a body that is no multipart form.</param>
/// <param name="MaxFileBytes">Of the one file in a multipart form.</param>
/// <param name="CreateUpload">Called at most once, when the file begins to arrive.</param>
internal sealed record BodyLimits(long MaxBytes, long MaxFileBytes, Func<Upload> CreateUpload);

/// <summary>Reads the fields out of a request's body, whichever of the documented media types it has.</summary>
internal static class RequestFields
{
    /// <summary>A body that is not there has no fields.</summary>
    /// <param name="types">What the endpoint takes; anything else is <see cref="ErrorKind.UnsupportedMediaType"/>.</param>
    public static async ValueTask<FieldsRead> ReadAsync(HttpContext context, BodyTypes types, BodyLimits limits)
    {
        var request = context.Request;
        if (request.ContentLength == 0 || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return new FieldSet();
        }

        MediaTypeHeaderValue.TryParse(request.ContentType, out var type);
        if (type is not null && Is(type, "multipart/form-data"))
        {
            return types.HasFlag(BodyTypes.Multipart)
                ? await MultipartForm.ReadAsync(context, HeaderUtilities.RemoveQuotes(type.Boundary).Value, limits)
                : Unsupported(type);
        }

        if (type is not null && Is(type, "application/x-www-form-urlencoded"))
        {
            return types.HasFlag(BodyTypes.Form) ? await ReadFormAsync(context, limits.MaxBytes) : Unsupported(type);
        }

        return await ReadJsonAsync(context, limits.MaxBytes);
    }

    /// <summary>The fields of the query.</summary>
    public static FieldSet OfQuery(IQueryCollection query)
    {
        var fields = new FieldSet();
        foreach (var (name, values) in query)
        {
            fields.Add(name, values);
        }

        return fields;
    }

    private static async ValueTask<FieldsRead> ReadJsonAsync(HttpContext context, long maxBytes)
    {
        var (body, error) = await JsonBody.ReadAsync(context, maxBytes);
        if (body is null)
        {
            return error!;
        }

        using (body)
        {
            if (body.Length == 0)
            {
                return new FieldSet();
            }

            var members = new AllMembers(new FieldSet());
            return JsonObject.Read(body.WrittenSpan, "the fields of this endpoint", ref members, out _) is { } malformed ? malformed : members.Fields;
        }
    }

    private static async ValueTask<FieldsRead> ReadFormAsync(HttpContext context, long maxBytes)
    {
        var (body, error) = await JsonBody.ReadAnyAsync(context, maxBytes);
        if (body is null)
        {
            return error!;
        }

        using (body)
        {
            var fields = new FieldSet();
            foreach (var (name, values) in QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body.WrittenSpan)))
            {
                fields.Add(name, values);
            }

            return fields;
        }
    }

    private static bool Is(MediaTypeHeaderValue type, string name) => type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static GatewayError Unsupported(MediaTypeHeaderValue type) =>
        new(ErrorKind.UnsupportedMediaType, $"Unsupported media type \"{type.MediaType}\" in request; this endpoint takes application/json.");

    private readonly struct AllMembers(FieldSet fields) : IJsonMembers
    {
        public FieldSet Fields => fields;

        public bool TryTake(ref Utf8JsonReader reader)
        {
            var name = reader.GetString()!;
            reader.Read();
            fields.Set(name, JsonText.Take(ref reader));
            return true;
        }
    }
}
