using System.Diagnostics;
using System.Globalization;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Server.Extraction;

/// <summary>
/// Runs a page's scripts in Chromium and takes what they made of the page. The browser reaches the network through <see cref="EgressProxy"/> alone, keeps
/// nothing, and is ended with all its processes when the page is done or its time is.
/// </summary>
internal sealed partial class Browser(IEgressNetwork network, EgressGuard guard, TimeProvider time, ILogger<Browser> log)
{
    private static readonly TimeSpan Wall = TimeSpan.FromSeconds(60);

    /// <summary>Of the page's own clock, which runs ahead while nothing is loaded.</summary>
    private static readonly TimeSpan ScriptTime = TimeSpan.FromSeconds(10);

    // It reserves far more address space than there is memory; its own bounds of memory hold a page.
    private static readonly ProgramLimits Limits = new(CpuSeconds: 60, AddressSpaceBytes: null, FileBytes: 64 * 1024 * 1024);

    /// <summary>Writes the page as it stands after its scripts, as HTML in UTF-8. Why there is none; absent where there is.</summary>
    /// <param name="page">Fetched before under the guard, so that it is known to be a page.</param>
    public async ValueTask<GatewayError?> RenderAsync(Uri page, TemporaryFile destination, long maxBytes, CancellationToken cancellationToken)
    {
        if (LimitedProgram.Find("chromium") is not { } chromium)
        {
            return new GatewayError(
                ErrorKind.Internal, "Pages cannot be run in a browser on this gateway: its operator must install chromium. Without js_render they can be read.");
        }

        var profile = Directory.CreateTempSubdirectory("dragoman-browser");
        await using var proxy = new EgressProxy(network, guard, time, page, maxBytes);
        using var deadline = new Deadline(Wall, time, cancellationToken);
        using var process = new Process
        {
            StartInfo = LimitedProgram.Describe(chromium, Arguments(page, proxy.Port, profile.FullName), Limits, [new("HOME", profile.FullName), new("TMPDIR", profile.FullName)]),
        };
        try
        {
            process.Start();
            process.StandardInput.Close();
            var errors = LimitedProgram.DrainAsync(process.StandardError);
            await using (var file = destination.OpenWrite())
            await using (var output = new BoundedStream(process.StandardOutput.BaseStream, maxBytes))
            {
                await output.CopyToAsync(file, deadline.Token);
            }

            await process.WaitForExitAsync(deadline.Token);
            if (process.ExitCode != 0)
            {
                LogFailed(log, process.ExitCode, await errors);
            }

            return process.ExitCode == 0 && !await IsErrorPageAsync(destination, deadline.Token)
                ? null
                : new GatewayError(ErrorKind.InvalidRequest, "The page could not be run in a browser.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new GatewayError(ErrorKind.InvalidRequest, "The page was not done in a browser in time.");
        }
        catch (InvalidDataException)
        {
            return new GatewayError(ErrorKind.InvalidRequest, "The page grew larger in a browser than what is taken.");
        }
        finally
        {
            LimitedProgram.End(process);
            await DeleteAsync(profile);
        }
    }

    private static IEnumerable<string> Arguments(Uri page, int proxyPort, string profile) =>
    [
        "--headless",
        "--dump-dom",
        string.Create(CultureInfo.InvariantCulture, $"--virtual-time-budget={ScriptTime.TotalMilliseconds}"),
        $"--user-data-dir={profile}",

        // All traffic through the proxy, to this machine's own addresses too; no name looked up, and nothing beside HTTP.
        string.Create(CultureInfo.InvariantCulture, $"--proxy-server=http://127.0.0.1:{proxyPort}"),
        "--proxy-bypass-list=<-loopback>",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        "--disable-quic",
        "--dns-prefetch-disable",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",

        // Nothing on its own account, and nothing that a text needs not.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-domain-reliability",
        "--disable-extensions",
        "--disable-sync",
        "--disable-breakpad",
        "--disable-crash-reporter",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-3d-apis",
        "--blink-settings=imagesEnabled=false",
        "--deny-permission-prompts",
        "--mute-audio",
        "--no-first-run",
        "--no-pings",
        "--js-flags=--max-old-space-size=512",

        // Chromium's own sandbox does not start for root. Without it a page that breaks out of the renderer has this account's rights: a gateway that renders
        // strangers' pages is better run under an account of its own.
        .. Environment.IsPrivilegedProcess ? (string[])["--no-sandbox"] : [],
        page.AbsoluteUri,
    ];

    /// <summary>What the browser shows where a page is not to be had.</summary>
    private static async ValueTask<bool> IsErrorPageAsync(TemporaryFile page, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(page.Path, cancellationToken);
        return text.Contains("id=\"main-frame-error\"", StringComparison.Ordinal) && text.Contains("neterror", StringComparison.Ordinal);
    }

    /// <summary>The browser's last processes may still write while they go.</summary>
    private static async ValueTask DeleteAsync(DirectoryInfo profile)
    {
        for (var tries = 0; tries < 10; tries++)
        {
            try
            {
                profile.Delete(recursive: true);
                return;
            }
            catch (IOException)
            {
                await Task.Delay(100);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The browser ended with exit code {ExitCode}: {Words}")]
    private static partial void LogFailed(ILogger logger, int exitCode, string words);
}
