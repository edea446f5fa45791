using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Dragoman.Bench;

/// <summary>
/// Streams of Eden AI's generate, many at once, beside the same streams straight from the upstream, which pauses before each chunk: what the gateway adds to
/// the time until the first one, and what memory an open stream takes.
/// </summary>
internal static class StreamBench
{
    private const string Key = "dgm_live_0123456789012345678901234567890123456789";
    private const int Chunks = 20;
    private const int PaceMilliseconds = 40;

    public static async Task<int> RunAsync(Options options)
    {
        var streams = options.Number("streams", 200);
        var rounds = options.Number("rounds", 5);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) });
        var upstreamUrl = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using var upstream = new ServerProcess(
            options["upstream"], ["--urls", upstreamUrl, "--pace", PaceMilliseconds.ToString(CultureInfo.InvariantCulture)]);
        await upstream.WaitAsync(http, upstreamUrl);
        await ScriptAsync(http, upstreamUrl);

        var data = Directory.CreateTempSubdirectory("dragoman-bench");
        var gatewayUrl = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using var gateway = new ServerProcess(options["dragoman"], ["serve", "--urls", gatewayUrl, "--data", data.FullName], new()
        {
            ["OPENAI_API_KEY"] = "sk-bench",
            ["OPENAI_BASE_URL"] = upstreamUrl + "/v1",
            ["DRAGOMAN_BOOTSTRAP_KEY"] = Key,

            // The load is far beyond what the dialect's own limits let one key do.
            ["DRAGOMAN__Dialects__edenai__Limits__RequestsPerMinute"] = "none",
        });
        await gateway.WaitAsync(http, gatewayUrl + "/readyz");
        var direct = new Uri(upstreamUrl + "/v1/chat/completions");
        var through = new Uri($"{gatewayUrl}/v2/aiproducts/askyoda/v2/{await CreateProjectAsync(http, gatewayUrl)}/generate/");

        // Warm: connections are open, and what is hot is compiled.
        await LoadAsync(http, direct, streams, each: 2);
        await LoadAsync(http, through, streams, each: 6);
        var idle = gateway.ResidentMegabytes;
        List<double> addedMedian = [], addedTail = [];
        for (var round = 1; round <= rounds; round++)
        {
            var bare = await LoadAsync(http, direct, streams, each: 3);
            var whole = await LoadAsync(http, through, streams, each: 3);
            addedMedian.Add(whole.At(0.50) - bare.At(0.50));
            addedTail.Add(whole.At(0.99) - bare.At(0.99));
            Print($"round {round}: {streams} streams at once, first byte p50 {bare.At(0.50):F2} and {whole.At(0.50):F2} ms, p99 {bare.At(0.99):F2} and {whole.At(0.99):F2} ms (upstream alone, gateway)");
        }

        addedMedian.Sort();
        addedTail.Sort();
        Print($"added by the gateway to the first byte: p50 {addedMedian[rounds / 2]:F2} ms, p99 {addedTail[rounds / 2]:F2} ms (medians of {rounds} rounds)");

        var open = LoadAsync(http, through, 5 * streams, each: 1);
        var most = 0.0;
        while (!open.IsCompleted)
        {
            most = Math.Max(most, gateway.ResidentMegabytes);
            await Task.WhenAny(open, Task.Delay(20));
        }

        await open;
        Print($"memory: {idle:F0} MB before, at most {most:F0} MB with {5 * streams} streams open: {(most - idle) * 1024 / (5 * streams):F0} KB a stream");
        data.Delete(recursive: true);
        return 0;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static async Task ScriptAsync(HttpClient http, string upstreamUrl)
    {
        using var answer = await http.PostAsJsonAsync(
            new Uri(upstreamUrl + "/_script"), new { deltas = Enumerable.Repeat(" word", Chunks).ToArray(), always = true });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<string> CreateProjectAsync(HttpClient http, string gatewayUrl)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gatewayUrl + "/v2/aiproducts/askyoda/v2/"))
        {
            Content = JsonContent.Create(new { project_name = "bench", collection_name = "bench", embeddings_provider = "openai" }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("project_id").GetString()!;
    }

    /// <summary>Times to the first byte of a chunk with text, in milliseconds.</summary>
    private static async Task<Quantiles> LoadAsync(HttpClient http, Uri target, int streams, int each)
    {
        var body = Encoding.UTF8.GetBytes("""{"model":"gpt-4o","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"What is the capital of France?"}]}""");
        var times = await Task.WhenAll(Enumerable.Range(0, streams).Select(index => Task.Run(async () =>
        {
            var mine = new List<double>();

            // Not all in the same instant: their starts are spread over the length of a stream.
            await Task.Delay(index * Chunks * PaceMilliseconds / streams);
            for (var i = 0; i < each; i++)
            {
                mine.Add(await ReadAsync(http, target, body));
            }

            return mine;
        })));
        return new Quantiles([.. times.SelectMany(mine => mine).Order()]);
    }

    private static async Task<double> ReadAsync(HttpClient http, Uri target, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        var startedAt = Stopwatch.GetTimestamp();
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync();
        var (buffer, first, tail) = (new byte[4096], 0.0, "");
        while (await stream.ReadAsync(buffer) is var read and > 0)
        {
            tail = Encoding.UTF8.GetString(buffer, 0, read);
            if (first == 0 && tail.Contains(" word", StringComparison.Ordinal))
            {
                first = Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
            }
        }

        return tail.Contains("[DONE]", StringComparison.Ordinal) ? first : throw new InvalidOperationException($"{target}: the stream broke off: {tail}");
    }

    private sealed record Quantiles(double[] Sorted)
    {
        public double At(double share) => Sorted[(int)(share * (Sorted.Length - 1))];
    }
}
