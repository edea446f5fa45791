using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace Dragoman.Bench;

/// <summary>From the start of the process to the first answered call, on a fresh data directory with an upstream on OpenAI's wire; and memory then.</summary>
internal static class StartBench
{
    private const string Key = "dgm_live_0123456789012345678901234567890123456789";

    public static async Task<int> RunAsync(Options options)
    {
        using var http = new HttpClient();
        var upstreamUrl = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using var upstream = new ServerProcess(options["upstream"], ["--urls", upstreamUrl, "--fixed"]);
        await upstream.WaitAsync(http, upstreamUrl);
        var times = new List<double>();
        var memory = 0.0;
        for (var run = 0; run < options.Number("runs", 7); run++)
        {
            var data = Directory.CreateTempSubdirectory("dragoman-bench");
            var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
            using var gateway = new ServerProcess(options["dragoman"], ["serve", "--urls", url, "--data", data.FullName], new()
            {
                ["OPENAI_API_KEY"] = "sk-bench",
                ["OPENAI_BASE_URL"] = upstreamUrl + "/v1",
                ["DRAGOMAN_BOOTSTRAP_KEY"] = Key,
            });
            await gateway.WaitAsync(http, url + "/readyz");
            using var request = new HttpRequestMessage(HttpMethod.Post, url + "/v1/action/invoke_llm")
            {
                Content = new StringContent("""{"instructions":"Hello","llm_engine":"gpt4o"}""", new MediaTypeHeaderValue("application/json")),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
            using var response = await http.SendAsync(request);
            response.EnsureSuccessStatusCode();
            await response.Content.ReadAsStringAsync();
            times.Add(Stopwatch.GetElapsedTime(gateway.StartedAt).TotalMilliseconds);
            memory = Math.Max(memory, gateway.ResidentMegabytes);
            data.Delete(recursive: true);
        }

        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"process start to first answer: median {times[times.Count / 2]:F0} ms (least {times[0]:F0}, most {times[^1]:F0}); most RSS then {memory:F0} MB"));
        return 0;
    }
}
