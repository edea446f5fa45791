using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Providers.BlackForestLabs;
using Dragoman.Providers.Gemini;
using Dragoman.Providers.Ideogram;
using Dragoman.Providers.OpenAI;
using Dragoman.Tests.Golden;

namespace Dragoman.Tests.Providers.Offers;

public sealed class ImageWireTests
{
    private static readonly AspectRatio[] Ratios = [new(9, 16), AspectRatio.Square, new(4, 3), new(16, 9)];

    private static readonly IImageProvider[] Wires = [new OpenAIImages(), new FluxImages(), new IdeogramImages(), new GeminiImages()];

    [Theory]
    [InlineData("openai", "dall-e-3")]
    [InlineData("openai", "gpt-image-1")]
    [InlineData("openai", "gpt-image-2")]
    [InlineData("openai", "a-server-of-ours")]
    [InlineData("azure", "our-deployment")]
    [InlineData("together", "black-forest-labs/FLUX.1-schnell")]
    [InlineData("together", "black-forest-labs/FLUX.1.1-pro")]
    [InlineData("xai", "grok-imagine-image")]
    [InlineData("xai", "grok-2-image")]
    [InlineData("recraft", "recraftv3")]
    [InlineData("recraft", "recraftv4_1")]
    [InlineData("localai", "flux.1-dev")]
    [InlineData("sdcpp", "any")]
    [InlineData("bfl", "flux-pro-1.1")]
    [InlineData("bfl", "flux-pro-1.1-ultra")]
    [InlineData("bfl", "flux-kontext-pro")]
    [InlineData("ideogram", "ideogram-v3")]
    [InlineData("ideogram", "ideogram-v3-turbo")]
    [InlineData("google", "gemini-2.5-flash-image")]
    [InlineData("google", "gemini-2.0-flash-exp-image-generation")]
    [InlineData("starter", "composer")]
    public void Writer_EachStyleAndRatio_IsTheGoldenBody(string vendorName, string model)
    {
        var target = Target(vendorName, model);
        var bodies = new JsonArray();
        foreach (var style in Enum.GetValues<ImageStyle>())
        {
            Add(Ask() with { Style = style, Ratio = Ratios[0] });
        }

        foreach (var ratio in Ratios.Skip(1))
        {
            Add(Ask() with { Ratio = ratio });
        }

        Add(Ask() with { Prompt = "A “lake”.\nAt dawn.", Style = ImageStyle.Drawing, Seed = 42 });
        Add(Ask() with { Seed = -1 });
        GoldenFile.ShouldMatchJson(WireCases.Folder, $"{vendorName}-{model.Split('/')[^1]}.image.request.json", bodies.ToJsonString());

        void Add(ImageRequest request)
        {
            var body = WireOf(vendorName).Write(request, target);
            body.IsForm.ShouldBe(vendorName == "ideogram");
            bodies.Add(new JsonObject
            {
                ["style"] = request.Style.ToString(),
                ["ratio"] = request.Ratio.ToString(),
                ["body"] = body.Members,
                ["dropped"] = string.Join(", ", body.Dropped),
            });
        }
    }

    [Theory]
    [InlineData("sdcpp", "any")]
    [InlineData("openai", "a-server-of-ours")]
    [InlineData("openai", "dall-e-3")]
    [InlineData("together", "any")]
    public void Writer_SettingsInAPrompt_AreNoneToTheServer(string vendorName, string model) =>
        WireOf(vendorName).Write(Ask() with { Prompt = "A <sd_cpp_extra_args>{\"steps\":9999}</sd_cpp_extra_args> <LoRA:/etc/passwd:1> cat" }, Target(vendorName, model))
            .Members["prompt"]!.GetValue<string>().ShouldBe("A <sd cpp extra args>{\"steps\":9999}</sd cpp extra args> < lora:/etc/passwd:1> cat");

    [Fact]
    public void Reader_AnswersAndErrors_ReadTheGoldenMeaning() => WireCases.ReadAll("image", WireOf);

    [Fact]
    public void Reader_AnyError_IsAnErrorOfItsStatus()
    {
        foreach (var wire in Wires)
        {
            WireCases.ReadsAnyError(wire);
        }
    }

    [Theory]
    [InlineData("openai", "null")]
    [InlineData("openai", "<html>")]
    [InlineData("openai", "{}")]
    [InlineData("openai", """{"data":[]}""")]
    [InlineData("openai", """{"data":[null]}""")]
    [InlineData("openai", """{"data":[{}]}""")]
    [InlineData("openai", """{"data":[{"b64_json":"not base64!"}]}""")]
    [InlineData("openai", """{"data":[{"b64_json":7}]}""")]
    [InlineData("openai", """{"data":[{"b64_json":"aGk""")]
    [InlineData("bfl", "null")]
    [InlineData("bfl", "{}")]
    [InlineData("bfl", """{"status":"Pending"}""")]
    [InlineData("bfl", """{"id":"x","status":"Ready"}""")]
    [InlineData("bfl", """{"id":"x","status":"Ready","result":{"sample":""}}""")]
    [InlineData("ideogram", "null")]
    [InlineData("ideogram", """{"data":[]}""")]
    [InlineData("ideogram", """{"data":[null]}""")]
    [InlineData("ideogram", """{"data":[{"is_image_safe":true}]}""")]
    [InlineData("google", "null")]
    [InlineData("google", "{}")]
    [InlineData("google", """{"candidates":[]}""")]
    public void Reader_WhatIsNoAnswer_Throws(string vendorName, string body) =>
        Should.Throw<JsonException>(() => WireOf(vendorName).ReadResponse(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("openai", "dall-e-3", "https://api.openai.com/v1/images/generations", "Authorization: Bearer KEY")]
    [InlineData("azure", "ours", "https://x.test/openai/v1/images/generations?api-version=preview", "api-key: KEY")]
    [InlineData("recraft", "recraftv3", "https://external.api.recraft.ai/v1/images/generations", "Authorization: Bearer KEY")]
    [InlineData("bfl", "flux-pro-1.1", "https://api.bfl.ai/v1/flux-pro-1.1", "x-key: KEY")]
    [InlineData("bfl", "../credits?x=1", "https://api.bfl.ai/v1/..%2Fcredits%3Fx%3D1", "x-key: KEY")]
    [InlineData("ideogram", "ideogram-v3", "https://api.ideogram.ai/v1/ideogram-v3/generate", "Api-Key: KEY")]
    [InlineData("ideogram", "ideogram-v3-turbo", "https://api.ideogram.ai/v1/ideogram-v3/generate", "Api-Key: KEY")]
    [InlineData("google", "gemini-2.5-flash-image", "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash-image:generateContent", "x-goog-api-key: KEY")]
    public void Locate_EachVendor_IsItsAddressAndCredential(string vendorName, string model, string address, string header)
    {
        var target = Target(vendorName, model);
        target.PlainUri.AbsoluteUri.ShouldBe(address);
        target.Headers.Select(pair => $"{pair.Key}: {pair.Value}").ShouldBe([header]);
        target.ToString().ShouldNotContain("KEY", Case.Sensitive);
    }

    [Theory]
    [InlineData("https://api.bfl.ai", "https://api.eu1.bfl.ai/v1/get_result?id=7", "https://api.eu1.bfl.ai/v1/get_result?id=7")]
    [InlineData("https://api.bfl.ai", "https://api.bfl.ai/v1/get_result?id=7", "https://api.bfl.ai/v1/get_result?id=7")]
    [InlineData("https://api.bfl.ai", "http://api.bfl.ai/v1/get_result?id=7", null)]
    [InlineData("https://api.bfl.ai", "https://api.bfl.ai:8443/v1/get_result?id=7", null)]
    [InlineData("https://api.bfl.ai", "https://api.bfl.ai.evil.test/v1/get_result?id=7", null)]
    [InlineData("https://api.bfl.ai", "https://evilbfl.ai/v1/get_result?id=7", null)]
    [InlineData("https://api.bfl.ai", "https://x@api.bfl.ai/v1/get_result?id=7", null)]
    [InlineData("https://api.bfl.ai", "/v1/get_result?id=7", null)]
    [InlineData("https://api.bfl.ai", null, null)]
    [InlineData("https://flux.test/bfl", "https://api.bfl.ai/v1/get_result?id=7", "https://flux.test/bfl/v1/get_result?id=7%26x")]
    [InlineData("http://127.0.0.1:9", "http://127.0.0.1:9/other?id=7", "http://127.0.0.1:9/other?id=7")]
    public void PlaceOf_WhatTheAnswerTells_GetsTheCredentialOnlyAtHome(string baseUrl, string? told, string? expected)
    {
        var wire = new FluxImages();
        var target = wire.Locate(Vendors.Find("bfl")!, "bfl", new Uri(baseUrl), "flux-dev", "KEY");
        wire.PlaceOf(new PendingImage("7&x", told), target).AbsoluteUri.ShouldBe(expected ?? "https://api.bfl.ai/v1/get_result?id=7%26x");
    }

    [Fact]
    public void ImageSize_OfEachRatio_IsAboutAMegapixelAndNearIt()
    {
        foreach (var ratio in Ratios)
        {
            foreach (var step in new[] { 4, 16, 32 })
            {
                var size = ImageSize.Of(ratio, step);
                ((double)size.Width / size.Height / ratio.Value).ShouldBeInRange(0.99, 1.01, $"{ratio} {step}");
                (size.Width * size.Height).ShouldBeInRange(1_000_000, 1_100_000);
            }
        }
    }

    [Theory]
    [InlineData("dall-e-3", "openai")]
    [InlineData("gpt-image-2", "openai")]
    [InlineData("gemini-3-pro-image-preview", "google")]
    [InlineData("gemini-3-pro-preview", null)]
    [InlineData("grok-imagine-image", "xai")]
    [InlineData("grok-4", null)]
    [InlineData("flux-kontext-max", "bfl")]
    [InlineData("ideogram-v3", "ideogram")]
    [InlineData("recraftv4", "recraft")]
    [InlineData("sdxl", null)]
    public void ByImageModel_BareName_FindsItsMakerOrNobody(string model, string? vendor) => (Vendors.ByImageModel(model)?.Name).ShouldBe(vendor);

    [Fact]
    public void Rules_NoRule_IsShadowedByAnEarlierOneAndTheLastIsForAll()
    {
        foreach (var vendor in Vendors.All.Where(vendor => vendor.Images is not null))
        {
            Wires.ShouldContain(wire => wire.Format == vendor.Images!.Format, vendor.Name);
            vendor.Images!.Rules[^1].Prefix.ShouldBe("", vendor.Name);
            foreach (var rule in vendor.Images.Rules)
            {
                vendor.Images.RuleFor(rule.Prefix).ShouldBeSameAs(rule, $"{vendor.Name}: {rule.Prefix}");
            }
        }
    }

    private static ImageRequest Ask() => new() { Model = "m", Prompt = "A lake <at> dawn" };

    private static IImageProvider WireOf(string vendorName) => Wires.Single(wire => wire.Format == Vendors.Find(vendorName)!.Images!.Format);

    private static UpstreamTarget Target(string vendorName, string model)
    {
        var vendor = Vendors.Find(vendorName)!;
        return WireOf(vendorName).Locate(vendor, vendorName, new Uri(vendor.BaseUrl ?? "https://x.test/openai/v1?api-version=preview"), model, "KEY");
    }
}
