using System.Net;
using Dragoman.Http;

namespace Dragoman.Tests.Http;

public sealed class EgressGuardTests
{
    [Theory]
    [InlineData("1.0.0.0")]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("93.184.215.14")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("168.63.129.15")]
    [InlineData("168.63.129.17")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("191.255.255.255")]
    [InlineData("192.0.1.0")]
    [InlineData("192.0.3.0")]
    [InlineData("192.31.195.255")]
    [InlineData("192.31.197.0")]
    [InlineData("192.52.192.255")]
    [InlineData("192.52.194.0")]
    [InlineData("192.88.98.255")]
    [InlineData("192.88.100.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("192.175.47.255")]
    [InlineData("192.175.49.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("198.51.99.255")]
    [InlineData("198.51.101.0")]
    [InlineData("203.0.112.255")]
    [InlineData("203.0.114.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2000::1")]
    [InlineData("2001:200::")]
    [InlineData("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:db9::")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2003::")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2620:4f:7fff::")]
    [InlineData("2620:4f:8001::")]
    [InlineData("2a00:1450:4001:81b::200e")]
    [InlineData("3fff:1000::")]
    public void Address_OnTheInternet_IsPublic(string address) => EgressGuard.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("0.0.0.0", "0.255.255.255")]
    [InlineData("10.0.0.0", "10.255.255.255")]
    [InlineData("100.64.0.0", "100.127.255.255")]
    [InlineData("100.100.100.200", "100.100.100.200")]
    [InlineData("127.0.0.0", "127.255.255.255")]
    [InlineData("168.63.129.16", "168.63.129.16")]
    [InlineData("169.254.0.0", "169.254.255.255")]
    [InlineData("169.254.169.254", "169.254.170.2")]
    [InlineData("172.16.0.0", "172.31.255.255")]
    [InlineData("192.0.0.0", "192.0.0.255")]
    [InlineData("192.0.0.9", "192.0.0.10")]
    [InlineData("192.0.0.192", "192.0.0.192")]
    [InlineData("192.0.2.0", "192.0.2.255")]
    [InlineData("192.31.196.0", "192.31.196.255")]
    [InlineData("192.52.193.0", "192.52.193.255")]
    [InlineData("192.88.99.0", "192.88.99.255")]
    [InlineData("192.168.0.0", "192.168.255.255")]
    [InlineData("192.175.48.0", "192.175.48.255")]
    [InlineData("198.18.0.0", "198.19.255.255")]
    [InlineData("198.51.100.0", "198.51.100.255")]
    [InlineData("203.0.113.0", "203.0.113.255")]
    [InlineData("224.0.0.0", "239.255.255.255")]
    [InlineData("240.0.0.0", "255.255.255.254")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::", "::1")]
    [InlineData("::7f00:1", "::ffff:ffff")] // IPv4-compatible.
    [InlineData("::ffff:0.0.0.0", "::ffff:255.255.255.255")]
    [InlineData("::ffff:127.0.0.1", "::ffff:93.184.215.14")] // Mapped: refused whatever it holds.
    [InlineData("::ffff:0:127.0.0.1", "::ffff:0:127.0.0.1")] // Translated, RFC 2765.
    [InlineData("64:ff9b::", "64:ff9b::ffff:ffff")]
    [InlineData("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("100::", "100::ffff:ffff:ffff:ffff")]
    [InlineData("100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff")]
    [InlineData("200::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff")] // Teredo.
    [InlineData("2001:1::1", "2001:1::3")]
    [InlineData("2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:3::", "2001:4:112:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:10::", "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff")] // ORCHID.
    [InlineData("2001:20::", "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff")] // ORCHIDv2, drones.
    [InlineData("2001:1ff::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2002:7f00:1::", "2002:a9fe:a9fe::1")]
    [InlineData("2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a9fe:a9fe")] // ISATAP.
    [InlineData("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("4000::", "5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("8000::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("fd00:ec2::254", "fd20:ce::254")] // Metadata services of two clouds.
    [InlineData("fe00::", "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void Address_OfASpecialPurpose_IsNotPublic(string first, string last)
    {
        EgressGuard.IsPublic(IPAddress.Parse(first)).ShouldBeFalse();
        EgressGuard.IsPublic(IPAddress.Parse(last)).ShouldBeFalse();
    }

    [Fact]
    public void Address_WithAZone_IsNotPublic()
    {
        var address = IPAddress.Parse("2606:4700::1111");
        EgressGuard.IsPublic(address).ShouldBeTrue();
        EgressGuard.IsPublic(new IPAddress(address.GetAddressBytes(), scopeid: 2)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("http://127.0.0.1:11434/api/tags", true)]
    [InlineData("HTTP://127.1:11434", true)] // The same address, and so the same origin.
    [InlineData("http://models.internal/x.png?y#z", true)]
    [InlineData("http://MODELS.internal:80/", true)]
    [InlineData("https://xn--bcher-kva.internal/", true)]
    [InlineData("http://[::1]:9000/", true)]
    [InlineData("http://[0:0:0:0:0:0:0:1]:9000/", true)]
    [InlineData("https://127.0.0.1:11434/", false)]
    [InlineData("http://127.0.0.1/", false)]
    [InlineData("http://127.0.0.1:11435/", false)]
    [InlineData("http://127.0.0.2:11434/", false)]
    [InlineData("http://localhost:11434/", false)]
    [InlineData("http://127.0.0.1.:11434/", false)]
    [InlineData("https://models.internal/", false)]
    [InlineData("http://models.internal:8080/", false)]
    [InlineData("http://models.internal./", false)]
    [InlineData("http://x.models.internal/", false)]
    [InlineData("http://internal/", false)]
    [InlineData("http://evil.example/?http://models.internal/", false)]
    public void Exception_OfTheOperators_IsOneOriginExactly(string address, bool isAllowed)
    {
        string[] trusted = ["http://127.0.0.1:11434/v1", "http://models.internal", "https://bücher.internal", "http://[::1]:9000"];
        var guard = new EgressGuard(trusted.Select(origin => Origin.Of(new Uri(origin))));
        guard.Allows(new Uri(address), IPAddress.Loopback).ShouldBe(isAllowed);
        guard.Allows(new Uri(address), IPAddress.Parse("93.184.215.14")).ShouldBeTrue();
        new EgressGuard().Allows(new Uri(address), IPAddress.Loopback).ShouldBeFalse();
    }
}
