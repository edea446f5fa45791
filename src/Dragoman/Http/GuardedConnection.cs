using System.Net;
using System.Net.Sockets;

namespace Dragoman.Http;

/// <summary>Makes connections on behalf of callers: to addresses that the guard has judged in the same step, and to no other.</summary>
internal static class GuardedConnection
{
    /// <summary>Of a name with many addresses.</summary>
    private const int MostAddresses = 4;

    private static readonly TimeSpan WaitForOne = TimeSpan.FromSeconds(5);

    /// <param name="target">Whose address it is: what the guard is asked about.</param>
    /// <param name="host">A name or an address as text.</param>
    /// <exception cref="SocketException">There is no connection to be had, or none that is allowed.</exception>
    public static async ValueTask<Stream> OpenAsync(
        IEgressNetwork network, EgressGuard guard, TimeProvider time, Uri target, string host, int port, CancellationToken deadline)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await network.ResolveAsync(host, deadline);

        // One bad address among good ones makes the good ones no worse: networks that translate IPv6 to IPv4 add theirs to every name.
        foreach (var address in addresses.Where(address => guard.Allows(target, address)).Take(MostAddresses))
        {
            using var wait = new Deadline(WaitForOne, time, deadline);
            try
            {
                return await network.ConnectAsync(new IPEndPoint(address, port), wait.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException && !deadline.IsCancellationRequested)
            {
                // The next one, then.
            }
        }

        throw new SocketException((int)SocketError.HostUnreachable);
    }
}
