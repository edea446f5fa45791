using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dragoman.Testing.Serving;

/// <summary>Kestrel alone: no host, no middleware, no logging, so that starting one for each test costs little and so does a request.</summary>
internal sealed class Listener : IAsyncDisposable
{
    readonly KestrelServer _server;

    Listener(KestrelServer server, string baseUrl)
    {
        _server = server;
        BaseUrl = baseUrl;
    }

    public string BaseUrl { get; }

    public static async Task<Listener> StartAsync<TContext>(
        IHttpApplication<TContext> application, string url, bool fast, CancellationToken cancellationToken)
        where TContext : notnull
    {
        var address = BindingAddress.Parse(url);
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Listen(
            address.Host switch
            {
                "localhost" => IPAddress.Loopback,
                "*" or "+" or "0.0.0.0" => IPAddress.Any,
                var host => IPAddress.Parse(host),
            },
            address.Port,
            listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { UnsafePreferInlineScheduling = fast }), NullLoggerFactory.Instance);
        var server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        try
        {
            await server.StartAsync(application, cancellationToken);
        }
        catch
        {
            server.Dispose();
            throw;
        }

        return new(server, server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        // Replies that are held would hold the stop as well: no grace.
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
    }
}
