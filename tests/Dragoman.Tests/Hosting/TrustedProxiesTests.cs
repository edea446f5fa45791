using System.Net;
using Dragoman.Dialects;
using Dragoman.Hosting;
using Dragoman.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dragoman.Tests.Hosting;

/// <summary>What a request from loopback is told of its own address, by which proxies are trusted.</summary>
public sealed class TrustedProxiesTests
{
    private static readonly (string, string)[] Forwarded =
    [
        ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "ai.example.com"), ("X-Forwarded-Prefix", "/gateway"),
    ];

    [Theory]
    [InlineData("127.0.0.1/32")]
    [InlineData("10.0.0.0/8", "127.0.0.0/8")]
    public async Task Forwarded_ByATrustedProxy_Counts(params string[] proxies) =>
        (await AskAsync(proxies, Forwarded)).ShouldBe("https://ai.example.com/gateway/images/0.jpg");

    [Theory]
    [InlineData]
    [InlineData("10.0.0.0/8")]
    [InlineData("127.0.0.2/32", "::1/128")]
    public async Task Forwarded_ByAnyoneElse_CountsForNothing(params string[] proxies) =>
        (await AskAsync(proxies, Forwarded)).ShouldBe("http://here.example/images/0.jpg");

    [Fact]
    public async Task Forwarded_OverSeveralProxies_CountsAsTheLastOneSaid() => (await AskAsync(
        ["127.0.0.0/8"],
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "forged.example, ai.example.com"))).ShouldBe("https://ai.example.com/images/0.jpg");

    [Theory]
    [InlineData("evil.example/path")]
    [InlineData("user@evil.example")]
    [InlineData("evil example")]
    public async Task Forwarded_AHostThatIsNone_NeverComesOut(string host) =>
        (await AskAsync(["127.0.0.1/32"], ("X-Forwarded-Host", host))).ShouldNotContain("evil");

    private static async Task<string> AskAsync(string[] proxies, params (string Name, string Value)[] headers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.UseTrustedProxies([.. proxies.Select(IPNetwork.Parse)]);
        app.Run(context => context.Response.WriteAsync(
            PublicAddress.Of(context, new Uri("/images/0.jpg", UriKind.Relative), new PublicSettings()).AbsoluteUri));
        await app.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(app.Urls.First()));
        request.Headers.Host = "here.example";
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        using var response = await client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
