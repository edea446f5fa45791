using System.Globalization;
using System.Text.Json;
using Dragoman.Starter.Native;

namespace Dragoman.Server.Tests.Starter.Pictures;

/// <summary>A starter process that serves pictures, with a key; and libvips in this process, to make pictures and to look at them.</summary>
public sealed class PictureFixture : IAsyncLifetime
{
    public const string Key = "picture-key";

    private StarterProcess? _process;

    internal StarterProcess Process
    {
        get
        {
            StarterParts.Require();
            return _process!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (StarterParts.Missing is null)
        {
            VipsLibrary.Load(StarterParts.Vips);
            _process = await StarterProcess.StartAsync(
                [
                    "--vips", StarterParts.Vips, "--native", StarterParts.Native, "--embedder", StarterParts.Embedder,
                    "--art", StarterParts.Art, "--art-index", StarterParts.ArtIndex,
                ],
                Key);
            _process.Http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    /// <param name="query">As <c>ratio=9:16&amp;source=openai/dall-e-3</c>.</param>
    internal async Task<Development> DevelopAsync(byte[] picture, string query = "")
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/pictures?" + query) { Content = new ByteArrayContent(picture) };
        message.Headers.ExpectContinue = true; // Else a refusal may meet a body that is still on its way.
        using HttpResponseMessage response = await Process.Http.SendAsync(message);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        if ((int)response.StatusCode != 200)
        {
            using var json = JsonDocument.Parse(body);
            JsonElement error = json.RootElement.GetProperty("error");
            return new Development((int)response.StatusCode, [], null, 0, 0, error.GetProperty("code").GetString(), error.GetProperty("message").GetString());
        }

        return new Development(200, body, response.Content.Headers.ContentType!.MediaType, Number("x-picture-width"), Number("x-picture-height"), null, null);

        int Number(string header) => int.Parse(response.Headers.GetValues(header).Single(), CultureInfo.InvariantCulture);
    }
}

/// <summary>What the engine made of a picture.</summary>
internal sealed record Development(int Status, byte[] Bytes, string? MediaType, int Width, int Height, string? Code, string? Message)
{
    /// <summary>The picture that it gave back, decoded.</summary>
    public VipsImage Decode()
    {
        Status.ShouldBe(200, Message);
        string loader = MediaType switch { "image/jpeg" => "jpegload_buffer", "image/webp" => "webpload_buffer", _ => "pngload_buffer" };
        using VipsImage picture = VipsImage.FromBuffer(Bytes, loader, VipsAccess.AnyOrder);
        return picture.Decode();
    }
}
