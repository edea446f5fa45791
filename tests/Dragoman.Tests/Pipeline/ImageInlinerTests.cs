using System.Net;
using Dragoman.Model;
using Dragoman.Tests.Http;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Tests.Pipeline;

public sealed class ImageInlinerTests
{
    private const ChatParameters NoAddresses = ChatParameters.All & ~ChatParameters.ImageUrlInput;

    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];

    [Fact]
    public async Task ImageByAddress_ProviderTakesBytesOnly_IsFetchedAndSentAsBytes()
    {
        await using var site = await TestSite.StartAsync(context => context.Response.Body.WriteAsync(Png).AsTask());
        var provider = new FakeProvider();
        using var rig = Rig(site.Network, provider);
        (await rig.CompleteAsync(rig.Call(Ask($"http://site.test:{site.Port}/a.png")))).Error.ShouldBeNull();

        var parts = provider.LastWritten!.Messages[1].Parts;
        parts[0].ShouldBe(new TextPart("What is this?"));
        var image = parts[1].ShouldBeOfType<ImagePart>();
        image.Url.ShouldBeNull();
        image.MediaType.ShouldBe("image/png");
        image.Detail.ShouldBe("low");
        image.Data.ToArray().ShouldBe(Png);
    }

    [Fact]
    public async Task ImageByAddress_ProviderFetchesItself_IsLeftAsItIs()
    {
        var provider = new FakeProvider();
        using var rig = new GatewayRig(new FakeUpstream().On("a", 200, "answer"), GatewayRig.Deploy("a", provider));
        (await rig.CompleteAsync(rig.Call(Ask("http://127.0.0.1/secret.png")))).Error.ShouldBeNull();
        provider.LastWritten!.Messages[1].Parts[1].ShouldBeOfType<ImagePart>().Url.ShouldBe("http://127.0.0.1/secret.png");
        rig.Network.Tried.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://127.0.0.1/a.png")]
    [InlineData("http://2130706433/a.png")]
    [InlineData("http://[::ffff:169.254.169.254]/a.png")]
    [InlineData("http://inside.test/a.png")]
    [InlineData("file:///etc/passwd")]
    public async Task ImageByAddress_LeadsInward_IsRefusedWithoutAConnection(string address)
    {
        var network = new FakeNetwork().Name("inside.test", IPAddress.Parse("10.0.0.7"));
        using var rig = Rig(network, new FakeProvider());
        var error = (await rig.CompleteAsync(rig.Call(Ask(address)))).Error.ShouldNotBeNull();
        error.Kind.ShouldBe(ErrorKind.InvalidRequest);
        error.Parameter.ShouldBe("messages");
        error.Message.ShouldStartWith("An image of message 2 could not be fetched.");
        network.Tried.ShouldBeEmpty();
    }

    [Fact]
    public async Task ImageByAddress_OnTheProvidersOwnOrigin_IsFetched()
    {
        await using var site = await TestSite.StartAsync(context => context.Response.Body.WriteAsync(Png).AsTask());
        site.Network.Leads(IPAddress.Loopback, site.Port).Name("a", IPAddress.Loopback);
        var provider = new FakeProvider();
        using var rig = Rig(site.Network, provider);
        (await rig.CompleteAsync(rig.Call(Ask("http://a/picture.png")))).Error.ShouldBeNull();
        provider.LastWritten!.Messages[1].Parts[1].ShouldBeOfType<ImagePart>().MediaType.ShouldBe("image/png");
        (await rig.CompleteAsync(rig.Call(Ask("http://a:81/picture.png")))).Error!.Message.ShouldContain("could not be reached");
    }

    [Fact]
    public async Task ImageByAddress_IsAPage_IsRefused()
    {
        await using var site = await TestSite.StartAsync(async context =>
        {
            context.Response.ContentType = "image/png";
            await context.Response.WriteAsync("<html></html>");
        });
        using var rig = Rig(site.Network, new FakeProvider());
        (await rig.CompleteAsync(rig.Call(Ask($"http://site.test:{site.Port}/a.png")))).Error!.Message.ShouldContain("no PNG, JPEG, GIF or WebP image");
    }

    [Fact]
    public async Task ImagesByAddress_TooMany_AreRefused()
    {
        await using var site = await TestSite.StartAsync(context => context.Response.Body.WriteAsync(Png).AsTask());
        using var rig = Rig(site.Network, new FakeProvider());
        var request = Ask("") with
        {
            Messages = [new ChatMessage(ChatRole.User, [.. Enumerable.Repeat(new ImagePart { Url = $"http://site.test:{site.Port}/a.png" }, 21)])],
        };
        (await rig.CompleteAsync(rig.Call(request))).Error!.Message.ShouldContain("at most 20 images");
    }

    [Fact]
    public async Task ImagesByAddress_SecondAttempt_FetchesNothingAgain()
    {
        var fetches = 0;
        await using var site = await TestSite.StartAsync(context =>
        {
            fetches++;
            return context.Response.Body.WriteAsync(Png).AsTask();
        });
        var second = new FakeProvider();
        var upstream = new FakeUpstream().On("a", 500, "no").On("b", 200, "answer");
        using var rig = new GatewayRig(upstream, GatewayRig.Deploy("a", null, NoAddresses), GatewayRig.Deploy("b", second, NoAddresses)) { Network = site.Network };
        (await rig.CompleteAsync(rig.Call(Ask($"http://site.test:{site.Port}/a.png")))).Error.ShouldBeNull();
        second.LastWritten!.Messages[1].Parts[1].ShouldBeOfType<ImagePart>().Url.ShouldBeNull();
        fetches.ShouldBe(1);
    }

    private static GatewayRig Rig(FakeNetwork network, FakeProvider provider) =>
        new(new FakeUpstream().On("a", 200, "answer"), GatewayRig.Deploy("a", provider, NoAddresses)) { Network = network };

    private static ChatRequest Ask(string address) => new()
    {
        Model = "m",
        Messages =
        [
            ChatMessage.OfText(ChatRole.System, "Look."),
            new ChatMessage(ChatRole.User, [new TextPart("What is this?"), new ImagePart { Url = address, Detail = "low" }]),
        ],
    };
}
