using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dragoman.Starter.Generation;
using Dragoman.Starter.Http;
using Dragoman.Starter.Native;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Starter.Commands;

/// <summary>
/// Measures tokens a second: in the tightest loop over the native library (<c>raw</c>), through the engine (<c>engine</c>) and, if asked,
/// through HTTP with streaming (<c>http</c>). All three do the same work with the same sampling, prompts included, and take turns;
/// the best of the rounds is printed, for on a shared machine the others measure the neighbours.
/// </summary>
internal static class BenchCommand
{
    private static readonly string[] Subjects = ["a lighthouse", "a river", "a clockmaker", "a garden", "a train", "a mountain", "a fox", "a storm"];

    public static async Task<int> RunAsync(StarterOptions options)
    {
        if (options.Model is null)
        {
            return await EmbedderBench.RunAsync(options);
        }

        int mostCallers = options.Callers.Max();
        options = options with { Slots = options.Slots ?? Math.Max(4, mostCallers) };
        if (mostCallers > options.Slots)
        {
            throw new StarterException("--callers is at most --slots");
        }

        using ChatModel chat = ChatModel.Load(options, NullLoggerFactory.Instance, TimeProvider.System);
        // Without a way to end its turn the model generates as many tokens as asked for.
        int[] endings = [.. Enumerable.Range(0, chat.Model.VocabularySize).Where(chat.Model.EndsGeneration)];
        var sampling = new SamplingSettings { Temperature = 0, LogitBias = [.. endings.Select(t => new LogitBias { Token = t, Bias = -100 })] };

        var host = new EngineHost(options, TimeProvider.System) { Chat = chat };
        await using WebApplication app = StarterServer.Build(options with { LogLevel = LogLevel.Warning }, host, key: null);
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(StarterServer.Address(app)), Timeout = Timeout.InfiniteTimeSpan };
        string biases = string.Join(',', endings.Select(t => $"\"{t}\":-100"));

        var results = new List<BenchResult>();
        foreach (int callers in options.Callers)
        {
            int[][] prompts = [.. Enumerable.Range(0, callers).Select(i => chat.Prompts.Build([new ChatTurn("user", Question(i))])!)];
            List<double> raw = [], engine = [], http = [];
            for (int round = -1; round < options.Rounds; round++)
            {
                double[] figures =
                [
                    RawLoop.Run(chat.Model, prompts, options.Tokens, sampling, options.Engine),
                    await EngineAsync(chat, prompts, options.Tokens, sampling),
                    options.Http ? await HttpAsync(client, callers, options.Tokens, biases) : 0,
                ];
                if (round >= 0) // The first round only warms up.
                {
                    raw.Add(figures[0]);
                    engine.Add(figures[1]);
                    http.Add(figures[2]);
                }
            }

            results.Add(new BenchResult(callers, Best(raw), Best(engine), options.Http ? Best(http) : null));
        }

        await app.StopAsync();
        var report = new BenchReport(options.ServedName, LlamaRuntime.Version, options.Engine.Threads, Environment.ProcessorCount, options.Tokens,
            chat.Engine.Slots, chat.Engine.ContextTokens, Process.GetCurrentProcess().PeakWorkingSet64 >> 20, results);
        Console.WriteLine(JsonSerializer.Serialize(report, BenchJson.Default.BenchReport));
        return 0;
    }

    private static string Question(int caller) => $"Write a very long and detailed story about {Subjects[caller % Subjects.Length]}.";

    private static async Task<double> EngineAsync(ChatModel chat, int[][] prompts, int tokens, SamplingSettings sampling)
    {
        var watch = Stopwatch.StartNew();
        int[] counts = await Task.WhenAll(prompts.Select(async prompt =>
        {
            using GenerationStream stream = chat.Engine.Submit(new GenerationRequest { Prompt = prompt, MaxTokens = tokens, Sampling = sampling }, out Refusal refusal)
                ?? throw new StarterException($"the engine refused: {refusal}");
            int count = 0;
            await foreach (GenerationUpdate update in stream.ReadAllAsync(default))
            {
                count = update.CompletionTokens;
            }

            return count;
        }));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> HttpAsync(HttpClient client, int callers, int tokens, string biases)
    {
        var watch = Stopwatch.StartNew();
        int[] counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(async i =>
        {
            string body = $$$"""
                {"messages":[{"role":"user","content":"{{{Question(i)}}}" }],"temperature":0,"max_tokens":{{{tokens}}},"logit_bias":{ {{{biases}}} },
                 "stream":true,"stream_options":{"include_usage":true}}
                """;
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = content };
            using HttpResponseMessage response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
            response.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            int count = 0;
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.Contains("\"completion_tokens\"", StringComparison.Ordinal))
                {
                    using JsonDocument last = JsonDocument.Parse(line["data: ".Length..]);
                    count = last.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32();
                }
            }

            return count;
        }));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    public static double Best(List<double> values) => Math.Round(values.Max(), 2);
}

/// <summary>Tokens a second, all callers together.</summary>
internal sealed record BenchResult(int Callers, double Raw, double Engine, double? Http);

internal sealed record BenchReport(
    string Model, string LlamaCpp, int Threads, int Processors, int TokensEach, int Slots, int ContextTokens, long PeakMemoryMib, IReadOnlyList<BenchResult> TokensPerSecond);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class BenchJson : JsonSerializerContext;
