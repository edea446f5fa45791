using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Dragoman.Dialects.AgentAI;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.AgentAI;

/// <summary>The endpoints that tell of pictures, with a fake gateway behind them.</summary>
public sealed class GenerateImageTests
{
    private const string Lake = """{"prompt":"A serene mountain lake at sunset","model":"DALL-E 3","model_style":"default","model_aspect_ratio":"9:16"}""";

    [Fact]
    public async Task Answer_IsTheSeeds()
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync(Lake);
        var text = await response.Content.ReadAsStringAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        var url = new Uri(server.Client.BaseAddress!, "/images/1.jpg").AbsoluteUri;
        text.ShouldBe(
            $$$"""{"status":200,"response":"<img src=\"{{{url}}}\" alt=\"A serene mountain lake at sunset\" /><br />","metadata":{"images":[{"prompt":"A serene mountain lake at sunset","url":"{{{url}}}"}]}}""");
        response.Headers.GetValues("x-dragoman-served-by").Single().ShouldBe("openai/gpt-image-1");
        server.Images.Published.ShouldBe([FakeImages.Picture]);
    }

    [Fact]
    public async Task Answer_Composed_SaysSo()
    {
        await using var server = await StartAsync();
        server.Images.Answer = _ => new ImageResponse { Images = [FakeImages.Picture], IsComposed = true };

        using var response = await server.PostAsync(Lake);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        json.RootElement.GetProperty("metadata").GetProperty("composed").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\" onerror=\"alert(1)")]
    [InlineData("' ` & &amp; &quot; <!-- --> ]]> \\\" ")]
    [InlineData("two\nlines\tand a tab")]
    [InlineData("a bell \u0007, a nul \u0000, a delete \u007f")]
    [InlineData("drei rote Boote ⛵ 帆船 قارب")]
    public async Task Prompt_Hostile_StaysInItsAttribute(string prompt)
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync(JsonSerializer.Serialize(new { prompt }));
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        // The markup is well-formed XML on purpose: a reader of XML sees what a browser does.
        var markup = XElement.Parse($"<r>{json.RootElement.GetProperty("response").GetString()}</r>");
        markup.Elements().Select(element => element.Name.LocalName).ShouldBe(["img", "br"]);
        markup.Value.ShouldBe("");
        markup.Element("img")!.Attributes().Select(attribute => attribute.Name.LocalName).ShouldBe(["src", "alt"]);
        Plain(markup.Element("img")!.Attribute("alt")!.Value).ShouldBe(Plain(prompt));
        json.RootElement.GetProperty("metadata").GetProperty("images")[0].GetProperty("prompt").GetString().ShouldBe(prompt);
        server.Images.LastCall!.Request.Prompt.ShouldBe(prompt);

        // White space in an attribute is one to a reader of XML, and HTML has no control characters.
        static string Plain(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
    }

    [Theory]
    [InlineData(ErrorKind.ContentFiltered, 400)]
    [InlineData(ErrorKind.ModelNotConfigured, 404)]
    [InlineData(ErrorKind.RateLimited, 429)]
    [InlineData(ErrorKind.UpstreamInvalidResponse, 502)]
    [InlineData(ErrorKind.StarterUnavailable, 503)]
    public async Task Gateway_Fails_IsToldInTheEnvelope(ErrorKind kind, int status)
    {
        await using var server = await StartAsync();
        server.Images.Answer = _ => new GatewayError(kind, "A word of the gateway's.");

        using var response = await server.PostAsync(Lake);

        (await AgentAIServer.ErrorOfAsync(response, status)).ShouldBe("A word of the gateway's.");
        server.Images.Published.ShouldBeEmpty();
    }

    [Fact]
    public async Task Store_Fails_IsToldInTheEnvelope()
    {
        await using var server = await StartAsync();
        server.Images.PublishError = new GatewayError(ErrorKind.Internal, "The picture could not be stored: the gateway's disk is full.");

        using var response = await server.PostAsync(Lake);

        (await AgentAIServer.ErrorOfAsync(response, 500)).ShouldContain("disk is full");
    }

    [Fact]
    public async Task Store_CannotTakeAny_IsToldBeforeOneIsOrdered()
    {
        await using var server = await StartAsync();
        server.Images.Obstacle = new GatewayError(ErrorKind.Internal, "The picture could not be stored: the gateway's disk is full.");

        using var response = await server.PostAsync(Lake);

        (await AgentAIServer.ErrorOfAsync(response, 500)).ShouldContain("disk is full");
        server.Images.LastCall.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"prompt":""}""", 400)]
    [InlineData("not json", 400)]
    [InlineData("""{"prompt":"x","model_style":"oil"}""", 400)]
    public async Task Body_Bad_CallsNobody(string body, int status)
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync(body);

        await AgentAIServer.ErrorOfAsync(response, status);
        server.Images.LastCall.ShouldBeNull();
    }

    [Fact]
    public async Task Caller_Unknown_IsRefused()
    {
        await using var server = await StartAsync();
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "nobody");

        using var response = await server.PostAsync(Lake);

        await AgentAIServer.ErrorOfAsync(response, 401);
    }

    [Fact]
    public async Task InvokeLlm_AnswerWithAPicture_ShowsTextAndPicture()
    {
        await using var server = await AgentAIServer.StartAsync();
        Answer(server, new TextPart("Here it is:"), new ImagePart { Data = new byte[] { 7 }, MediaType = "image/png" });

        using var response = await server.PostAsync("""{"instructions":"Draw a lake","llm_engine":"gemini-3.1-flash-image-preview"}""");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        var url = new Uri(server.Client.BaseAddress!, "/images/1.jpg").AbsoluteUri;
        json.RootElement.GetProperty("response").GetString().ShouldBe($"Here it is:\n<img src=\"{url}\" alt=\"\" /><br />");
        var image = json.RootElement.GetProperty("metadata").GetProperty("images")[0];
        image.GetProperty("prompt").GetString().ShouldBe("Draw a lake");
        image.GetProperty("url").GetString().ShouldBe(url);
        response.Headers.Contains("x-dragoman-dropped").ShouldBeFalse();
        server.Images.Source.ShouldBe("google/gemini-3.1-flash-image-preview");
        server.Images.Published.Single().Data.ToArray().ShouldBe([7]);
    }

    [Fact]
    public async Task InvokeLlm_PictureThatIsNone_LeavesTheTextAndIsNamed()
    {
        await using var server = await AgentAIServer.StartAsync();
        Answer(server, new TextPart("Here it is:"), new ImagePart { Data = new byte[] { 7 }, MediaType = "image/png" });
        server.Images.DevelopError = new GatewayError(ErrorKind.UpstreamInvalidResponse, "The picture is none.");

        using var response = await server.PostAsync("""{"instructions":"Draw a lake"}""");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        json.RootElement.GetProperty("response").GetString().ShouldBe("Here it is:");
        json.RootElement.TryGetProperty("metadata", out _).ShouldBeFalse();
        response.Headers.GetValues("x-dragoman-dropped").Single().ShouldBe("image output");
    }

    [Fact]
    public async Task InvokeLlm_VeryManyPictures_ShowsFour()
    {
        await using var server = await AgentAIServer.StartAsync();
        Answer(server, [.. Enumerable.Range(0, 100).Select(i => new ImagePart { Data = new[] { (byte)i }, MediaType = "image/png" })]);

        using var response = await server.PostAsync("""{"instructions":"Draw a lake"}""");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        server.Images.Published.Count.ShouldBe(4);
        json.RootElement.GetProperty("metadata").GetProperty("images").GetArrayLength().ShouldBe(4);
        response.Headers.GetValues("x-dragoman-dropped").Single().ShouldBe("image output");
    }

    [Fact]
    public async Task InvokeLlm_NothingButAPictureThatIsNone_IsAnError()
    {
        await using var server = await AgentAIServer.StartAsync();
        Answer(server, new ImagePart { Data = new byte[] { 7 }, MediaType = "image/png" });
        server.Images.DevelopError = new GatewayError(ErrorKind.UpstreamInvalidResponse, "The picture is none.");

        using var response = await server.PostAsync("""{"instructions":"Draw a lake"}""");

        (await AgentAIServer.ErrorOfAsync(response, 502)).ShouldBe("The provider's picture cannot be used. The picture is none.");
        response.Headers.Contains("x-dragoman-served-by").ShouldBeTrue();
    }

    private static Task<DialectServer> StartAsync() => DialectServer.StartAsync(
        services => new AgentAIDialect(services), AgentAIDialect.Definition, "/v1/action/generate_image");

    private static void Answer(DialectServer server, params ContentPart[] parts) => server.Gateway.Answer = (call, _) =>
    {
        call.ServedBy = "google/gemini-3.1-flash-image-preview";
        return new(new ChatResponse { Choices = [new ChatChoice(0, new ChatMessage(ChatRole.Assistant, parts), FinishReason.Stop)] });
    };
}
