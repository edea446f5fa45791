using System.Net;

namespace Dragoman.Tests.Configuration;

public sealed class PublicSectionTests
{
    [Fact]
    public void Compile_Nothing_TrustsNobody()
    {
        var settings = Settings.Compile("{}").Public;
        settings.Url.ShouldBeNull();
        settings.TrustedProxies.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""["10.0.0.7", "fd00::/8", "192.168.0.0/16", "::1"]""")]
    [InlineData("\"10.0.0.7, fd00::/8,192.168.0.0/16 , ::1\"")]
    [InlineData("""["10.0.0.7,fd00::/8", "192.168.0.0/16", "::1"]""")]
    public void Compile_Proxies_AreAddressesAndNetworks(string written) => Settings.Compile($$"""{"Public":{"TrustedProxies":{{written}} } }""").Public.TrustedProxies
        .ShouldBe([IPNetwork.Parse("10.0.0.7/32"), IPNetwork.Parse("fd00::/8"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("::1/128")]);

    [Fact]
    public void Compile_AUrl_IsRead() =>
        Settings.Compile("""{"Public":{"Url":"https://ai.example.com/gateway/"}}""").Public.Url.ShouldBe(new Uri("https://ai.example.com/gateway/"));

    [Theory]
    [InlineData("\"https://ai.example.com\"", "Public: is a section, not a value")]
    [InlineData("""{"BaseUrl":"https://ai.example.com"}""", "Public:BaseUrl: there is no such setting. Settings: Url, TrustedProxies.")]
    [InlineData("""{"Url":"ai.example.com"}""", "Public:Url: is not an address of the form https://host/path")]
    [InlineData("""{"Url":"/gateway"}""", "Public:Url: is not an address")]
    [InlineData("""{"Url":"ftp://ai.example.com"}""", "Public:Url: is not an address")]
    [InlineData("""{"Url":"https://ai.example.com/?a=b"}""", "Public:Url: is not an address")]
    [InlineData("""{"Url":"https://ai.example.com/#a"}""", "Public:Url: is not an address")]
    [InlineData("""{"Url":"https://user@ai.example.com/"}""", "Public:Url: is not an address")]
    [InlineData("""{"TrustedProxies":["10.0.0.1","proxy.example.com"]}""", "Public:TrustedProxies:1: 'proxy.example.com' is neither an address")]
    [InlineData("""{"TrustedProxies":"10"}""", "Public:TrustedProxies: '10' is neither an address")]
    [InlineData("""{"TrustedProxies":"0x7f.0.0.1"}""", "Public:TrustedProxies: '0x7f.0.0.1' is neither")]
    [InlineData("""{"TrustedProxies":"10.0.0.0/33"}""", "Public:TrustedProxies: '10.0.0.0/33' is neither")]
    [InlineData("""{"TrustedProxies":"10.0.0.0/"}""", "Public:TrustedProxies: '10.0.0.0/' is neither")]
    [InlineData("""{"TrustedProxies":"*"}""", "Public:TrustedProxies: '*' is neither")]
    public void Compile_AMistake_IsToldWithItsPlace(string section, string mistake) =>
        Settings.TryCompile($$"""{"Public":{{section}} }""").Mistakes.ShouldHaveSingleItem().ShouldStartWith(mistake);
}
