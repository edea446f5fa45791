using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Dragoman.Http;

namespace Dragoman.Server.Extraction;

/// <summary>
/// A forward proxy on this machine (RFC 9110, CONNECT and absolute form) for a browser that runs strangers' scripts: it looks names up itself and asks the
/// guard before each connection, as <see cref="GuardedFetcher"/> does, so that no script reaches what its author could not. A connection that is not to be
/// had is closed without a word, whatever the reason. It serves one page and ends with it.
/// </summary>
internal sealed class EgressProxy : IAsyncDisposable
{
    private const int LongestHead = 64 * 1024;
    private const int MostConnections = 64;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _connections = new(MostConnections);
    private readonly IEgressNetwork _network;
    private readonly EgressGuard _guard;
    private readonly TimeProvider _time;
    private readonly int _ownPort;
    private readonly Task _serving;
    private long _bytesLeft;

    /// <param name="page">The page that is shown: its port is open beside 80 and 443.</param>
    /// <param name="maxBytes">Of all answers together.</param>
    public EgressProxy(IEgressNetwork network, EgressGuard guard, TimeProvider time, Uri page, long maxBytes)
    {
        (_network, _guard, _time, _ownPort, _bytesLeft) = (network, guard, time, page.Port, maxBytes);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving;
        for (var i = 0; i < MostConnections; i++)
        {
            await _connections.WaitAsync(); // Until the last has ended.
        }

        _end.Dispose();
        _connections.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                await _connections.WaitAsync(_end.Token);
                _ = ServeAsync(await AcceptAsync());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The page is done.
        }
    }

    private async ValueTask<TcpClient> AcceptAsync()
    {
        try
        {
            return await _listener.AcceptTcpClientAsync(_end.Token);
        }
        catch
        {
            _connections.Release();
            throw;
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                client.NoDelay = true;
                await ServeAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or UriFormatException)
        {
            // One of the two hung up, or the connection was not to be had.
        }
        finally
        {
            _connections.Release();
        }
    }

    private async Task ServeAsync(NetworkStream browser)
    {
        var buffer = new byte[LongestHead];
        if (await ReadHeadAsync(browser, buffer) is not { } head || Parse(head.Text) is not { } request || !IsOpen(request.Target.Port))
        {
            return;
        }

        await using var server = await GuardedConnection.OpenAsync(
            _network, _guard, _time, request.Target, request.Target.IdnHost, request.Target.Port, _end.Token);
        if (request.Head is { } forwarded)
        {
            await server.WriteAsync(Encoding.Latin1.GetBytes(forwarded), _end.Token);
        }
        else
        {
            await browser.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), _end.Token);
        }

        await server.WriteAsync(head.Following, _end.Token);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        var up = PumpAsync(browser, server, isAnswer: false, either.Token);
        try
        {
            await PumpAsync(server, browser, isAnswer: true, either.Token);
        }
        finally
        {
            await either.CancelAsync();
            await up.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PumpAsync(Stream from, Stream to, bool isAnswer, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (isAnswer && Interlocked.Add(ref _bytesLeft, -read) < 0)
            {
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private bool IsOpen(int port) => port is 80 or 443 || port == _ownPort;

    /// <summary>The head of a request, and what came with it; absent where none comes, or none that ends.</summary>
    private async ValueTask<(string Text, ReadOnlyMemory<byte> Following)?> ReadHeadAsync(NetworkStream browser, byte[] buffer)
    {
        var length = 0;
        while (length < buffer.Length && await browser.ReadAsync(buffer.AsMemory(length), _end.Token) is > 0 and var read)
        {
            length += read;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return (Encoding.Latin1.GetString(buffer, 0, end), buffer.AsMemory(end + 4, length - end - 4));
            }
        }

        return null;
    }

    /// <summary>
    /// Where a request goes, and its head as the server there is to see it; that is absent for CONNECT. A connection carries one request: the next one may be
    /// for another host.
    /// </summary>
    private static (Uri Target, string? Head)? Parse(string head)
    {
        var lines = head.Split("\r\n");
        if (lines[0].Split(' ') is not [var method, var address, var version])
        {
            return null;
        }

        if (method == "CONNECT")
        {
            return Uri.TryCreate($"https://{address}", UriKind.Absolute, out var host) ? (host, null) : null;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var target) || target.Scheme != Uri.UriSchemeHttp)
        {
            return null;
        }

        var kept = lines.Skip(1).Where(line =>
            !line.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase));
        return (target, string.Create(
            CultureInfo.InvariantCulture, $"{method} {target.PathAndQuery} {version}\r\n{string.Join("\r\n", kept.Append("Connection: close"))}\r\n\r\n"));
    }
}
