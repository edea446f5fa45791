using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace Dragoman.Http;

/// <summary>
/// Judges where a fetch may go whose address came from a caller: to the public internet and nowhere else. What is judged is the address that a
/// connection is about to be made to, never a name or the way in which an address is written.
/// </summary>
/// <param name="trusted">
/// Origins that the operator configured, as exceptions: any address behind them is allowed. A name is one whole origin; a name beneath it, another
/// port or another spelling of the host is not.
/// </param>
internal sealed class EgressGuard(params IEnumerable<Origin> trusted)
{
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>
    /// What a server on the internet cannot have as its address: every block of the IANA IPv4 and IPv6 Special-Purpose Address Registries,
    /// multicast, reserved space, and one address of a cloud. Blocks that the registries call globally reachable are here too: they are anycast to
    /// whatever service of the local network is nearest. Of IPv6 only what lies in <c>2000::/3</c> is listed, because the rest is refused whole:
    /// <c>::</c>, <c>::1</c>, mapped, compatible and translated IPv4 (<c>64:ff9b::/96</c>, <c>64:ff9b:1::/48</c>), discard, segment routing, unique
    /// local, link-local, site-local, multicast.
    /// </summary>
    private static readonly IPNetwork[] SpecialPurpose =
    [
        IPNetwork.Parse("0.0.0.0/8"), // This network, RFC 791.
        IPNetwork.Parse("10.0.0.0/8"), // Private, RFC 1918.
        IPNetwork.Parse("100.64.0.0/10"), // Shared by carriers, RFC 6598; Alibaba's metadata service.
        IPNetwork.Parse("127.0.0.0/8"), // Loopback, RFC 1122.
        IPNetwork.Parse("168.63.129.16/32"), // Azure's platform service, a public address that is answered by each virtual machine's own host.
        IPNetwork.Parse("169.254.0.0/16"), // Link-local, RFC 3927; the metadata service of most clouds.
        IPNetwork.Parse("172.16.0.0/12"), // Private, RFC 1918.
        IPNetwork.Parse("192.0.0.0/24"), // Protocol assignments, RFC 6890, with PCP's and TURN's anycast; Oracle's metadata service.
        IPNetwork.Parse("192.0.2.0/24"), // Documentation, RFC 5737.
        IPNetwork.Parse("192.31.196.0/24"), // AS112, RFC 7535.
        IPNetwork.Parse("192.52.193.0/24"), // Multicast relays (AMT), RFC 7450.
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays, RFC 7526.
        IPNetwork.Parse("192.168.0.0/16"), // Private, RFC 1918.
        IPNetwork.Parse("192.175.48.0/24"), // AS112, RFC 7534.
        IPNetwork.Parse("198.18.0.0/15"), // Benchmarking, RFC 2544.
        IPNetwork.Parse("198.51.100.0/24"), // Documentation, RFC 5737.
        IPNetwork.Parse("203.0.113.0/24"), // Documentation, RFC 5737.
        IPNetwork.Parse("224.0.0.0/4"), // Multicast, RFC 1112.
        IPNetwork.Parse("240.0.0.0/4"), // Reserved, RFC 1112, and broadcast, RFC 919.

        IPNetwork.Parse("2001::/23"), // Protocol assignments, RFC 2928: Teredo, benchmarking, ORCHID, AMT, AS112, drones and all to come.
        IPNetwork.Parse("2001:db8::/32"), // Documentation, RFC 3849.
        IPNetwork.Parse("2002::/16"), // 6to4, RFC 3056: holds an IPv4 address.
        IPNetwork.Parse("2620:4f:8000::/48"), // AS112, RFC 7534.
        IPNetwork.Parse("3fff::/20"), // Documentation, RFC 9637.
    ];

    private readonly FrozenSet<Origin> _trusted = trusted.ToFrozenSet();

    /// <summary>Whether a request for <paramref name="target"/> may be sent to <paramref name="address"/>, one that its host stands for.</summary>
    public bool Allows(Uri target, IPAddress address) => _trusted.Contains(Origin.Of(target)) || IsPublic(address);

    /// <summary>Globally routable unicast, by what is registered.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6
            && (address.ScopeId != 0 || !GlobalUnicast.Contains(address) || IsIsatap(address)))
        {
            return false;
        }

        foreach (var network in SpecialPurpose)
        {
            if (network.Contains(address))
            {
                return false;
            }
        }

        return address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;
    }

    /// <summary>RFC 5214: an interface identifier that holds an IPv4 address, in any network; routers take it there.</summary>
    private static bool IsIsatap(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out _) && bytes[8..12] is [0x00 or 0x02, 0x00, 0x5e, 0xfe];
    }
}

/// <summary>Whose an address is (RFC 6454). The host is as it goes over the wire: lower case, Punycode, IPv6 without brackets.</summary>
internal readonly record struct Origin(string Scheme, string Host, int Port)
{
    /// <exception cref="UriFormatException">The host is no name that can be looked up.</exception>
    public static Origin Of(Uri address) => new(address.Scheme, address.IdnHost, address.Port);
}
