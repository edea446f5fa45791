using Dragoman.Configuration;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Dragoman.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>Pictures of providers by the server's own services over real sockets, before anybody looks at them.</summary>
public sealed class ImageProviderTests
{
    [Theory]
    [InlineData("OPENAI", "dall-e-3", "/v1/images/generations", "1024x1792")]
    [InlineData("OPENAI", "gpt-image-1", "/v1/images/generations", "1024x1536")]
    [InlineData("TOGETHER", "together/black-forest-labs/FLUX.1-schnell", "/v1/images/generations", "576x1024")]
    [InlineData("RECRAFT", "recraftv3", "/v1/images/generations", "576x1024")]
    [InlineData("XAI", "grok-imagine-image", "/v1/images/generations", "576x1024")]
    [InlineData("SDCPP", "sdcpp/any", "/v1/images/generations", "768x1344")]
    [InlineData("BFL", "flux-pro-1.1", "/v1/flux-pro-1.1", "768x1376")]
    [InlineData("BFL", "flux-kontext-max", "/v1/flux-kontext-max", "576x1024")]
    [InlineData("IDEOGRAM", "ideogram-v3", "/v1/ideogram-v3/generate", "576x1024")]
    [InlineData("GEMINI", "gemini-2.5-flash-image", "/v1beta/models/gemini-2.5-flash-image:generateContent", "576x1024")]
    public async Task Picture_OfEachVendor_ComesInTheShapeAskedForWithoutAViolation(string prefix, string model, string path, string size)
    {
        await using var upstream = await TestUpstream.StartAsync(new() { Keys = new HashSet<string> { RunningGateway.Canary } });
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);
        upstream.Always(null, Reply.Default().AfterPolls(1));

        var response = (await GenerateAsync(gateway, Call(gateway, model))).Response.ShouldNotBeNull();

        var picture = response.Images.ShouldHaveSingleItem();
        $"{picture.Width}x{picture.Height}".ShouldBe(size);
        upstream.Requests[0].Path.ShouldBe(path);
        upstream.Requests.Where(request => request.Path.StartsWith("/pictures/", StringComparison.Ordinal))
            .ShouldAllBe(request => !request.Headers.Values.Any(value => value.Contains("canary")));
        upstream.Violations.ShouldBeEmpty();
        gateway.Log.ShouldNotContain(RunningGateway.Canary);
    }

    [Theory]
    [InlineData("OPENAI", "dall-e-3")]
    [InlineData("BFL", "flux-pro-1.1")]
    [InlineData("IDEOGRAM", "ideogram-v3")]
    [InlineData("GEMINI", "gemini-2.5-flash-image")]
    public async Task Moderation_OfEachVendor_IsToldAsSuch(string prefix, string model)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);
        upstream.Enqueue(Reply.Blocked());
        var error = (await GenerateAsync(gateway, Call(gateway, model))).Error.ShouldNotBeNull();
        error.Kind.ShouldBe(Model.ErrorKind.ContentFiltered);
        error.Message.ShouldContain("withheld the answer for its content rules");
    }

    [Fact]
    public async Task Failures_OfEachKind_NeverTellTheCredential()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI", "BFL", "IDEOGRAM", "GEMINI");
        foreach (var model in new[] { "dall-e-3", "flux-pro-1.1", "ideogram-v3", "gemini-2.5-flash-image" })
        {
            foreach (var (reply, kind) in new[]
            {
                (Reply.Unauthorized(), Model.ErrorKind.UpstreamRejectedCredential),
                (Reply.ModelNotFound(), Model.ErrorKind.UpstreamModelNotFound),
                (Reply.Error(400, message: $"your key {RunningGateway.Canary} is not for this"), Model.ErrorKind.UpstreamRejectedRequest),
                (Reply.MalformedJson(), Model.ErrorKind.UpstreamInvalidResponse),
                (Reply.Raw(200, "<html></html>", "text/html"), Model.ErrorKind.UpstreamInvalidResponse),
                (Reply.Redirect(), Model.ErrorKind.UpstreamInvalidResponse),
            })
            {
                upstream.ClearScript();
                upstream.Enqueue(reply);
                var error = (await GenerateAsync(gateway, Call(gateway, model))).Error.ShouldNotBeNull();
                error.Kind.ShouldBe(kind, $"{model}: {error.Message}");
                error.Message.ShouldNotContain("canary");
            }
        }

        gateway.Log.ShouldNotContain(RunningGateway.Canary);
    }

    private static ImageCall Call(RunningGateway gateway, string model) => new(
        gateway.Services.GetRequiredService<SnapshotSource>().Current,
        "agentai",
        new Caller("k", "key", KeyMode.Live),
        new ImageRequest { Model = model, Prompt = "A lake at dawn", Ratio = new(9, 16) },
        TimeProvider.System.GetTimestamp());

    private static async Task<ImageResult> GenerateAsync(RunningGateway gateway, ImageCall call)
    {
        var services = gateway.Services;
        var client = new ImageClient(services.GetRequiredService<UpstreamClient>(), services.GetRequiredService<IEgressNetwork>(), TimeProvider.System, new Measure());
        return await new ImageGateway([], client, new DeploymentHealth(TimeProvider.System), TimeProvider.System)
            .GenerateAsync(call, TestContext.Current.CancellationToken);
    }

    /// <summary>Reads a PNG's size off its header and takes it as it is.</summary>
    private sealed class Measure : IDarkroom
    {
        public ValueTask<(GeneratedImage? Image, GatewayError? Error)> DevelopAsync(
            ReadOnlyMemory<byte> picture, AspectRatio? ratio, string source, CancellationToken cancellationToken)
        {
            var header = picture.Span;
            header[1..4].SequenceEqual("PNG"u8).ShouldBeTrue();
            return ValueTask.FromResult((
                (GeneratedImage?)new GeneratedImage(picture.ToArray(), "image/png", (header[18] << 8) + header[19], (header[22] << 8) + header[23]), default(GatewayError)));
        }
    }
}
