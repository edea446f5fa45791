using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Dragoman.Bench;

/// <summary>
/// How fast documents are read, cut, embedded by the starter's embedder and stored, and what callers of <c>invoke_llm</c> feel of it meanwhile: their calls go
/// to an upstream that answers at once, one after the other with a pause, at rest and under ingest.
/// </summary>
internal static class IngestBench
{
    private const string Key = "dgm_live_0123456789012345678901234567890123456789";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<int> RunAsync(Options options)
    {
        var seconds = options.Number("seconds", 30);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        var upstreamUrl = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using var upstream = new ServerProcess(options["upstream"], ["--urls", upstreamUrl, "--fixed"]);
        await upstream.WaitAsync(http, upstreamUrl);
        var data = Directory.CreateTempSubdirectory("dragoman-bench");
        var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using var gateway = new ServerProcess(options["dragoman"], ["serve", "--urls", url, "--data", data.FullName], new()
        {
            ["OPENAI_API_KEY"] = "sk-bench",
            ["OPENAI_BASE_URL"] = upstreamUrl + "/v1",
            ["DRAGOMAN_BOOTSTRAP_KEY"] = Key,
            ["DRAGOMAN__Dialects__agentai__Limits__RequestsPerMinute"] = "none",
            ["DRAGOMAN__Dialects__agentai__Limits__RequestsPerDay"] = "none",
            ["DRAGOMAN__Dialects__edenai__Limits__RequestsPerMinute"] = "none",
            ["DRAGOMAN__Knowledge__AddWaitSeconds"] = "1",
        });
        await gateway.WaitAsync(http, url + "/readyz");
        var project = $"{url}/v2/aiproducts/askyoda/v2/{await CreateProjectAsync(http, url)}/";

        // Warm: the embedder runs, and what is hot is compiled.
        await AddAsync(http, project, ["Warm words for the embedder."]);
        while (await CountAsync(http, project) == 0)
        {
            await Task.Delay(100);
        }

        await CallAsync(http, url, TimeSpan.FromSeconds(5));
        var rest = await CallAsync(http, url, TimeSpan.FromSeconds(10));

        await AddAsync(http, project, [.. Texts(options["set"])]);
        var (before, startedAt) = (await CountAsync(http, project), Stopwatch.GetTimestamp());
        var busy = await CallAsync(http, url, TimeSpan.FromSeconds(seconds));
        var stored = await CountAsync(http, project) - before;
        var took = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        Print($"ingest beside calls: {stored / took:F1} chunks a second over {took:F0} s; gateway RSS {gateway.ResidentMegabytes:F0} MB");
        Print($"invoke_llm one after the other: p50 {At(rest, 0.5):F2} ms at rest, {At(busy, 0.5):F2} ms under ingest ({At(busy, 0.5) / At(rest, 0.5):F2} times); p95 {At(rest, 0.95):F2} and {At(busy, 0.95):F2} ms");
        data.Delete(recursive: true);
        return 0;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static double At(List<double> times, double share) => times.Order().ElementAt((int)(share * (times.Count - 1)));

    /// <summary>The documents of the quality set, in pieces that are stored often enough to be counted.</summary>
    private static IEnumerable<string> Texts(string folder)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(folder, "documents.zip"));
        foreach (var entry in archive.Entries.Where(entry => entry.Name.EndsWith(".md", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(entry.Open());
            foreach (var piece in reader.ReadToEnd().Chunk(20_000))
            {
                yield return new string(piece);
            }
        }
    }

    private static async Task<string> CreateProjectAsync(HttpClient http, string url)
    {
        using var answer = await http.PostAsJsonAsync(
            new Uri(url + "/v2/aiproducts/askyoda/v2/"), new { project_name = "bench", collection_name = "bench", embeddings_provider = "starter" });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("project_id").GetString()!;
    }

    private static async Task AddAsync(HttpClient http, string project, string[] texts)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(project + "add_text/"), new { texts });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<int> CountAsync(HttpClient http, string project) =>
        (await http.GetFromJsonAsync<JsonElement>(new Uri(project + "info/"))).GetProperty("collection_size").GetInt32();

    /// <summary>Times of calls, in milliseconds.</summary>
    private static async Task<List<double>> CallAsync(HttpClient http, string url, TimeSpan length)
    {
        var (times, startedAt) = (new List<double>(), Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(startedAt) < length)
        {
            var sentAt = Stopwatch.GetTimestamp();
            using var answer = await http.PostAsJsonAsync(
                new Uri(url + "/v1/action/invoke_llm"), new { instructions = "What is the capital of France?", llm_engine = "gpt4o" });
            answer.EnsureSuccessStatusCode();
            times.Add(Stopwatch.GetElapsedTime(sentAt).TotalMilliseconds);
            await Task.Delay(Pause);
        }

        return times;
    }
}
