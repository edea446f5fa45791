using System.Text.Json;
using Dragoman.Starter.Http;
using Dragoman.Starter.Pictures;

namespace Dragoman.Server.Tests.Starter.Pictures;

public sealed class ImageRequestReaderTests
{
    [Fact]
    public void Read_PromptAlone_HasDefaults() =>
        Read("""{"prompt":"a fox","model":"any","user":"u","size":"auto","style":null}""").ShouldBe(new PictureRequest { Prompt = "a fox" });

    [Fact]
    public void Read_All_IsTaken() =>
        Read("""
            {"prompt":"a fox","n":4,"size":"1024x1792","style":"digital art","seed":-7,"response_format":"b64_json","output_format":"webp","output_compression":50,
             "quality":"standard","background":"opaque","moderation":"low","stream":false}
            """).ShouldBe(new PictureRequest
        {
            Prompt = "a fox",
            Count = 4,
            Width = 1024,
            Height = 1792,
            Style = PictureStyle.DigitalArt,
            Seed = -7,
            Format = PictureFormat.Webp,
            Quality = 50,
        });

    [Theory]
    [InlineData("vivid", PictureStyle.Default)]
    [InlineData("natural", PictureStyle.Default)]
    [InlineData("default", PictureStyle.Default)]
    [InlineData("photo", PictureStyle.Photo)]
    [InlineData("illustration", PictureStyle.Illustration)]
    [InlineData("drawing", PictureStyle.Drawing)]
    public void Read_Style_IsTaken(string word, object style) => Read($$"""{"prompt":"a","style":"{{word}}"}""").Style.ShouldBe(style);

    [Theory]
    [InlineData("[]", null)]
    [InlineData("{}", "prompt")]
    [InlineData("""{"prompt":null}""", "prompt")]
    [InlineData("""{"prompt":""}""", "prompt")]
    [InlineData("""{"prompt":" \n\t"}""", "prompt")]
    [InlineData("""{"prompt":7}""", "prompt")]
    [InlineData("""{"prompt":"a","n":0}""", "n")]
    [InlineData("""{"prompt":"a","n":5}""", "n")]
    [InlineData("""{"prompt":"a","size":"1024"}""", "size")]
    [InlineData("""{"prompt":"a","size":"1024x"}""", "size")]
    [InlineData("""{"prompt":"a","size":"255x256"}""", "size")]
    [InlineData("""{"prompt":"a","size":"256x2049"}""", "size")]
    [InlineData("""{"prompt":"a","size":"1024x1024x1"}""", "size")]
    [InlineData("""{"prompt":"a","size":"-512x+512"}""", "size")]
    [InlineData("""{"prompt":"a","style":"baroque"}""", "style")]
    [InlineData("""{"prompt":"a","seed":1.5}""", "seed")]
    [InlineData("""{"prompt":"a","response_format":"url"}""", "response_format")]
    [InlineData("""{"prompt":"a","output_format":"gif"}""", "output_format")]
    [InlineData("""{"prompt":"a","output_compression":101}""", "output_compression")]
    [InlineData("""{"prompt":"a","background":"transparent"}""", "background")]
    [InlineData("""{"prompt":"a","quality":"hd"}""", "quality")]
    [InlineData("""{"prompt":"a","stream":true}""", "stream")]
    [InlineData("""{"prompt":"a","mask":"x"}""", "mask")]
    public void Read_Mistake_NamesTheParameter(string body, string? parameter)
    {
        ApiError error = Should.Throw<RequestException>(() => Read(body)).Error;

        (error.Status, error.Param).ShouldBe((400, parameter));
    }

    private static PictureRequest Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ImageRequestReader.Read(document.RootElement);
    }
}
