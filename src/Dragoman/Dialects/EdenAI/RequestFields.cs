using System.Collections.Frozen;
using System.Text;
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

/// <summary>The fields, and the file that came with them, or why there are none.</summary>
internal readonly record struct FieldsRead(BodyFields? Fields, GatewayError? Error)
{
    /// <summary>Disposed of by whoever asked for the fields.</summary>
    public ReceivedFile? File { get; init; }

    public static implicit operator FieldsRead(BodyFields fields) => new(fields, null);

    public static implicit operator FieldsRead(GatewayError error) => new(null, error);
}

/// <summary>What an endpoint takes.</summary>
/// <param name="Types">Media types of its body; anything else is <see cref="ErrorKind.UnsupportedMediaType"/>.</param>
/// <param name="Names">Of its fields.</param>
internal sealed record FieldsTaken(BodyTypes Types, params string[] Names)
{
    public FrozenSet<string> Known { get; } = Names.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Those of the fields that are lists, which a form and a query write by repeating the name.</summary>
    public FrozenSet<string> Lists { get; init; } = FrozenSet<string>.Empty;
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
    public static async ValueTask<FieldsRead> ReadAsync(HttpContext context, FieldsTaken taken, BodyLimits limits)
    {
        var request = context.Request;
        if (request.ContentLength == 0 || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return Nothing(taken);
        }

        _ = MediaTypeHeaderValue.TryParse(request.ContentType, out var type);
        if (type is not null && Is(type, "multipart/form-data"))
        {
            return taken.Types.HasFlag(BodyTypes.Multipart)
                ? await MultipartForm.ReadAsync(context, HeaderUtilities.RemoveQuotes(type.Boundary).Value, taken, limits)
                : Unsupported(type);
        }

        if (type is not null && Is(type, "application/x-www-form-urlencoded"))
        {
            return taken.Types.HasFlag(BodyTypes.Form) ? await ReadFormAsync(context, taken, limits.MaxBytes) : Unsupported(type);
        }

        return await ReadJsonAsync(context, taken, limits.MaxBytes);
    }

    private static async ValueTask<FieldsRead> ReadJsonAsync(HttpContext context, FieldsTaken taken, long maxBytes)
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
                return Nothing(taken);
            }

            var (fields, malformed) = BodyFields.Read(body.WrittenSpan, taken.Known, "the fields of this endpoint");
            return new FieldsRead(fields, malformed);
        }
    }

    private static async ValueTask<FieldsRead> ReadFormAsync(HttpContext context, FieldsTaken taken, long maxBytes)
    {
        var (body, error) = await JsonBody.ReadAnyAsync(context, maxBytes);
        if (body is null)
        {
            return error!;
        }

        using (body)
        {
            return BodyFields.Of(QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body.WrittenSpan)), taken.Known, taken.Lists);
        }
    }

    private static BodyFields Nothing(FieldsTaken taken) => BodyFields.Of([], taken.Known, taken.Lists);

    private static bool Is(MediaTypeHeaderValue type, string name) => type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static GatewayError Unsupported(MediaTypeHeaderValue type) =>
        new(ErrorKind.UnsupportedMediaType, $"Unsupported media type \"{type.MediaType}\" in request; this endpoint takes application/json.");
}
