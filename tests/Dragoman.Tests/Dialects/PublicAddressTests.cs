using System.Net;
using Dragoman.Dialects;
using Dragoman.Routing;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Tests.Dialects;

public sealed class PublicAddressTests
{
    private static readonly Uri Picture = new("/images/0.jpg", UriKind.Relative);

    [Theory]
    [InlineData("https://ai.example.com", "https://ai.example.com/images/0.jpg")]
    [InlineData("https://ai.example.com/", "https://ai.example.com/images/0.jpg")]
    [InlineData("https://ai.example.com:8443/gateway/", "https://ai.example.com:8443/gateway/images/0.jpg")]
    [InlineData("http://[fd00::7]/a/b", "http://[fd00::7]/a/b/images/0.jpg")]
    public void Of_ThePublicUrl_IsUnderIt(string url, string address) =>
        PublicAddress.Of(Request("elsewhere.example"), Picture, new PublicSettings { Url = new Uri(url) }).AbsoluteUri.ShouldBe(address);

    [Fact]
    public void Of_AnAbsoluteAddress_IsTheSame()
    {
        var address = new Uri("https://s3.example.com/bucket/0.jpg?X-Amz-Signature=0");
        PublicAddress.Of(Request("here.example"), address, new PublicSettings { Url = new Uri("https://ai.example.com") }).ShouldBe(address);
    }

    [Theory]
    [InlineData("here.example", "http://here.example/images/0.jpg")]
    [InlineData("here.example:8080", "http://here.example:8080/images/0.jpg")]
    [InlineData("HERE.example:80", "http://here.example/images/0.jpg")]
    [InlineData("127.0.0.1:8080", "http://127.0.0.1:8080/images/0.jpg")]
    [InlineData("[::1]:8080", "http://[::1]:8080/images/0.jpg")]
    [InlineData("my_host", "http://my_host/images/0.jpg")]
    public void Of_AHost_IsUnderIt(string host, string address) => Of(Request(host)).ShouldBe(address);

    [Theory]
    [InlineData("")]
    [InlineData("evil.example\r\nSet-Cookie: a=b")]
    [InlineData("evil.example\n")]
    [InlineData("evil example")]
    [InlineData("user@evil.example")]
    [InlineData("user:pass@evil.example")]
    [InlineData("evil.example/path")]
    [InlineData("evil.example\\path")]
    [InlineData("evil.example?query")]
    [InlineData("evil.example#fragment")]
    [InlineData("evil.example\"><script>")]
    [InlineData("evil.example%2f")]
    [InlineData("évil.example")]
    [InlineData("evil.example:port")]
    [InlineData("evil.example:99999999")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[evil]")]
    [InlineData(":8080")]
    [InlineData("..")]
    public void Of_AHostThatIsNone_IsTheAddressThatTheRequestReached(string host) => Of(Request(host)).ShouldBe("http://192.0.2.7:8081/images/0.jpg");

    [Fact]
    public void Of_AHostOfTenKilobytes_IsTheAddressThatTheRequestReached() =>
        Of(Request(string.Concat(Enumerable.Repeat("a.", 5000)))).ShouldBe("http://192.0.2.7:8081/images/0.jpg");

    [Theory]
    [InlineData("::1", "http://[::1]:8081/images/0.jpg")]
    [InlineData("::ffff:192.0.2.7", "http://192.0.2.7:8081/images/0.jpg")]
    [InlineData(null, "http://127.0.0.1:8081/images/0.jpg")]
    public void Of_NoHost_TakesEveryKindOfAddress(string? local, string address)
    {
        var request = Request("");
        request.Connection.LocalIpAddress = local is null ? null : IPAddress.Parse(local);
        Of(request).ShouldBe(address);
    }

    [Theory]
    [InlineData("/gateway", "https://here.example/gateway/images/0.jpg")]
    [InlineData("//evil.example", "https://here.example//evil.example/images/0.jpg")]
    [InlineData("/a b?c", "https://here.example/a%20b%3Fc/images/0.jpg")]
    public void Of_AnHttpsRequestUnderAPath_KeepsBoth(string pathBase, string address)
    {
        var request = Request("here.example");
        request.Request.Scheme = "https";
        request.Request.PathBase = pathBase;
        Of(request).ShouldBe(address);
    }

    [Fact]
    public void Of_ASchemeThatIsNone_IsHttp()
    {
        var request = Request("here.example");
        request.Request.Scheme = "javascript";
        Of(request).ShouldBe("http://here.example/images/0.jpg");
    }

    private static string Of(HttpContext context) => PublicAddress.Of(context, Picture, new PublicSettings()).AbsoluteUri;

    private static DefaultHttpContext Request(string host)
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = "http";
        context.Request.Headers.Host = host;
        context.Connection.LocalIpAddress = IPAddress.Parse("192.0.2.7");
        context.Connection.LocalPort = 8081;
        return context;
    }
}
