using System.Net;
using System.Text;
using System.Text.Json;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Tests.Http;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Tests.Pipeline;

public sealed class ImageGatewayTests
{
    private const string Ordered = """{"id":"7","polling_url":"http://bfl/v1/get_result?id=7"}""";
    private const string Pending = """{"id":"7","status":"Pending"}""";
    private const string Moderated = """{"error":{"message":"Your request was rejected by the safety system.","code":"moderation_blocked"}}""";

    private static readonly string Ready = $$$"""{"id":"7","status":"Ready","result":{"sample":"data:image/png;base64,{{{Convert.ToBase64String(ImageRig.Png)}}}","prompt":"A calm lake"}}""";

    [Fact]
    public async Task Picture_AsBase64_IsDevelopedAndSettled()
    {
        using var rig = new ImageRig();
        rig.Upstream.On("openai", 200, ImageRig.Base64Answer(more: ""","usage":{"input_tokens":7,"output_tokens":1584}"""));
        var call = rig.Call("all");
        var response = (await rig.GenerateAsync(call)).Response.ShouldNotBeNull();
        response.Images.ShouldHaveSingleItem().ShouldBe(new GeneratedImage(response.Images[0].Data, "image/png", 9, 16));
        Encoding.UTF8.GetString(response.Images[0].Data.Span).ShouldBe("developed");
        response.IsComposed.ShouldBeFalse();
        rig.Darkroom!.Developed.ShouldBe(["11 bytes, 9:16, openai/dall-e-3"]);
        call.ServedBy.ShouldBe("openai/dall-e-3");
        call.Attempts.Select(attempt => (attempt.Deployment, attempt.Outcome)).ShouldBe([("openai/dall-e-3", null)]);
        rig.Outcome.Error.ShouldBeNull();
        rig.Outcome.Usage.ShouldBe(new Usage { InputTokens = 7, OutputTokens = 1584 });
        rig.Upstream.Asked.ShouldBe(["openai/images/generations"]);
    }

    [Fact]
    public async Task Picture_WithoutUsage_IsSettledWithAnEstimate()
    {
        using var rig = new ImageRig();
        rig.Upstream.On("openai", 200, ImageRig.Base64Answer());
        await rig.GenerateAsync(rig.Call("all"));
        rig.Outcome.Usage.ShouldBe(new Usage { InputTokens = 2, IsEstimate = true });
    }

    [Fact]
    public async Task Refusal_OfAPolicy_AsksNobody()
    {
        using var rig = new ImageRig
        {
            Watch = new FakePolicy("watch", []) { Says = (_, _) => ValueTask.FromResult(Admission.Refuse(new GatewayError(ErrorKind.RateLimited, "Slowly."))) },
        };
        (await rig.GenerateAsync(rig.Call("all"))).Error!.Kind.ShouldBe(ErrorKind.RateLimited);
        rig.Upstream.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(500, "{}", ErrorKind.UpstreamFailed)]
    [InlineData(429, "{}", ErrorKind.UpstreamRateLimited)]
    [InlineData(401, "{}", ErrorKind.UpstreamRejectedCredential)]
    [InlineData(200, "<html></html>", ErrorKind.UpstreamInvalidResponse)]
    [InlineData(200, """{"data":[{"b64_json":"%%%"}]}""", ErrorKind.UpstreamInvalidResponse)]
    [InlineData(200, """{"data":[{"b64_json":"PGh0bWw+"}]}""", ErrorKind.UpstreamInvalidResponse)]
    [InlineData(200, """{"error":{"message":"overloaded","code":"503"}}""", ErrorKind.UpstreamOverloaded)]
    public async Task Failure_OfOne_IsFailedOverOnce(int status, string body, ErrorKind outcome)
    {
        using var rig = new ImageRig();
        rig.Upstream.On("openai", status, body).On("bfl", 200, Ready);
        var call = rig.Call("all");
        var response = (await rig.GenerateAsync(call)).Response.ShouldNotBeNull();
        response.Images[0].RevisedPrompt.ShouldBe("A calm lake");
        call.Attempts.Select(attempt => attempt.Outcome).ShouldBe([outcome, null]);
        rig.Upstream.Asked.ShouldBe(["openai/images/generations", "bfl/v1/flux-pro-1.1"]);
    }

    [Theory]
    [InlineData(400, Moderated)]
    [InlineData(200, Moderated)]
    public async Task Moderation_IsToldAsSuchAndNotFailedOver(int status, string body)
    {
        using var rig = new ImageRig();
        rig.Upstream.On("openai", status, body);
        var call = rig.Call("all");
        var error = (await rig.GenerateAsync(call)).Error.ShouldNotBeNull();
        error.Kind.ShouldBe(ErrorKind.ContentFiltered);
        error.Message.ShouldBe("OpenAI withheld the answer for its content rules. It said: Your request was rejected by the safety system.");
        call.Attempts.Count.ShouldBe(1);
        rig.Outcome.Usage.ShouldBe(default);
    }

    [Fact]
    public async Task Polling_UntilReady_AsksWithTheCredentialAtGrowingPauses()
    {
        using var rig = new ImageRig();
        rig.Upstream.On("bfl", 200, Ordered).On("bfl", 200, Pending).On("bfl", 200, Pending).On("bfl", 502, "").On("bfl", 200, Ready);
        var response = (await rig.UntilAsync(rig.GenerateAsync(rig.Call("bfl/flux-pro-1.1")))).Response.ShouldNotBeNull();
        response.Images.ShouldHaveSingleItem();
        rig.Upstream.Asked.ShouldBe(["bfl/v1/flux-pro-1.1", "bfl/v1/get_result", "bfl/v1/get_result", "bfl/v1/get_result", "bfl/v1/get_result"]);
        rig.Upstream.Requests.ShouldAllBe(request => request.Headers.GetValues("x-key").Single() == ImageRig.Canary);
        rig.Upstream.Requests.Skip(1).ShouldAllBe(request => request.Method == HttpMethod.Get && request.Content == null);
    }

    [Fact]
    public async Task Polling_ElsewhereThanAtHome_IsDoneAtHome()
    {
        using var rig = new ImageRig();
        rig.Upstream.On("bfl", 200, """{"id":"7","polling_url":"http://evil.test/v1/get_result?id=7"}""").On("bfl", 200, Ready);
        (await rig.UntilAsync(rig.GenerateAsync(rig.Call("bfl/flux-pro-1.1")))).Error.ShouldBeNull();
        rig.Upstream.Asked.ShouldBe(["bfl/v1/flux-pro-1.1", "bfl/v1/get_result"]);
    }

    [Fact]
    public async Task Polling_ForEver_EndsWithTheAttemptsTime()
    {
        using var rig = new ImageRig { MoreSettings = """, "Upstream": { "TotalTimeoutSeconds": 10 }""" };
        rig.Upstream.On("bfl", 200, Ordered).On("bfl", 200, Pending);
        (await rig.UntilAsync(rig.GenerateAsync(rig.Call("bfl/flux-pro-1.1")))).Error!.Kind.ShouldBe(ErrorKind.UpstreamTimeout);
        rig.Upstream.Asked.Count.ShouldBeInRange(5, 12);
    }

    [Fact]
    public async Task Polling_WithoutAnAnswer_OrdersNoSecondPicture()
    {
        using var rig = new ImageRig { MoreSettings = """, "Upstream": { "TotalTimeoutSeconds": 10 }""" };
        rig.Upstream.On("openai", 500, "{}").On("bfl", 200, Ordered).On("bfl", 200, Pending).On("ideogram", 200, "{}");

        (await rig.UntilAsync(rig.GenerateAsync(rig.Call("all")))).Error!.Kind.ShouldBe(ErrorKind.UpstreamTimeout);

        rig.Upstream.Asked.ShouldNotContain(asked => asked.StartsWith("ideogram"));
    }

    [Fact]
    public async Task Pictures_OneOfThemNone_AreTheOthers()
    {
        using var rig = new ImageRig();
        var good = Convert.ToBase64String(ImageRig.Png);
        rig.Upstream.On("openai", 200, $$"""{"data":[{"b64_json":"PGh0bWw+"},{"b64_json":"{{good}}"}]}""");

        (await rig.GenerateAsync(rig.Call("all"))).Response.ShouldNotBeNull().Images.Count.ShouldBe(1);

        rig.Upstream.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Finish_Fails_IsTheCallsFailureAndThePictureIsSettled()
    {
        using var rig = new ImageRig();
        rig.Upstream.On("openai", 200, ImageRig.Base64Answer(more: ""","usage":{"input_tokens":7,"output_tokens":1584}"""));
        var call = rig.Call("all", finish: new GatewayError(ErrorKind.Internal, "The disk is full."));

        (await rig.GenerateAsync(call)).Error!.Message.ShouldBe("The disk is full.");

        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.Internal);
        rig.Outcome.Usage.OutputTokens.ShouldBe(1584);
        rig.Upstream.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Polling_ClientGone_AsksNoMoreAndSettles()
    {
        using var gone = new CancellationTokenSource();
        using var rig = new ImageRig();
        rig.Upstream.On("bfl", 200, Ordered).On("bfl", 200, Pending);
        var call = rig.Call("all");
        rig.Upstream.On("openai", 500, "{}");
        var waiting = rig.GenerateAsync(call, gone.Token);
        while (rig.Upstream.Asked.Count < 4)
        {
            rig.Time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(1, CancellationToken.None);
        }

        await gone.CancelAsync();
        (await waiting).Error!.Kind.ShouldBe(ErrorKind.Canceled);
        var asked = rig.Upstream.Asked.Count;
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        rig.Upstream.Asked.Count.ShouldBe(asked);
        rig.Outcome.Error!.Kind.ShouldBe(ErrorKind.Canceled);
        rig.Outcome.Usage.ShouldBe(new Usage { InputTokens = 2, IsEstimate = true });
        call.Attempts.Select(attempt => attempt.Outcome).ShouldBe([ErrorKind.UpstreamFailed, ErrorKind.Canceled]);
    }

    [Theory]
    [InlineData("""{"id":"7","status":"Request Moderated"}""", ErrorKind.ContentFiltered)]
    [InlineData("""{"id":"7","status":"Error"}""", ErrorKind.UpstreamFailed)]
    public async Task Polling_EndsBadly_IsTold(string last, ErrorKind kind)
    {
        using var rig = new ImageRig();
        rig.Upstream.On("bfl", 200, Ordered).On("bfl", 200, last);
        (await rig.UntilAsync(rig.GenerateAsync(rig.Call("bfl/flux-pro-1.1")))).Error!.Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task PictureAtAnAddress_IsFetchedWithoutTheCredential()
    {
        var headers = "";
        await using var site = await TestSite.StartAsync(context =>
        {
            headers = string.Join(' ', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}"));
            return context.Response.Body.WriteAsync(ImageRig.Png).AsTask();
        });
        using var rig = new ImageRig { Network = site.Network };
        rig.Upstream.On("ideogram", 200, At($"http://site.test:{site.Port}/a.png"));
        (await rig.GenerateAsync(rig.Call("ideogram/ideogram-v3"))).Error.ShouldBeNull();
        rig.Darkroom!.Developed.ShouldBe(["11 bytes, 9:16, ideogram/ideogram-v3"]);
        headers.ShouldNotContain(ImageRig.Canary);
    }

    [Fact]
    public async Task PictureAtAnAddress_OnTheProvidersOwnOrigin_MayLieInside()
    {
        await using var site = await TestSite.StartAsync(context => context.Response.Body.WriteAsync(ImageRig.Png).AsTask());
        site.Network.Leads(IPAddress.Loopback, site.Port).Name("localai", IPAddress.Loopback);
        using var rig = new ImageRig { Network = site.Network };
        rig.Upstream.On("localai", 200, """{"data":[{"url":"http://localai/generated-images/a.png"}]}""");
        (await rig.GenerateAsync(rig.Call("localai/flux"))).Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("http://127.0.0.1/a.png", "The address could not be reached.")]
    [InlineData("http://[::ffff:169.254.169.254]/a.png", "The address could not be reached.")]
    [InlineData("http://site.test:PORT/inward", "The address could not be reached.")]
    [InlineData("http://site.test:PORT/gone", "The address answered with HTTP status 404.")]
    [InlineData("http://site.test:PORT/huge", "The address answered with more bytes than are taken.")]
    [InlineData("http://site.test:PORT/page", "The picture begins with <html.")]
    [InlineData("file:///etc/passwd", "The address is not an http or https address without user information.")]
    public async Task PictureAtAnAddress_ThatIsNone_IsToldAboutTheProvider(string address, string reason)
    {
        await using var site = await TestSite.StartAsync(async context =>
        {
            switch (context.Request.Path.Value)
            {
                case "/inward":
                    context.Response.Redirect("http://127.0.0.1:1/secret");
                    break;
                case "/huge":
                    context.Response.ContentLength = ImageClient.MaxBytes + 1;
                    await context.Response.StartAsync();
                    break;
                case "/page":
                    context.Response.ContentType = "image/png";
                    await context.Response.WriteAsync("<html></html>");
                    break;
                default:
                    context.Response.StatusCode = 404;
                    break;
            }
        });
        using var rig = new ImageRig { Network = site.Network };
        rig.Upstream.On("ideogram", 200, At(address.Replace("PORT", site.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)));
        var error = (await rig.GenerateAsync(rig.Call("ideogram/ideogram-v3"))).Error.ShouldNotBeNull();
        error.Kind.ShouldBe(ErrorKind.UpstreamInvalidResponse);
        error.Provider.ShouldBe("ideogram");
        error.Message.ShouldStartWith("Ideogram answered with no picture that can be used. ");
        error.Message.ShouldEndWith(reason);
        site.Network.Tried.ShouldAllBe(place => place.Port != 1);
    }

    [Fact]
    public async Task Darkroom_ThatIsDown_CostsNoSecondPicture()
    {
        using var rig = new ImageRig { Darkroom = new FakeDarkroom { Refusal = new GatewayError(ErrorKind.StarterUnavailable, "The picture engine starts.") } };
        rig.Upstream.On("openai", 200, ImageRig.Base64Answer());
        (await rig.GenerateAsync(rig.Call("all"))).Error!.Message.ShouldBe("The picture engine starts.");
        rig.Upstream.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Darkroom_ThatIsMissing_CostsNoPicture()
    {
        using var rig = new ImageRig { Darkroom = null };
        (await rig.GenerateAsync(rig.Call("all"))).Error!.Kind.ShouldBe(ErrorKind.StarterUnavailable);
        rig.Upstream.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Composer_MakesOurOwnPicture_TakenAsItIs()
    {
        var size = "";
        using var rig = new ImageRig();
        rig.Upstream.On("starter", async (request, cancellation) =>
        {
            size = JsonElement.Parse(await request.Content!.ReadAsByteArrayAsync(cancellation)).GetProperty("size").GetString();
            return new HttpResponseMessage { Content = new StringContent(ImageRig.Base64Answer()) };
        });
        var call = rig.Call("all", KeyMode.Test);
        var response = (await rig.GenerateAsync(call)).Response.ShouldNotBeNull();
        response.IsComposed.ShouldBeTrue();
        var image = response.Images.ShouldHaveSingleItem();
        (image.MediaType, image.Width, image.Height).ShouldBe(("image/png", 768, 1364));
        image.Data.ToArray().ShouldBe(ImageRig.Png);
        call.ServedBy.ShouldBe("starter/composer");
        rig.Upstream.Asked.ShouldBe(["starter/v1/images/generations"]);
        rig.Darkroom!.Developed.ShouldBeEmpty();
        size.ShouldBe("768x1364");
    }

    [Fact]
    public async Task Composer_NeverFetchesAnything()
    {
        using var rig = new ImageRig();
        rig.Upstream.On("starter", 200, """{"data":[{"url":"http://site.test/a.png"}]}""");
        (await rig.GenerateAsync(rig.Call("all", KeyMode.Test))).Error!.Kind.ShouldBe(ErrorKind.UpstreamInvalidResponse);
        rig.Network.Tried.ShouldBeEmpty();
    }

    [Fact]
    public async Task Seed_ThatTheModelDoesNotTake_IsNamed()
    {
        using var rig = new ImageRig();
        rig.Upstream.On("openai", 200, ImageRig.Base64Answer());
        var asked = rig.Call("all");
        var call = new ImageCall(asked.Settings, asked.Dialect, asked.Caller, asked.Request with { Seed = 7 }, asked.StartedAt);
        await rig.GenerateAsync(call);
        call.Dropped.ShouldBe(["seed"]);
    }

    [Fact]
    public async Task Form_ForIdeogram_IsMultipart()
    {
        var form = "";
        using var rig = new ImageRig();
        rig.Upstream.On("ideogram", async (request, cancellation) =>
        {
            form = await request.Content!.ReadAsStringAsync(cancellation);
            return new HttpResponseMessage(HttpStatusCode.InternalServerError);
        });
        await rig.GenerateAsync(rig.Call("ideogram/ideogram-v3"));
        rig.Upstream.Requests[0].Content!.Headers.ContentType!.MediaType.ShouldBe("multipart/form-data");
        form.ShouldContain("name=\"prompt\"\r\n\r\nA lake\r\n");
        form.ShouldContain("name=\"aspect_ratio\"\r\n\r\n9x16\r\n");
    }

    private static string At(string address) => $$"""{"data":[{"is_image_safe":true,"url":"{{address}}"}]}""";
}
