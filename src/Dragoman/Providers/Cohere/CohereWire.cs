using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dragoman.Providers.Cohere;

// The answers of docs.cohere.com/reference/embed and /rerank, as far as they are read.

internal sealed class CohereEmbedResponse
{
    public CohereVectors? Embeddings { get; set; }

    public CohereMeta? Meta { get; set; }
}

/// <summary>A list of vectors for each type that was asked for.</summary>
internal sealed class CohereVectors
{
    public float[]?[]? Float { get; set; }
}

internal sealed class CohereMeta
{
    public CohereBilledUnits? BilledUnits { get; set; }
}

internal sealed class CohereBilledUnits
{
    /// <summary>A whole number, at times with a point.</summary>
    public double? InputTokens { get; set; }
}

internal sealed class CohereRerankResponse
{
    public CohereRerankResult?[]? Results { get; set; }
}

internal sealed class CohereRerankResult
{
    public int? Index { get; set; }

    public double? RelevanceScore { get; set; }
}

/// <summary>Cohere tells errors as <c>{"message"}</c>, Jina as <c>{"detail"}</c>: a text, or a list of what is wrong.</summary>
internal sealed class CohereError
{
    public JsonElement Message { get; set; }

    public JsonElement Detail { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CohereEmbedResponse))]
[JsonSerializable(typeof(CohereRerankResponse))]
[JsonSerializable(typeof(CohereError))]
internal sealed partial class CohereJson : JsonSerializerContext;
