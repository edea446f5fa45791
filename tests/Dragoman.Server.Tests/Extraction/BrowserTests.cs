using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Dragoman.Http;
using Dragoman.Server.Extraction;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Server.Tests.Extraction;

/// <summary>Pages that make themselves, in the real browser.</summary>
public sealed class BrowserTests
{
    [Fact]
    public async Task Scripts_MakeThePage_AndReachNothingInside()
    {
        Assert.SkipWhen(LimitedProgram.Find("chromium") is null, "chromium is not installed.");
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var port = ((IPEndPoint)inside.LocalEndpoint).Port;
        var asked = new ConcurrentQueue<string>();
        await using var rig = await PageRig.StartAsync(async context =>
        {
            asked.Enqueue(context.Request.Path);
            switch (context.Request.Path.Value)
            {
                case "/inward":
                    context.Response.Redirect($"http://127.0.0.1:{port}/secret");
                    return;
                case "/data":
                    await context.Response.WriteAsync("Loaded later.");
                    return;
            }

            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync($$"""
                <!DOCTYPE html><title>App</title><main id=m>Loading</main><iframe src="http://127.0.0.1:{{port}}/frame"></iframe>
                <script>
                const look = async address => { try { await fetch(address, { mode: 'no-cors' }); return 'reached'; } catch { return 'closed'; } };
                (async () => {
                  const lines = [await (await fetch('/data')).text()];
                  for (const address of ['http://127.0.0.1:{{port}}/', 'http://localhost:{{port}}/', 'http://[::1]:{{port}}/', 'http://169.254.169.254/', '/inward', 'file:///etc/passwd'])
                    lines.push(await look(address));
                  document.getElementById('m').innerText = lines.join(' ');
                })();
                </script>
                """);
        });

        var reading = await rig.ReadAsync("/", renderScripts: true);

        reading.Error.ShouldBeNull();
        reading.Text!.Sections.Single().Text.ShouldBe("Loaded later. closed closed closed closed closed closed");
        asked.ShouldContain("/inward");
        inside.Pending().ShouldBeFalse();
        Directory.GetDirectories(Path.GetTempPath(), "dragoman-browser*").ShouldBeEmpty();
    }

    [Fact]
    public async Task WithoutScripts_ThePageIsAsItCame()
    {
        await using var rig = await PageRig.StartAsync(async context =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<main id=m>Loading</main><script>document.getElementById('m').innerText = 'Done'</script>");
        });

        (await rig.ReadAsync("/")).Text!.Sections.Single().Text.ShouldBe("Loading");
    }

    [Theory]
    [InlineData("CONNECT 127.0.0.1:PORT HTTP/1.1")]
    [InlineData("CONNECT localhost:PORT HTTP/1.1")]
    [InlineData("CONNECT [::ffff:127.0.0.1]:PORT HTTP/1.1")]
    [InlineData("CONNECT 8.8.8.8:25 HTTP/1.1")]
    [InlineData("CONNECT 169.254.169.254:80 HTTP/1.1")]
    [InlineData("GET http://127.0.0.1:PORT/ HTTP/1.1")]
    [InlineData("GET http://2130706433:PORT/ HTTP/1.1")]
    [InlineData("GET file:///etc/passwd HTTP/1.1")]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("nonsense")]
    public async Task Proxy_AddressInside_IsClosedWithoutAWord(string request)
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var port = ((IPEndPoint)inside.LocalEndpoint).Port;
        await using var proxy = new EgressProxy(new SystemNetwork(), new EgressGuard(), TimeProvider.System, new Uri($"http://site.test:{port}/"), 1_000);

        (await AskAsync(proxy, request.Replace("PORT", $"{port}", StringComparison.Ordinal))).ShouldBeEmpty();

        inside.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task Proxy_TrustedOrigin_IsServed_UpToItsBytes()
    {
        await using var rig = await PageRig.StartAsync(context => context.Response.WriteAsync(
            $"{context.Request.Path} {context.Request.Headers.Connection} {context.Request.Headers["Proxy-Connection"]}|{new string('x', 5_000)}"));
        await using var proxy = new EgressProxy(new SystemNetwork(), new EgressGuard(Origin.Of(rig.Site)), TimeProvider.System, rig.Site, 20_000);
        var request = $"GET {rig.Site}a HTTP/1.1\r\nHost: {rig.Site.Authority}\r\nProxy-Connection: keep-alive";

        var first = await AskAsync(proxy, request);
        for (var i = 0; i < 3; i++)
        {
            await AskAsync(proxy, request);
        }

        first.ShouldContain("/a close |");
        (await AskAsync(proxy, request)).ShouldBeEmpty();
    }

    private static async Task<string> AskAsync(EgressProxy proxy, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(request + "\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
