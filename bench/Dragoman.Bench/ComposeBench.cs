using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Dragoman.Bench;

/// <summary>Pictures composed by the starter, one after the other, as a caller of generate_image sees it; and the picture engine's memory.</summary>
internal static class ComposeBench
{
    private const string Key = "dgm_live_bench-0123456789abcdefghijkl";

    private static readonly string[] Styles = ["default", "photo", "digital art", "illustration", "drawing"];

    private static readonly string[] Prompts =
    [
        "A serene mountain lake at sunset", "three red boats on a calm sea", "a red fox in a snowy forest", "a city skyline at night in the rain",
        "a cup of coffee and a book by the window", "a hot air balloon over green hills", "whales under the sea", "a cottage in an autumn forest",
    ];

    public static async Task<int> RunAsync(Options options)
    {
        var rounds = options.Number("rounds", 5);
        var data = Directory.CreateTempSubdirectory("dragoman-bench");
        var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(2) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        using var gateway = new ServerProcess(options["dragoman"], ["serve", "--urls", url, "--data", data.FullName], new()
        {
            ["DRAGOMAN_BOOTSTRAP_KEY"] = Key,
            ["DRAGOMAN__Dialects__agentai__Limits__RequestsPerMinute"] = "none",
            ["DRAGOMAN__Dialects__agentai__Limits__RequestsPerDay"] = "none",
        });
        await gateway.WaitAsync(http, url + "/readyz");
        foreach (var style in Styles)
        {
            await ComposeAsync(http, Prompts[0], style, "9:16"); // Loads and compiles what the style takes.
        }

        foreach (var style in Styles)
        {
            var engine = EngineOf(gateway.Id);
            var before = ServerProcess.CpuSecondsOf(engine);
            var times = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                foreach (var prompt in Prompts)
                {
                    times.Add(await ComposeAsync(http, prompt, style, "9:16"));
                }
            }

            times.Sort();
            var cpu = (ServerProcess.CpuSecondsOf(engine) - before) / times.Count * 1000;
            Print($"{style}: p50 {times[times.Count / 2]:F0} ms, p95 {times[times.Count * 95 / 100]:F0} ms, {cpu:F0} ms of CPU, the engine then {ServerProcess.ResidentMegabytesOf(engine):F0} MB");
        }

        data.Delete(recursive: true);
        return 0;
    }

    /// <summary>Milliseconds from the call to its answer.</summary>
    private static async Task<double> ComposeAsync(HttpClient http, string prompt, string style, string ratio)
    {
        var startedAt = Stopwatch.GetTimestamp();
        using var response = await http.PostAsJsonAsync(
            "/v1/action/generate_image", new { prompt, model_style = style, model_aspect_ratio = ratio });
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        var took = Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
        return answer.TryGetProperty("metadata", out var metadata) && metadata.GetProperty("composed").GetBoolean()
            ? took
            : throw new InvalidOperationException(answer.GetRawText());
    }

    /// <summary>The gateway's child that was started with libvips.</summary>
    private static int EngineOf(int gateway) => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .First(id => id > 0 && ServerProcess.ParentOf(id) == gateway && File.ReadAllText($"/proc/{id}/cmdline").Contains("--vips", StringComparison.Ordinal));

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
