using System.Diagnostics;
using System.Globalization;
using Dragoman.Knowledge;
using Dragoman.Server.Knowledge;

namespace Dragoman.Bench;

/// <summary>
/// Search over one project of many chunks on disk, by vector and by word, one search at a time. Vectors lie in clusters, as those of texts do, and questions
/// near them; words come as often as in texts (the n-th commonest n times less often than the first), a question's out of its cluster's own and one common one.
/// </summary>
internal static class KnowledgeBench
{
    private const int Dimensions = 384;
    private const int ChunksADocument = 100;
    private const int Clusters = 1_000;
    private const int Vocabulary = 30_000;
    private const int WordsAChunk = 80;
    private const int Count = 50;

    public static async Task<int> RunAsync(Options options)
    {
        var (chunks, searches) = (options.Number("chunks", 100_000), options.Number("searches", 300));
        var random = new Random(1);
        var centres = Enumerable.Range(0, Clusters).Select(_ => Unit(random, new float[Dimensions], 1)).ToArray();
        var data = Directory.CreateTempSubdirectory("dragoman-bench");
        try
        {
            var directory = new KnowledgeDirectory(data.FullName);
            var project = Guid.NewGuid();
            directory.CreateProject(project);
            List<float[]> vectors = [];
            using (var index = new ChunkIndex(directory))
            {
                index.Create(project);
                var startedAt = Stopwatch.GetTimestamp();
                while (vectors.Count < chunks)
                {
                    var cluster = random.Next(Clusters);
                    var embedded = Enumerable.Range(0, ChunksADocument).Select(_ => Unit(random, centres[cluster], 0.6f)).ToArray();
                    using var writer = await index.WriteAsync(project, default);
                    writer.Store(Guid.NewGuid(), "bench", "{}", [.. embedded.Select(_ => new ChunkText(TextOf(random, cluster)))], embedded);
                    vectors.AddRange(embedded);
                }

                Print($"stored {chunks} chunks of {Dimensions} dimensions: {chunks / Stopwatch.GetElapsedTime(startedAt).TotalSeconds:F0} a second, {new FileInfo(directory.ChunkFile(project)).Length >> 20} MB");
            }

            await SearchAsync(directory, project, vectors, centres, random, searches);
            return 0;
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task SearchAsync(
        KnowledgeDirectory directory, Guid project, List<float[]> vectors, float[][] centres, Random random, int searches)
    {
        using var index = new ChunkIndex(directory);
        var queries = Enumerable.Range(0, searches).Select(_ =>
        {
            var cluster = random.Next(Clusters);
            string[] terms = [WordOf(random, cluster), WordOf(random, cluster), $"w{random.Next(20, 200)}", $"w{random.Next(5)}"];
            return new ChunkQuery(Unit(random, centres[cluster], 0.6f), terms, Count, DocumentFilter.None);
        }).ToArray();

        var before = Environment.WorkingSet;
        var startedAt = Stopwatch.GetTimestamp();
        await index.FindAsync(project, queries[0], default);
        Print($"first search, which loads the vectors: {Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds:F0} ms, +{(Environment.WorkingSet - before) >> 20} MB resident");

        foreach (var (name, set) in new[]
                 {
                     ("by vector and word", queries), ("by vector alone", queries.Select(query => query with { Terms = [] }).ToArray()),
                 })
        {
            List<double> times = [];
            var allocated = GC.GetTotalAllocatedBytes();
            foreach (var query in set)
            {
                startedAt = Stopwatch.GetTimestamp();
                await index.FindAsync(project, query, default);
                times.Add(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds);
            }

            times.Sort();
            Print($"search {name}: p50 {times[times.Count / 2]:F1} ms, p95 {times[times.Count * 95 / 100]:F1} ms, {(GC.GetTotalAllocatedBytes() - allocated) / times.Count / 1024} KB allocated");
        }

        var hits = 0;
        var judged = queries.Take(50).ToArray();
        foreach (var query in judged)
        {
            var exact = vectors.Select(vector => Dot(vector, query.Vector.Span)).OrderDescending().Take(10).ToArray();
            var found = await index.FindAsync(project, query with { Terms = [], Count = 10 }, default);
            hits += found.Candidates.Count(candidate => candidate.Cosine >= exact[^1] - 1e-6);
        }

        Print($"recall@10 of the vectors beside the exact order: {hits / 10.0 / judged.Length:F4}");
    }

    /// <summary>Words of every text, and some of the cluster's own.</summary>
    private static string TextOf(Random random, int cluster) => string.Join(
        ' ', Enumerable.Range(0, WordsAChunk).Select(i => i % 8 == 0 ? WordOf(random, cluster) : $"w{(int)Math.Pow(Vocabulary, random.NextDouble()) - 1}"));

    private static string WordOf(Random random, int cluster) => $"c{cluster}x{random.Next(40)}";

    /// <summary>A vector of unit length, so far from a centre.</summary>
    private static float[] Unit(Random random, float[] centre, float distance)
    {
        var vector = new float[Dimensions];
        var scale = distance / MathF.Sqrt(Dimensions / 3f);
        for (var i = 0; i < Dimensions; i++)
        {
            vector[i] = centre[i] + (scale * ((random.NextSingle() * 2) - 1));
        }

        var length = MathF.Sqrt(Dot(vector, vector));
        for (var i = 0; i < Dimensions; i++)
        {
            vector[i] /= length;
        }

        return vector;
    }

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0f;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
