using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Dragoman.Bench;

/// <summary>
/// CPU a request of <c>invoke_llm</c>, gateway beside floor, against the same upstream that answers a fixed 0.5 KB. The two are loaded in turns, so
/// that a slow spell of the machine falls on both.
/// </summary>
internal static class CpuBench
{
    private const string Key = "dgm_live_0123456789012345678901234567890123456789";
    private const int Connections = 8;
    private static readonly byte[] Body = """{"instructions":"What is the capital of France? Answer in one word, please.","llm_engine":"gpt4o"}"""u8.ToArray();

    public static async Task<int> RunAsync(Options options)
    {
        var requests = options.Number("requests", 20_000);
        var rounds = options.Number("rounds", 5);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections });
        var upstreamUrl = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using var upstream = new ServerProcess(options["upstream"], ["--urls", upstreamUrl, "--fixed"]);
        await upstream.WaitAsync(http, upstreamUrl);

        var floorUrl = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using var floor = new ServerProcess(Environment.ProcessPath!, ["floor", "--urls", floorUrl, "--upstream", upstreamUrl]);
        await floor.WaitAsync(http, floorUrl);

        var data = Directory.CreateTempSubdirectory("dragoman-bench");
        var gatewayUrl = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using var gateway = new ServerProcess(options["dragoman"], ["serve", "--urls", gatewayUrl, "--data", data.FullName], new()
        {
            ["OPENAI_API_KEY"] = "sk-bench",
            ["OPENAI_BASE_URL"] = upstreamUrl + "/v1",
            ["DRAGOMAN_BOOTSTRAP_KEY"] = Key,

            // The load is far beyond what agent.ai's own limits let one key do.
            ["DRAGOMAN__Dialects__agentai__Limits__RequestsPerMinute"] = "none",
            ["DRAGOMAN__Dialects__agentai__Limits__RequestsPerDay"] = "none",
        });
        await gateway.WaitAsync(http, gatewayUrl + "/readyz");

        // Warm: tiered compilation has settled when both have seen this many.
        await LoadAsync(http, floorUrl, requests);
        await LoadAsync(http, gatewayUrl, requests);
        var ratios = new List<double>();
        for (var round = 1; round <= rounds; round++)
        {
            var bare = await MeasureAsync(http, floor, floorUrl, requests);
            var whole = await MeasureAsync(http, gateway, gatewayUrl, requests);
            ratios.Add(whole / bare);
            Print($"round {round}: floor {bare:F1} µs, gateway {whole:F1} µs CPU a request, ratio {whole / bare:F2}");
        }

        ratios.Sort();
        Print($"median ratio {ratios[rounds / 2]:F2} (least {ratios[0]:F2}, most {ratios[^1]:F2}); gateway RSS {gateway.ResidentMegabytes:F0} MB");
        data.Delete(recursive: true);
        return 0;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static async Task<double> MeasureAsync(HttpClient http, ServerProcess server, string url, int requests)
    {
        var before = server.CpuSeconds;
        await LoadAsync(http, url, requests);
        return (server.CpuSeconds - before) * 1e6 / requests;
    }

    private static async Task LoadAsync(HttpClient http, string url, int requests)
    {
        var left = requests;
        var target = new Uri(url + "/v1/action/invoke_llm");
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(Body) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
                using var response = await http.SendAsync(request);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    throw new InvalidOperationException($"{url}: HTTP {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
                }

                await response.Content.ReadAsByteArrayAsync();
            }
        })));
    }
}
