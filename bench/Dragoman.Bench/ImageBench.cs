using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Dragoman.Images;
using Dragoman.Server.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Bench;

/// <summary>Published pictures a second beside nginx, which serves the same file with the same headers; wrk asks both in turns.</summary>
internal static partial class ImageBench
{
    private static readonly int[] Sizes = [20_000, 200_000];

    public static async Task<int> RunAsync(Options options)
    {
        var rounds = options.Number("rounds", 5);
        var data = Directory.CreateTempSubdirectory("dragoman-bench");
        var store = new FolderImageStore(data.FullName, TimeProvider.System, NullLogger<FolderImageStore>.Instance);
        var expiresAt = DateTimeOffset.UtcNow.AddDays(30);
        var names = new List<ImageName>();
        foreach (var size in Sizes)
        {
            var picture = new byte[size];
            new Random(size).NextBytes(picture);
            names.Add(ImageName.Create(expiresAt, "image/jpeg"));
            await store.PutAsync(names[^1], picture, default);
        }

        using var http = new HttpClient();
        var (gatewayUrl, nginxUrl) = ($"http://127.0.0.1:{ServerProcess.FreePort()}", $"http://127.0.0.1:{ServerProcess.FreePort()}");
        using var gateway = new ServerProcess(options["dragoman"], ["serve", "--urls", gatewayUrl, "--data", data.FullName], new()
        {
            ["DRAGOMAN__Starter__Enabled"] = "false",
        });
        await gateway.WaitAsync(http, gatewayUrl + "/readyz");
        var configuration = Path.Combine(data.FullName, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Configure(nginxUrl, Path.Combine(data.FullName, "images", names[0].Day)));
        using var nginx = new ServerProcess("nginx", ["-e", "stderr", "-p", data.FullName, "-c", configuration]);
        await nginx.WaitAsync(http, nginxUrl);

        foreach (var (name, size) in names.Zip(Sizes))
        {
            var (ours, theirs) = (gatewayUrl + name.Path.OriginalString, nginxUrl + name.Path.OriginalString);
            await CompareAsync(http, ours, theirs);
            await LoadAsync(ours, seconds: 3);
            await LoadAsync(theirs, seconds: 1);
            var ratios = new List<double>();
            for (var round = 1; round <= rounds; round++)
            {
                var (mine, other) = (await LoadAsync(ours, seconds: 3), await LoadAsync(theirs, seconds: 3));
                ratios.Add(mine / other);
                Print($"{size / 1000} KB, round {round}: {mine:F0} requests a second beside nginx's {other:F0}");
            }

            ratios.Sort();
            Print($"{size / 1000} KB: {ratios[ratios.Count / 2]:F2} times nginx (median of {rounds} rounds; {ratios[0]:F2} to {ratios[^1]:F2})");
        }

        data.Delete(recursive: true);
        return 0;
    }

    /// <summary>As it comes, with a worker a processor, and the headers that the gateway sends.</summary>
    private static string Configure(string url, string folder) => $$"""
        daemon off;
        user root;
        worker_processes auto;
        pid nginx.pid;
        events { }
        http {
          access_log off;
          sendfile on;
          tcp_nopush on;
          open_file_cache max=100;
          keepalive_requests 1000000;
          types { image/jpeg jpg; }
          server {
            listen {{url["http://".Length..]}};
            location /images/ {
              alias {{folder}}/;
              add_header Cache-Control "public, max-age=2591999, immutable";
              add_header Content-Disposition "inline; filename=\"picture.jpg\"";
              add_header Content-Security-Policy "default-src 'none'; sandbox";
              add_header Cross-Origin-Resource-Policy cross-origin;
              add_header X-Content-Type-Options nosniff;
            }
          }
        }
        """;

    private static async Task CompareAsync(HttpClient http, string ours, string theirs)
    {
        var pictures = await Task.WhenAll(http.GetByteArrayAsync(new Uri(ours)), http.GetByteArrayAsync(new Uri(theirs)));
        if (!pictures[0].AsSpan().SequenceEqual(pictures[1]))
        {
            throw new InvalidOperationException("The two serve different pictures.");
        }
    }

    /// <summary>Requests a second, over eight connections.</summary>
    private static async Task<double> LoadAsync(string url, int seconds)
    {
        var start = new ProcessStartInfo("wrk", ["-t", "1", "-c", "8", "-d", $"{seconds}s", url]) { RedirectStandardOutput = true };
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return RequestRate().Match(output) is { Success: true } rate && !output.Contains("Non-2xx", StringComparison.Ordinal)
            ? double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{url}: {output}");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"Requests/sec:\s*([\d.]+)")]
    private static partial Regex RequestRate();
}
