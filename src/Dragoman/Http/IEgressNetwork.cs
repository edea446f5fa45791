using System.Net;
using System.Net.Sockets;

namespace Dragoman.Http;

/// <summary>The network as a guarded fetch sees it: names to addresses, addresses to connections, and nothing that does both.</summary>
internal interface IEgressNetwork
{
    /// <summary>The addresses of a name, the best first.</summary>
    /// <exception cref="SocketException">There is no such name, or nobody to ask.</exception>
    ValueTask<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken);

    /// <summary>A connection to exactly that address.</summary>
    /// <exception cref="SocketException">There is none to be had.</exception>
    ValueTask<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken);
}

/// <summary>The machine's own resolver and sockets.</summary>
internal sealed class SystemNetwork : IEgressNetwork
{
    public async ValueTask<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken) =>
        await Dns.GetHostAddressesAsync(name, cancellationToken);

    public async ValueTask<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
