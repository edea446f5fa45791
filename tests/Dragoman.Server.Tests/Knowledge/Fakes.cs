using System.Collections.Concurrent;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Dragoman.Server.Knowledge;

namespace Dragoman.Server.Tests.Knowledge;

/// <summary>Takes text as it is, when it may.</summary>
internal sealed class FakeReader : IDocumentReader
{
    private TaskCompletionSource _gate = new();

    public FakeReader() => _gate.SetResult();

    /// <summary>Sources in the order in which they were begun.</summary>
    public ConcurrentQueue<DocumentSource> Read { get; } = [];

    /// <summary>What reading fails with instead, for the texts that it wants to.</summary>
    public Func<string, GatewayError?> Fail { get; set; } = _ => null;

    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo() => _gate.SetResult();

    public async ValueTask<DocumentReading> ReadAsync(DocumentSource source, CancellationToken ct)
    {
        Read.Enqueue(source);
        await _gate.Task.WaitAsync(ct);
        var text = source.Text ?? (source.Path is { } path ? await File.ReadAllTextAsync(path, ct) : source.Address!);
        return Fail(text) is { } error ? new DocumentReading(null, error) : new DocumentReading(new DocumentText([new Section(text, "Part > One", 7)]), null);
    }
}

/// <summary>Each word is a direction; texts with the same words are near.</summary>
internal sealed class WordEmbeddings : IEmbeddings
{
    public int Dimensions { get; set; } = 48;

    public GatewayError? Error { get; set; }

    public ConcurrentQueue<string> Embedded { get; } = [];

    public static float[] VectorOf(string text, int dimensions = 48)
    {
        var vector = new float[dimensions];
        foreach (var word in text.ToLowerInvariant().Split([' ', '\n', '.', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var hash = word.Aggregate(17, (sum, c) => unchecked((sum * 31) + c));
            vector[(int)((uint)hash % (uint)dimensions)] += 1;
            vector[(int)((uint)(hash / 7) % (uint)dimensions)] += 0.5f;
        }

        var length = MathF.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => length > 0 ? value / length : 0)];
    }

    public ValueTask<EmbeddingResult> EmbedAsync(
        GatewaySnapshot settings, ModelReference embedder, EmbeddingPurpose purpose, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        purpose.ShouldBe(EmbeddingPurpose.Document);
        foreach (var text in texts)
        {
            Embedded.Enqueue(text);
        }

        return new(Error is { } error ? new EmbeddingResult(null, error) : new EmbeddingResult([.. texts.Select(text => VectorOf(text, Dimensions))], null));
    }
}
