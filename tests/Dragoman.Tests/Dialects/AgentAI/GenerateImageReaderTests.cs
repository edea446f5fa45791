using System.Text;
using Dragoman.Dialects.AgentAI;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.AgentAI;

public sealed class GenerateImageReaderTests
{
    [Fact]
    public void Body_OfTheSeed_IsRead()
    {
        var request = Read("""{"prompt":"A serene mountain lake at sunset","model":"Ideogram","model_style":"digital art","model_aspect_ratio":"4:3"}""").Request!;

        request.ShouldBe(new ImageRequest
        {
            Model = "Ideogram",
            Prompt = "A serene mountain lake at sunset",
            Style = ImageStyle.DigitalArt,
            Ratio = new AspectRatio(4, 3),
        });
    }

    [Theory]
    [InlineData("""{"prompt":"x"}""")]
    [InlineData("""{"prompt":"x","model":null,"model_style":null,"model_aspect_ratio":null}""")]
    [InlineData("""{"prompt":"x","model":"","model_style":" ","model_aspect_ratio":""}""")]
    public void Defaults_AreThoseOfTheSpecification(string body) =>
        Read(body).Request.ShouldBe(new ImageRequest { Model = "DALL-E 3", Prompt = "x", Style = ImageStyle.Default, Ratio = new AspectRatio(9, 16) });

    [Theory]
    [InlineData("default", ImageStyle.Default)]
    [InlineData("photo", ImageStyle.Photo)]
    [InlineData("Digital Art", ImageStyle.DigitalArt)]
    [InlineData("illustration", ImageStyle.Illustration)]
    [InlineData("DRAWING", ImageStyle.Drawing)]
    public void Style_EachOne_IsKnownInAnyCase(string word, ImageStyle style) =>
        Read($$"""{"prompt":"x","model_style":"{{word}}"}""").Request!.Style.ShouldBe(style);

    [Theory]
    [InlineData("{}", "prompt", "Input prompt is not provided.")]
    [InlineData("""{"prompt":null}""", "prompt", "Input prompt is not provided.")]
    [InlineData("""{"prompt":" \n"}""", "prompt", "Input prompt is not provided.")]
    [InlineData("""{"prompt":["x"]}""", "prompt", "Input prompt must be a string, not an array.")]
    [InlineData("""{"prompt":"x","model":3}""", "model", "Input model must be a string, not a number.")]
    [InlineData("""{"prompt":"x","model_style":"oil"}""", "model_style",
        "Input model_style must be one of default, digital art, drawing, illustration, photo, not oil.")]
    [InlineData("""{"prompt":"x","model_style":{}}""", "model_style", "Input model_style must be a string, not an object.")]
    [InlineData("""{"prompt":"x","model_aspect_ratio":"2:1"}""", "model_aspect_ratio", "Input model_aspect_ratio must be one of 16:9, 1:1, 4:3, 9:16, not 2:1.")]
    [InlineData("""{"prompt":"x","model_aspect_ratio":1.5}""", "model_aspect_ratio", "Input model_aspect_ratio must be a string, not a number.")]
    public void Field_Bad_IsToldByItsName(string body, string parameter, string message)
    {
        var error = Read(body).Error!;

        error.Kind.ShouldBe(ErrorKind.InvalidRequest);
        error.Parameter.ShouldBe(parameter);
        error.Message.ShouldBe(message);
    }

    [Fact]
    public void Prompt_TooLong_IsToldWithBothLengths()
    {
        Read($$"""{"prompt":"{{new string('a', 32_000)}}"}""").Error.ShouldBeNull();
        Read($$"""{"prompt":"{{string.Concat(Enumerable.Repeat("🐈", 32_000))}}"}""").Error.ShouldBeNull();

        Read($$"""{"prompt":"{{new string('a', 102_400)}}"}""").Error!.Message.ShouldBe("Input prompt must be at most 32000 characters long; it has 102400.");
    }

    [Fact]
    public void Names_OfAMegabyte_ComeBackShort()
    {
        var text = new string('m', 1_000_000);

        foreach (var field in (string[])["model", "model_style", "model_aspect_ratio"])
        {
            Read($$"""{"prompt":"x","{{field}}":"{{text}}"}""").Error!.Message.Length.ShouldBeLessThan(250);
        }
    }

    [Fact]
    public void Members_Unknown_AreIgnoredByName() =>
        Read("""{"prompt":"x","output_variable_name":"y","seed":1}""").Ignored.Names.ShouldBe(["output_variable_name", "seed"]);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"prompt\":\"x\"} {}")]
    [InlineData("{\"prompt\":\"\\ud800\"}")]
    public void Body_NotAnObject_IsMalformed(string body) => Read(body).Error!.Kind.ShouldBe(ErrorKind.MalformedBody);

    private static Dragoman.Dialects.ImageRead Read(string body) => GenerateImageReader.Read(Encoding.UTF8.GetBytes(body));
}
