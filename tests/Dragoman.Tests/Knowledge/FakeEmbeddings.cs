using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;

namespace Dragoman.Tests.Knowledge;

/// <summary>Texts are as near as they share words: each word is a dimension of its own.</summary>
internal sealed partial class FakeEmbeddings : IEmbeddings
{
    public const int Dimensions = 256;

    private readonly Dictionary<string, int> _words = new(StringComparer.OrdinalIgnoreCase);

    public static GatewaySnapshot Settings(ModelReference? reranker = null) => new()
    {
        Providers = FrozenDictionary<string, ProviderSnapshot>.Empty,
        Upstream = new UpstreamLimits(),
        Knowledge = new KnowledgeSettings { Reranker = reranker },
    };

    public GatewayError? Error { get; init; }

    /// <summary>Each call's texts.</summary>
    public List<IReadOnlyList<string>> Calls { get; } = [];

    public ValueTask<EmbeddingResult> EmbedAsync(
        GatewaySnapshot settings, ModelReference embedder, EmbeddingPurpose purpose, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        Calls.Add(texts);
        return new(Error is null ? new EmbeddingResult([.. texts.Select(Embed)], null) { Usage = new Usage { InputTokens = 7 } } : new EmbeddingResult(null, Error));
    }

    public float[] Embed(string text)
    {
        var vector = new float[Dimensions];
        foreach (Match word in Word().Matches(text))
        {
            if (!_words.TryGetValue(word.Value, out var dimension))
            {
                _words.Add(word.Value, dimension = _words.Count);
            }

            vector[dimension] = 1;
        }

        var length = MathF.Max(1, MathF.Sqrt(vector.Sum()));
        return Array.ConvertAll(vector, value => value / length);
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
