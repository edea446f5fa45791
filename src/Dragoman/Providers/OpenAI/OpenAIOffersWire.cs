using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dragoman.Providers.OpenAI;

// The answers of platform.openai.com/docs/api-reference/embeddings, /audio and /images, as far as they are read.

internal sealed class EmbeddingListWire
{
    public EmbeddingWire?[]? Data { get; set; }

    public EmbeddingUsageWire? Usage { get; set; }

    public JsonElement? Error { get; set; }
}

internal sealed class EmbeddingWire
{
    public int? Index { get; set; }

    public float[]? Embedding { get; set; }
}

internal sealed class EmbeddingUsageWire
{
    public long? PromptTokens { get; set; }

    public long? TotalTokens { get; set; }
}

internal sealed class TranscriptionWire
{
    public string? Text { get; set; }

    public JsonElement? Error { get; set; }
}

internal sealed class ImageListWire
{
    public ImageWire?[]? Data { get; set; }

    public ImageUsageWire? Usage { get; set; }

    public JsonElement? Error { get; set; }
}

internal sealed class ImageWire
{
    [JsonPropertyName("b64_json")]
    public byte[]? B64Json { get; set; }

    public string? Url { get; set; }

    public string? RevisedPrompt { get; set; }

    public bool? RespectModeration { get; set; }
}

internal sealed class ImageUsageWire
{
    public long? InputTokens { get; set; }

    public long? OutputTokens { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EmbeddingListWire))]
[JsonSerializable(typeof(TranscriptionWire))]
[JsonSerializable(typeof(ImageListWire))]
internal sealed partial class OpenAIOffersJson : JsonSerializerContext;
