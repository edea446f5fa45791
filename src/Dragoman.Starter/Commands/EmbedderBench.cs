using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dragoman.Starter.Embedding;
using Dragoman.Starter.Native;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Starter.Commands;

/// <summary>Measures how many texts of 16, 128 and 256 tokens a second the embedding engine turns into vectors; the best of the rounds is printed.</summary>
internal static class EmbedderBench
{
    private static readonly int[] Lengths = [16, 128, 256];
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1);

    // Enough that all threads have full batches all the time.
    private const int TextsACall = 16;

    public static async Task<int> RunAsync(StarterOptions options)
    {
        using Embedder embedder = Embedder.Load(options, NullLoggerFactory.Instance, TimeProvider.System);
        int[] passage = embedder.Model.Tokenize(string.Concat(Enumerable.Repeat("The telescope was launched on an Ariane 5 rocket from French Guiana. ", 40)));
        var results = new List<EmbedderBenchResult>();
        foreach (int length in Lengths)
        {
            int[] text = [.. passage[..(length - 1)], passage[^1]];
            var rates = new List<double>();
            for (int round = 0; round < options.Rounds; round++)
            {
                rates.Add(await RateAsync(embedder.Engine, text));
            }

            results.Add(new EmbedderBenchResult(length, BenchCommand.Best(rates)));
        }

        var report = new EmbedderBenchReport(options.ServedEmbedderName, LlamaRuntime.Version, embedder.Engine.Threads, Environment.ProcessorCount,
            Process.GetCurrentProcess().PeakWorkingSet64 >> 20, results);
        Console.WriteLine(JsonSerializer.Serialize(report, EmbedderBenchJson.Default.EmbedderBenchReport));
        return 0;
    }

    /// <summary>Texts a second. Two calls at once keep the queue from running dry between calls.</summary>
    private static async Task<double> RateAsync(EmbeddingEngine engine, int[] text)
    {
        var watch = Stopwatch.StartNew();
        int[] counts = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            int count = 0;
            while (watch.Elapsed < RoundTime)
            {
                var call = new EmbeddingCall([.. Enumerable.Repeat(text, TextsACall)]);
                count += engine[Priority.Background].TrySubmit(call, out Refusal refusal)
                    ? (await call.Vectors).Length
                    : throw new StarterException($"the engine refused: {refusal}");
            }

            return count;
        }));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }
}

internal sealed record EmbedderBenchResult(int Tokens, double TextsPerSecond);

internal sealed record EmbedderBenchReport(
    string Model, string LlamaCpp, int Threads, int Processors, long PeakMemoryMib, IReadOnlyList<EmbedderBenchResult> Embedded);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(EmbedderBenchReport))]
internal sealed partial class EmbedderBenchJson : JsonSerializerContext;
