using System.Text.Json;
using System.Text.RegularExpressions;
using Dragoman.Model;
using Dragoman.Server.Tests.Starter;
using Dragoman.Server.Tests.Starter.Pictures;
using Dragoman.Starter.Native;
using Dragoman.Testing;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>generate_image from the client's socket to the vendor's and back, by way of the real picture engine and the real store.</summary>
public sealed partial class GenerateImageTests(GenerateImageTests.Server server) : IClassFixture<GenerateImageTests.Server>
{
    public static TheoryData<string, string, string> Vendors => new()
    {
        { "DALL-E 3", "openai/dall-e-3", "9:16" },
        { "GPT Image 1", "openai/gpt-image-1", "16:9" },
        { "FLUX.1 [schnell]", "together/black-forest-labs/FLUX.1-schnell", "4:3" },
        { "flux-1.1-pro", "bfl/flux-pro-1.1", "9:16" },
        { "flux-kontext-pro", "bfl/flux-kontext-pro", "16:9" },
        { "Ideogram", "ideogram/ideogram-v3", "4:3" },
        { "Recraft", "recraft/recraftv3", "9:16" },
        { "google/gemini-2.5-flash-image", "google/gemini-2.5-flash-image", "1:1" },
        { "gpt-image-1", "openai/gpt-image-1", "4:3" },
        { "house", "together/black-forest-labs/FLUX.1-dev", "16:9" },
        { "Playground v3", "recraft/recraftv3", "1:1" },
    };

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Picture_OfEachVendor_IsPublishedInTheAskedShape(string model, string servedBy, string ratio)
    {
        var gateway = server.Start();

        var answer = await AskAsync(gateway, "A serene mountain lake at sunset", model, ratio: ratio);

        answer.HttpStatus.ShouldBe(200, answer.Body);
        answer.ServedBy.ShouldBe(servedBy);
        var (width, height, _) = await LookAsync(gateway, answer);
        var sides = ratio.Split(':').Select(int.Parse).ToArray();
        ((double)width / height * sides[1] / sides[0]).ShouldBe(1, 0.01);
        answer.Json.GetProperty("metadata").TryGetProperty("composed", out _).ShouldBeFalse();
        server.Upstream.Violations.ShouldBeEmpty();
        gateway.Log.ShouldNotContain(RunningGateway.Canary);
    }

    [Fact]
    public async Task Picture_AtAnAddress_IsFetchedAndKept()
    {
        var gateway = server.Start();
        server.Upstream.EnqueueForModel("recraftv3", Reply.Picture(Jpeg("where the camera was")).AtAddress());

        var answer = await AskAsync(gateway, "A lake", "Recraft", ratio: "1:1");

        answer.HttpStatus.ShouldBe(200, answer.Body);
        var (width, height, bytes) = await LookAsync(gateway, answer);
        (width, height).ShouldBe((300, 300));
        answer.Response.ShouldNotBeNull().ShouldContain(".jpg\"");

        // What came along is gone, and what it is is said.
        bytes.AsSpan().IndexOf("where the camera was"u8).ShouldBe(-1);
        bytes.AsSpan().IndexOf("trainedAlgorithmicMedia"u8).ShouldBePositive();
    }

    [Fact]
    public async Task Picture_Ordered_IsAskedForUntilItIsReady()
    {
        var gateway = server.Start();
        server.Upstream.EnqueueForModel("flux-pro-1.1", Reply.Default().AfterPolls(2));

        (await AskAsync(gateway, "A lake", "flux-1.1-pro")).HttpStatus.ShouldBe(200);

        server.Upstream.Requests.Count(request => request.Path == "/v1/get_result").ShouldBe(3);
    }

    [Fact]
    public async Task Style_AndShape_ReachTheVendorInItsOwnWords()
    {
        var gateway = server.Start();

        await AskAsync(gateway, "A lake", "Ideogram", "photo", "16:9");
        await AskAsync(gateway, "A lake", "Recraft", "digital art", "4:3");
        await AskAsync(gateway, "A lake", "GPT Image 1", "drawing");

        var forms = server.Upstream.Requests.ToDictionary(request => request.Model, request => System.Text.Encoding.UTF8.GetString(request.Body.Span));
        forms["ideogram-v3"].ShouldContain("REALISTIC");
        forms["ideogram-v3"].ShouldContain("16x9");
        forms["recraftv3"].ShouldContain("digital_illustration");
        forms["gpt-image-1"].ShouldContain("\"A lake, drawing\"");
        forms["gpt-image-1"].ShouldContain("1024x1536");
    }

    [Fact]
    public async Task FirstModel_Gone_NextOneServes()
    {
        // A model that is gone is left alone for a while, which is not for other tests to feel.
        StarterParts.Require();
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        upstream.EnqueueForModel("dall-e-3", Reply.ModelNotFound());

        var answer = await AskAsync(gateway, "A lake");

        answer.HttpStatus.ShouldBe(200, answer.Body);
        answer.ServedBy.ShouldBe("openai/gpt-image-2.6-sunburst");
    }

    public static TheoryData<string, byte[], string> NoPictures => new()
    {
        { "a page", "<!DOCTYPE html><html><body>Sign in</body></html>"u8.ToArray(), "The file is no PNG" },
        { "vectors", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8.ToArray(), "The file is no PNG" },
        { "nothing", [], "" },
        { "a bomb", TestPictures.PngOf(50_000, 50_000), "50000" },
    };

    [Theory]
    [MemberData(nameof(NoPictures))]
    public async Task Picture_ThatIsNone_IsAnErrorAboutTheVendor(string what, byte[] bytes, string reason)
    {
        var gateway = server.Start();
        foreach (var reply in (Reply[])[Reply.Picture(bytes), Reply.Picture(bytes).AtAddress()])
        {
            server.Upstream.EnqueueForModel("gpt-image-1", reply);

            // The next deployment is dead, too.
            server.Upstream.EnqueueForModel("gpt-image-2.6-sunburst", reply);

            var answer = await AskAsync(gateway, "A lake", "GPT Image 1");

            answer.HttpStatus.ShouldBe(502, what + answer.Body);
            answer.Error.ShouldStartWith("OpenAI ");
            answer.Error.ShouldContain(reason);
            answer.Json.GetProperty("response").ValueKind.ShouldBe(JsonValueKind.Null);
        }
    }

    [Fact]
    public async Task Picture_CutShort_IsAnErrorAboutTheVendor()
    {
        var gateway = server.Start();
        var whole = TestPictures.Halves(300, 300).Save("pngsave_buffer");
        var stored = Stored(gateway);
        server.Upstream.EnqueueForModel("recraftv3", Reply.Picture(whole.AsMemory(0, whole.Length / 2)));

        var answer = await AskAsync(gateway, "A lake", "Recraft");

        answer.HttpStatus.ShouldBe(502, answer.Body);
        answer.Error.ShouldContain("Recraft");
        Stored(gateway).ShouldBe(stored);

        static string[] Stored(RunningGateway gateway) => [.. Directory.GetFiles(gateway.Data, "*.*", SearchOption.AllDirectories).Order()];
    }

    [Fact]
    public async Task Redirect_Inward_IsNotFollowed()
    {
        var gateway = server.Start();
        await using var inside = await TestUpstream.StartAsync();
        server.Upstream.EnqueueForModel("recraftv3", Reply.Raw(200, $$"""{"created":1,"data":[{"url":"{{server.Upstream.BaseUrl}}/picture"}]}"""));
        server.Upstream.EnqueueForPath("/picture", Reply.Redirect(inside.BaseUrl + "/secret.png"));

        var answer = await AskAsync(gateway, "A lake", "Recraft");

        answer.HttpStatus.ShouldBe(502, answer.Body);
        inside.Requests.ShouldBeEmpty();
        answer.Body.ShouldNotContain("127.0.0.1");
    }

    [Fact]
    public async Task Address_OfTheGatewaysNetwork_IsNotFetched()
    {
        var gateway = server.Start();
        await using var inside = await TestUpstream.StartAsync();
        server.Upstream.EnqueueForModel("recraftv3", Reply.Raw(200, $$"""{"created":1,"data":[{"url":"{{inside.BaseUrl}}/secret.png"}]}"""));

        (await AskAsync(gateway, "A lake", "Recraft")).HttpStatus.ShouldBe(502);

        inside.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("DALL-E 3", "dall-e-3", "OpenAI")]
    [InlineData("flux-1.1-pro", "flux-pro-1.1", "Black Forest Labs")]
    [InlineData("Ideogram", "ideogram-v3", "Ideogram")]
    [InlineData("google/gemini-2.5-flash-image", "gemini-2.5-flash-image", "Google Gemini")]
    public async Task Moderation_Refuses_IsToldAsSuch(string model, string upstreamModel, string vendor)
    {
        var gateway = server.Start();
        server.Upstream.EnqueueForModel(upstreamModel, Reply.Blocked());

        var answer = await AskAsync(gateway, "Something forbidden", model);

        answer.HttpStatus.ShouldBe(400, answer.Body);
        answer.Error.ShouldContain(vendor);
        answer.Error.ShouldContain("content rules");

        // Nobody else is asked for what the rules forbid.
        server.Upstream.Requests.Count(request => request.Method == "POST").ShouldBe(1);
    }

    [Fact]
    public async Task Model_Unknown_IsNotFound()
    {
        var answer = await AskAsync(server.Start(), "A lake", "Ideogramm");

        answer.HttpStatus.ShouldBe(404);
        answer.Error.ShouldContain("Did you mean Ideogram");
    }

    [Fact]
    public async Task Model_ThatChats_IsToldAsSuch()
    {
        var answer = await AskAsync(server.Start(), "A lake", "gpt4o");

        answer.HttpStatus.ShouldBe(404);
        answer.Error.ShouldStartWith("model: gpt4o makes no pictures. Models that do: DALL-E 3, ");
    }

    [Fact]
    public async Task Limits_AreThoseOfInvokeLlm()
    {
        var gateway = server.Start();
        using var client = await gateway.NewClientAsync(new CallLimits { RequestsPerMinute = 2, RequestsPerDay = CallLimits.None });

        (await gateway.InvokeAsync("Hello", client: client)).HttpStatus.ShouldBe(200);
        (await AskAsync(gateway, "A lake", client: client)).HttpStatus.ShouldBe(200);
        var refused = await AskAsync(gateway, "A lake", client: client);

        refused.HttpStatus.ShouldBe(429);
        refused.Headers.ShouldContainKey("retry-after");
        refused.Headers["ratelimit-remaining"].ShouldBe("0");
    }

    [Fact]
    public async Task Key_ForOtherModels_IsForbidden()
    {
        var gateway = server.Start();
        using var client = await gateway.NewClientAsync(new CallLimits(), models: ["recraft/recraftv3"]);

        (await AskAsync(gateway, "A lake", client: client)).HttpStatus.ShouldBe(403);
        (await AskAsync(gateway, "A lake", "Recraft", client: client)).HttpStatus.ShouldBe(200);
    }

    [Theory]
    [InlineData("composer")]
    [InlineData("starter/composer")]
    public async Task Composer_AskedForByName_ComposesBesideProviders(string name)
    {
        var gateway = server.Start();

        (await AskAsync(gateway, "three red boats", name)).ServedBy.ShouldBe("starter/composer");

        server.Upstream.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task TestKey_IsComposedForAndCallsNobody()
    {
        var gateway = server.Start();
        using var client = await gateway.NewClientAsync(new CallLimits(), KeyMode.Test);

        var answer = await AskAsync(gateway, "three red boats", client: client);

        answer.HttpStatus.ShouldBe(200, answer.Body);
        answer.ServedBy.ShouldBe("starter/composer");
        answer.Json.GetProperty("metadata").GetProperty("composed").GetBoolean().ShouldBeTrue();
        var (_, _, bytes) = await LookAsync(gateway, answer);
        bytes.AsSpan().IndexOf("digitalsourcetype/algorithmicMedia"u8).ShouldBePositive();
        bytes.AsSpan().IndexOf("three red boats"u8).ShouldBe(-1);
        server.Upstream.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sandbox:error:overloaded", 503, "The sandbox plays: the provider is overloaded.")]
    [InlineData("a lake sandbox:error:content_filtered", 400, "The sandbox plays: the provider withholds the answer before it began.")]
    [InlineData("sandbox:error:nothing", 400, "There is no magic word sandbox:error:nothing.")]
    public async Task TestKey_MagicWord_IsPlayed(string prompt, int status, string message)
    {
        var gateway = server.Start();
        using var client = await gateway.NewClientAsync(new CallLimits(), KeyMode.Test);

        var answer = await AskAsync(gateway, prompt, client: client);

        answer.HttpStatus.ShouldBe(status, answer.Body);
        answer.Error.ShouldStartWith(message);
        answer.ServedBy.ShouldBe("sandbox/echo");
    }

    [Fact]
    public async Task InvokeLlm_ImageEngine_AnswersWithTextAndPicture()
    {
        var gateway = server.Start();
        server.Upstream.EnqueueForModel("gemini-3.1-flash-image", Reply.Picture(Jpeg()).WithText("Here is your lake."));

        var answer = await gateway.InvokeAsync("Draw a lake", "gemini-2.5-flash-image-preview");

        answer.HttpStatus.ShouldBe(200, answer.Body);
        answer.Response.ShouldNotBeNull().ShouldStartWith("Here is your lake.\n<img src=\"");
        answer.Json.GetProperty("metadata").GetProperty("images")[0].GetProperty("prompt").GetString().ShouldBe("Draw a lake");
        (await LookAsync(gateway, answer)).Width.ShouldBe(300);
        var modalities = server.Upstream.Requests.Single().Json!.Value.GetProperty("generationConfig").GetProperty("responseModalities");
        modalities.EnumerateArray().Select(modality => modality.GetString()).ShouldBe(["TEXT", "IMAGE"], ignoreOrder: true);
    }

    [Fact]
    public async Task Client_Gone_IsNotAskedForAnyLonger()
    {
        var gateway = server.Start();
        server.Upstream.EnqueueForModel("recraftv3", Reply.Default().HeldBy(new Gate()));
        using var gone = new CancellationTokenSource();
        var asking = AskAsync(gateway, "A lake", "Recraft", cancellationToken: gone.Token);
        await server.Upstream.WaitForRequestAsync();

        await gone.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(asking);
        await server.Upstream.WaitForAbortAsync();
    }

    private static byte[] Jpeg(string comment = "") => TestPictures.Turned(TestPictures.Halves(300, 300).Save("jpegsave_buffer"), 1, comment);

    private static Task<Answer> AskAsync(
        RunningGateway gateway,
        string prompt,
        string model = "DALL-E 3",
        string style = "default",
        string ratio = "9:16",
        HttpClient? client = null,
        CancellationToken cancellationToken = default) => gateway.PostAsync(
        JsonSerializer.Serialize(new { prompt, model, model_style = style, model_aspect_ratio = ratio }),
        "/v1/action/generate_image",
        client,
        cancellationToken);

    /// <summary>Fetches the picture as anyone would who has the answer.</summary>
    private static async Task<(int Width, int Height, byte[] Bytes)> LookAsync(RunningGateway gateway, Answer answer)
    {
        var address = Source().Match(answer.Response!).Groups[1].Value;
        address.ShouldBe(answer.Json.GetProperty("metadata").GetProperty("images")[0].GetProperty("url").GetString());
        address.ShouldStartWith(gateway.Client.BaseAddress!.AbsoluteUri + "images/");
        using var anyone = new HttpClient();
        var bytes = await anyone.GetByteArrayAsync(address);
        using var picture = VipsImage.FromBuffer(bytes, address.EndsWith(".jpg", StringComparison.Ordinal) ? "jpegload_buffer" : "pngload_buffer", VipsAccess.AnyOrder);
        return (picture.Width, picture.Height, bytes);
    }

    [GeneratedRegex("<img src=\"([^\"]+)\"")]
    private static partial Regex Source();

    /// <summary>One gateway whose every provider is the one upstream, for all tests: they come one after the other.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private const string Settings =
            """
            {
              "Models": { "house": "together/black-forest-labs/FLUX.1-dev" },
              "Dialects": { "agentai": {
                "Limits": { "RequestsPerMinute": "none", "RequestsPerDay": "none" },
                "ImageModels": { "Playground v3": "recraft/recraftv3" } } }
            }
            """;

        private RunningGateway? _gateway;

        internal TestUpstream Upstream { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Upstream = await TestUpstream.StartAsync();
            if (StarterParts.Missing is null)
            {
                VipsLibrary.Load(StarterParts.Vips);
                _gateway = await RunningGateway.StartAsync(
                    RunningGateway.EnvironmentOf(Upstream, "OPENAI", "TOGETHER", "RECRAFT", "GEMINI", "BFL", "IDEOGRAM"), Settings);
            }
        }

        /// <summary>The gateway, as if nobody had called yet; the test is skipped where the picture engine's parts are missing.</summary>
        internal RunningGateway Start()
        {
            StarterParts.Require();
            Upstream.ClearScript();
            Upstream.ClearRequests();
            return _gateway!;
        }

        public async ValueTask DisposeAsync()
        {
            if (_gateway is not null)
            {
                await _gateway.DisposeAsync();
            }

            await Upstream.DisposeAsync();
        }
    }
}
