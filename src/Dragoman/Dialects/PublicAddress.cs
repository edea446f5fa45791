using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Dragoman.Routing;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

/// <summary>What lies on this server, by the address that a caller can follow.</summary>
internal static class PublicAddress
{
    private const int LongestHost = 261; // A name of 253 letters, a colon, a port.

    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:[]");

    /// <param name="address">Absolute, and then returned as it is; else a path on this server.</param>
    /// <returns>
    /// The path under the operator's public address; where there is none, under the one by which the request came. The <c>Host</c> of a request is whatever
    /// its sender wrote: one that is no host gives way to the address that the request reached.
    /// </returns>
    public static Uri Of(HttpContext context, Uri address, PublicSettings settings)
    {
        if (address.IsAbsoluteUri)
        {
            return address;
        }

        return new Uri((settings.Url ?? AddressOf(context)).AbsoluteUri.TrimEnd('/') + address.OriginalString);
    }

    private static Uri AddressOf(HttpContext context)
    {
        var request = context.Request;
        var scheme = request.IsHttps ? "https" : "http";
        var root = TryCreate(scheme, request.Host.Value, out var named) ? named : LocalAddress(scheme, context.Connection);
        return new Uri(root.AbsoluteUri.TrimEnd('/') + request.PathBase.ToUriComponent());
    }

    private static bool TryCreate(string scheme, string? host, [NotNullWhen(true)] out Uri? root)
    {
        root = null;
        return host is { Length: > 0 and <= LongestHost }
            && !host.AsSpan().ContainsAnyExcept(HostCharacters)
            && Uri.TryCreate($"{scheme}://{host}/", UriKind.Absolute, out root);
    }

    private static Uri LocalAddress(string scheme, ConnectionInfo connection)
    {
        var local = connection.LocalIpAddress ?? IPAddress.Loopback;
        return new Uri($"{scheme}://{new IPEndPoint(local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local, connection.LocalPort)}/");
    }
}
