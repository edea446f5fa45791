using System.Text.Json;
using Dragoman.Starter.Pictures;

namespace Dragoman.Starter.Http;

/// <summary><c>POST /v1/images/generations</c>.</summary>
internal static partial class ImageEndpoints
{
    public static void Map(WebApplication app) => app.MapPost("/v1/images/generations", (HttpContext http) => HandleAsync(http));

    private static async Task HandleAsync(HttpContext http)
    {
        EngineHost host = http.RequestServices.GetRequiredService<EngineHost>();
        if (host.Pictures is not { } engine)
        {
            await ApiError.Loading.WriteAsync(http);
            return;
        }

        PictureRequest request = await RequestBody.ReadAsync(http, ImageRequestReader.Read);
        PictureComposer composer;
        try
        {
            // Before a slot is taken: loading takes seconds, once, and tells nothing of how long the next caller will wait.
            composer = await engine.GetComposerAsync().WaitAsync(http.RequestAborted);
        }
        catch (StarterException e)
        {
            LogNoComposer(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ImageEndpoints)), e.Message);
            await ApiError.NoComposer.WriteAsync(http);
            return;
        }

        IReadOnlyList<byte[]> pictures;
        using (IDisposable? slot = await engine.CompositionSlots.TakeAsync(http.RequestAborted))
        {
            if (slot is null)
            {
                await ApiError.Busy(engine.CompositionSlots.ExpectedWaitSeconds).WriteAsync(http);
                return;
            }

            pictures = await Task.Run(() => composer.Compose(request, http.RequestAborted));
        }

        await WriteAsync(http, host, request, pictures);
    }

    private static async Task WriteAsync(HttpContext http, EngineHost host, PictureRequest request, IReadOnlyList<byte[]> pictures)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteNumber("created"u8, host.Now);
        json.WriteStartArray("data"u8);
        foreach (byte[] picture in pictures)
        {
            json.WriteStartObject();
            json.WriteBase64String("b64_json"u8, picture);
            json.WriteEndObject();
            json.Flush();
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }

        json.WriteEndArray();
        json.WriteString("size"u8, $"{request.Width}x{request.Height}");
        json.WriteString("output_format"u8, request.Format.ToString().ToLowerInvariant());
        json.WriteBoolean("composed"u8, true);
        json.WriteEndObject();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No picture can be composed: {Reason}")]
    private static partial void LogNoComposer(ILogger logger, string reason);
}
