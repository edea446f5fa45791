using System.Globalization;
using Dragoman.Starter.Pictures;
using Dragoman.Starter.Pictures.Development;
using Microsoft.AspNetCore.Http.Features;

namespace Dragoman.Starter.Http;

/// <summary><c>POST /v1/pictures</c>: the bytes of a picture that a stranger made become those of one that can be handed on.</summary>
internal static class PictureEndpoints
{
    public const long MaxPictureBytes = 64 * 1024 * 1024;

    public static void Map(WebApplication app) => app.MapPost("/v1/pictures", (HttpContext http) => HandleAsync(http));

    private static async Task HandleAsync(HttpContext http)
    {
        EngineHost host = http.RequestServices.GetRequiredService<EngineHost>();
        if (host.Pictures is not { } engine)
        {
            await ApiError.Loading.WriteAsync(http);
            return;
        }

        DevelopmentRequest request = DevelopmentRequestReader.Read(http.Request.Query);
        DevelopedPicture? picture;
        PictureFault? fault;
        using (IDisposable? slot = await engine.DevelopmentSlots.TakeAsync(http.RequestAborted))
        {
            if (slot is null)
            {
                await ApiError.Busy(engine.DevelopmentSlots.ExpectedWaitSeconds).WriteAsync(http);
                return;
            }

            // With a slot at last, so that there are no more bodies in memory than slots.
            ArraySegment<byte> bytes = await ReadBodyAsync(http);
            (picture, fault) = await Task.Run(() => PictureDeveloper.Develop(bytes, request, http.RequestAborted));
        }

        if (picture is null)
        {
            await new ApiError(422, fault!.Message, ApiError.InvalidRequest, Code: fault.Code).WriteAsync(http);
            return;
        }

        http.Response.ContentType = picture.Format.MediaType();
        http.Response.ContentLength = picture.Bytes.Length;
        http.Response.Headers["x-picture-width"] = picture.Width.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["x-picture-height"] = picture.Height.ToString(CultureInfo.InvariantCulture);
        await http.Response.Body.WriteAsync(picture.Bytes, http.RequestAborted);
    }

    private static async Task<ArraySegment<byte>> ReadBodyAsync(HttpContext http)
    {
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxPictureBytes;
        using var body = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? 0, MaxPictureBytes));
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return new ArraySegment<byte>(body.GetBuffer(), 0, (int)body.Length);
    }
}

/// <summary>Reads the query of <c>POST /v1/pictures</c>: <c>ratio=9:16</c>, <c>max_pixels=N</c>, <c>source=openai/dall-e-3</c>, each as the caller likes.</summary>
internal static class DevelopmentRequestReader
{
    private const int MaxTerm = 10_000;

    /// <exception cref="RequestException">A value cannot be.</exception>
    public static DevelopmentRequest Read(IQueryCollection query)
    {
        var request = new DevelopmentRequest { Ratio = Ratio(query["ratio"]), Source = query["source"] };
        return (string?)query["max_pixels"] switch
        {
            null => request,
            { } text when Number(text, int.MaxValue) is { } pixels => request with { MaxPixels = pixels },
            _ => throw RequestException.Invalid("max_pixels", "'max_pixels' must be a positive integer."),
        };
    }

    private static double? Ratio(string? text)
    {
        if (text is null)
        {
            return null;
        }

        string[] terms = text.Split(':');
        return terms.Length == 2 && Number(terms[0], MaxTerm) is { } width && Number(terms[1], MaxTerm) is { } height
            ? (double)width / height
            : throw RequestException.Invalid("ratio", "'ratio' must be two positive integers such as 9:16.");
    }

    private static int? Number(string text, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 && number <= max ? number : null;
}
