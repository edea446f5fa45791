using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Text;
using System.Text.Json;
using Dragoman.Starter.Native;
using OpenAI;
using OpenAI.Images;

namespace Dragoman.Server.Tests.Starter.Pictures;

/// <summary>Pictures out of prompts, in the real engine with the real art.</summary>
public sealed class CompositionTests(PictureFixture engine) : IClassFixture<PictureFixture>
{
    [Theory]
    [InlineData("jpeg", "jpegload_buffer")]
    [InlineData("png", "pngload_buffer")]
    [InlineData("webp", "webpload_buffer")]
    public async Task Compose_Prompt_GivesAPictureOfTheSizeThatSaysWhatItIs(string format, string loader)
    {
        JsonElement answer = await ComposeAsync(new { prompt = "three red boats at sunset", size = "288x512", output_format = format });

        byte[] bytes = Picture(answer);
        using VipsImage picture = VipsImage.FromBuffer(bytes, loader, VipsAccess.InOrder);
        (picture.Width, picture.Height).ShouldBe((288, 512));
        string label = Encoding.UTF8.GetString(bytes);
        label.ShouldContain("http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia");
        label.ShouldContain("Composed by Dragoman from vector art; no neural model made it.");
        label.ShouldNotContain("boats");
        answer.GetProperty("composed").GetBoolean().ShouldBeTrue();
        (answer.GetProperty("size").GetString(), answer.GetProperty("output_format").GetString()).ShouldBe(("288x512", format));
    }

    [Fact]
    public async Task Compose_TheSameAgain_IsTheSameToTheByte()
    {
        var request = new { prompt = "a fox in the snow", size = "256x256" };

        byte[][] pictures = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => Picture(await ComposeAsync(request))));

        Array.ForEach(pictures, picture => picture.ShouldBe(pictures[0]));
        Picture(await ComposeAsync(new { request.prompt, request.size, seed = 1 })).ShouldNotBe(pictures[0]);
    }

    [Fact]
    public async Task Compose_Several_AreSeveral()
    {
        JsonElement answer = await ComposeAsync(new { prompt = "a lake", n = 3, size = "256x256", seed = 5 });
        JsonElement next = await ComposeAsync(new { prompt = "a lake", size = "256x256", seed = 6 });

        string[] pictures = [.. answer.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("b64_json").GetString()!)];
        pictures.Distinct().Count().ShouldBe(3);
        next.GetProperty("data")[0].GetProperty("b64_json").GetString().ShouldBe(pictures[1]);
    }

    [Fact]
    public async Task Compose_ThroughTheOfficialSdk_Works()
    {
        var client = new ImageClient("composer", new ApiKeyCredential(PictureFixture.Key), new OpenAIClientOptions
        {
            Endpoint = new Uri(engine.Process.Http.BaseAddress!, "/v1"),
            RetryPolicy = new ClientRetryPolicy(0),
        });

        GeneratedImage picture = await client.GenerateImageAsync(
            "a cat", new ImageGenerationOptions { Size = new GeneratedImageSize(256, 256), ResponseFormat = GeneratedImageFormat.Bytes, Style = GeneratedImageStyle.Vivid });

        using VipsImage decoded = VipsImage.FromBuffer(picture.ImageBytes.ToArray(), "jpegload_buffer", VipsAccess.InOrder);
        decoded.Width.ShouldBe(256);
    }

    [Fact]
    public async Task Compose_HundredKilobytesOfPrompt_IsComposed() =>
        (await ComposeAsync(new { prompt = string.Concat(Enumerable.Repeat("a red boat & <b>\"bold\"</b> 🦊 ", 3500)), size = "256x256" }))
            .GetProperty("data").GetArrayLength().ShouldBe(1);

    [Fact]
    public async Task Compose_Mistake_IsAnErrorInOpenAIsShape()
    {
        using HttpResponseMessage response = await PostAsync(new { prompt = "" });

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        JsonElement error = body.RootElement.GetProperty("error");
        (error.GetProperty("type").GetString(), error.GetProperty("param").GetString()).ShouldBe(("invalid_request_error", "prompt"));
    }

    [Fact]
    public async Task Serve_PicturesAlone_HasNoOtherEndpointAndTellsItsName()
    {
        using HttpResponseMessage vectors = await engine.Process.EmbedAsync(new { input = "a" });
        using var models = JsonDocument.Parse(await engine.Process.Http.GetStringAsync(new Uri("/v1/models", UriKind.Relative)));

        vectors.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        models.RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).ShouldBe(["composer"]);
        engine.Process.Ready.GetProperty("model").GetString().ShouldBe("composer");
    }

    private static byte[] Picture(JsonElement answer) => answer.GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64();

    private async Task<JsonElement> ComposeAsync(object request)
    {
        using HttpResponseMessage response = await PostAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private Task<HttpResponseMessage> PostAsync(object request) => engine.Process.Http.PostAsync(
        new Uri("/v1/images/generations", UriKind.Relative), new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8, "application/json"));
}
