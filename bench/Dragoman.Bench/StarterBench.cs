using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Dragoman.Bench;

/// <summary>
/// Tokens a second of the starter engine through the whole gateway, beside the bare loop over the native library with the same prompts and lengths, in
/// turns. A small context ends every answer at the same length. Then texts a second of the embedder.
/// </summary>
internal static class StarterBench
{
    private const string Key = "dgm_live_0123456789012345678901234567890123456789";
    private const int Context = 192;
    private static readonly string[] Subjects = ["a lighthouse", "a river", "a clockmaker", "a garden"];

    public static async Task<int> RunAsync(Options options)
    {
        await ChatAsync(options);
        await EmbedAsync(options);
        return 0;
    }

    private static async Task ChatAsync(Options options)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        var data = Directory.CreateTempSubdirectory("dragoman-bench");
        var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using var gateway = new ServerProcess(options["dragoman"], ["serve", "--urls", url, "--data", data.FullName], new()
        {
            ["DRAGOMAN_BOOTSTRAP_KEY"] = Key,

            // The load is far beyond what agent.ai's own limits let one key do.
            ["DRAGOMAN__Dialects__agentai__Limits__RequestsPerMinute"] = "none",
            ["DRAGOMAN__Dialects__agentai__Limits__RequestsPerDay"] = "none",
            ["DRAGOMAN__Starter__Context"] = Context.ToString(CultureInfo.InvariantCulture),
        });
        await gateway.WaitAsync(http, url + "/readyz");
        await AskAsync(http, url, 4);

        var best = new Dictionary<int, (double Gateway, double Bare)>();
        for (var round = 1; round <= options.Number("rounds", 3); round++)
        {
            foreach (var callers in new[] { 1, 4 })
            {
                var (rate, tokens) = await AskAsync(http, url, callers);
                var bare = await BareAsync(options, callers, tokens / callers);
                Print($"round {round}, {callers} at once: gateway {rate:F2}, bare loop {bare:F2} tokens a second (ratio {rate / bare:F2}; {tokens / callers} tokens each)");
                var (former, formerBare) = best.GetValueOrDefault(callers);
                best[callers] = (Math.Max(rate, former), Math.Max(bare, formerBare));
            }
        }

        Print($"best of the rounds: gateway beside bare loop {best[1].Gateway / best[1].Bare:P0} (one), {best[4].Gateway / best[4].Bare:P0} (four); four at once beside one, through the gateway: {best[4].Gateway / best[1].Gateway:F2} times");
        data.Delete(recursive: true);
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static async Task<(double TokensASecond, int Tokens)> AskAsync(HttpClient http, string url, int callers)
    {
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Subjects.Take(callers).Select(async subject =>
        {
            var body = JsonSerializer.Serialize(new Dictionary<string, string> { ["instructions"] = $"Write a very long and detailed story about {subject}." });
            using var response = await http.PostAsync(
                new Uri(url + "/v1/action/invoke_llm"), new StringContent(body, Encoding.UTF8, "application/json"));
            response.EnsureSuccessStatusCode();
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            return answer.RootElement.GetProperty("metadata").GetProperty("usage").GetProperty("completion_tokens").GetInt32();
        }));
        return (counts.Sum() / watch.Elapsed.TotalSeconds, counts.Sum());
    }

    /// <summary>What the embedder does a second, while nothing else runs.</summary>
    private static async Task EmbedAsync(Options options)
    {
        using var report = await EngineBenchAsync(options, ["--embedder", options["embedder"], "--rounds", "3"]);
        foreach (var result in report.RootElement.GetProperty("embedded").EnumerateArray())
        {
            Print($"embedder: {result.GetProperty("texts_per_second").GetDouble():F1} texts of {result.GetProperty("tokens").GetInt32()} tokens a second");
        }
    }

    private static async Task<double> BareAsync(Options options, int callers, int tokens)
    {
        using var report = await EngineBenchAsync(options,
        [
            "--model", options["model"], "--context", Context.ToString(CultureInfo.InvariantCulture),
            "--callers", callers.ToString(CultureInfo.InvariantCulture), "--tokens", tokens.ToString(CultureInfo.InvariantCulture), "--rounds", "1",
        ]);
        return report.RootElement.GetProperty("tokens_per_second")[0].GetProperty("raw").GetDouble();
    }

    private static async Task<JsonDocument> EngineBenchAsync(Options options, string[] arguments)
    {
        var start = new ProcessStartInfo(options["engine"], ["bench", "--native", options["native"], .. arguments]) { RedirectStandardOutput = true };
        using var engine = Process.Start(start)!;
        var report = JsonDocument.Parse(await engine.StandardOutput.ReadToEndAsync());
        await engine.WaitForExitAsync();
        return report;
    }
}
