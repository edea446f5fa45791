using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Dragoman.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dragoman.Tests.Http;

/// <summary>
/// An internet in which names have the addresses that a test gives them, and public addresses lead to servers on 127.0.0.1. A name without any is not
/// found, an address without a server refuses.
/// </summary>
internal sealed class FakeNetwork : IEgressNetwork
{
    /// <summary>Public, and the site's unless a test says otherwise.</summary>
    public static readonly IPAddress Public = IPAddress.Parse("93.184.215.14");

    private readonly Dictionary<string, Queue<IPAddress[]>> _names = [];
    private readonly Dictionary<IPAddress, int> _ports = [];

    /// <summary>Names that were looked up.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>Addresses to which connections were tried.</summary>
    public ConcurrentQueue<IPEndPoint> Tried { get; } = [];

    /// <summary>The addresses of every name that was not given its own.</summary>
    public IPAddress[] Otherwise { get; init; } = [];

    /// <summary>Before each look-up and each connection; may wait.</summary>
    public Func<CancellationToken, Task>? Delay { get; set; }

    /// <summary>The next answer for a name; the last one stays.</summary>
    public FakeNetwork Name(string name, params IPAddress[] addresses)
    {
        if (!_names.TryGetValue(name, out var answers))
        {
            _names.Add(name, answers = []);
        }

        answers.Enqueue(addresses);
        return this;
    }

    public FakeNetwork Leads(IPAddress address, int port)
    {
        _ports[address] = port;
        return this;
    }

    public async ValueTask<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        Asked.Enqueue(name);
        await (Delay?.Invoke(cancellationToken) ?? Task.CompletedTask);
        var addresses = !_names.TryGetValue(name, out var answers) ? Otherwise : answers.Count > 1 ? answers.Dequeue() : answers.Peek();
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    public async ValueTask<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        Tried.Enqueue(address);
        await (Delay?.Invoke(cancellationToken) ?? Task.CompletedTask);
        return _ports.TryGetValue(address.Address, out var port)
            ? await new SystemNetwork().ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken)
            : throw new SocketException((int)SocketError.ConnectionRefused);
    }
}

/// <summary>A web site on Kestrel, and the names <c>site.test</c> and <c>other.test</c> that lead to it.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestSite(WebApplication app)
    {
        _app = app;
        Port = new Uri(app.Urls.First()).Port;
        Network = new FakeNetwork().Name("site.test", FakeNetwork.Public).Name("other.test", FakeNetwork.Public).Leads(FakeNetwork.Public, Port);
    }

    public int Port { get; }

    public FakeNetwork Network { get; }

    public static async Task<TestSite> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxResponseBufferSize = 64 * 1024;
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new TestSite(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>A server that says what no web server would: the script has the connection, by default after the request has been read.</summary>
internal sealed class RawSite : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public RawSite(Func<Stream, Task> script, bool asksFirst = true)
    {
        _listener.Start();
        _serving = ServeAsync(script, asksFirst);
        Network = new FakeNetwork { Otherwise = [FakeNetwork.Public] }.Leads(FakeNetwork.Public, Port);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public FakeNetwork Network { get; }

    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync(Func<Stream, Task> script, bool asksFirst)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                Connections++;
                var stream = client.GetStream();
                var request = new StreamReader(stream);
                while (asksFirst && await request.ReadLineAsync() is { Length: > 0 })
                {
                }

                try
                {
                    await script(stream);
                }
                catch (IOException)
                {
                    // The fetcher hung up.
                }
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException or OperationCanceledException or IOException)
        {
            // The end of the test.
        }
    }
}
