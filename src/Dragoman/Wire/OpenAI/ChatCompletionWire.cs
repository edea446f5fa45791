using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dragoman.Wire.OpenAI;

// OpenAI's chat completion object and chunk (platform.openai.com/docs/api-reference/chat/object and /streaming) as OpenAI and the vendors
// that follow it send them. Members are settable rather than init-only: that is what source-generated reading does fastest.

/// <summary>The body of an answer to a plain call.</summary>
internal sealed record ChatCompletionWire
{
    [JsonConverter(typeof(LooseTextConverter))]
    public string? Id { get; set; }

    public string? Object { get; set; }

    public string? Model { get; set; }

    /// <summary>Unix seconds; a fraction at some vendors.</summary>
    public double? Created { get; set; }

    public List<ChoiceWire>? Choices { get; set; }

    public UsageWire? Usage { get; set; }

    public string? SystemFingerprint { get; set; }

    public string? ServiceTier { get; set; }

    public JsonElement? Error { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>One event of a streamed answer.</summary>
internal sealed record ChatChunkWire
{
    [JsonConverter(typeof(LooseTextConverter))]
    public string? Id { get; set; }

    public string? Object { get; set; }

    public string? Model { get; set; }

    public List<ChoiceWire>? Choices { get; set; }

    public UsageWire? Usage { get; set; }

    public JsonElement? Error { get; set; }

    /// <summary>Groq's own corner.</summary>
    [JsonPropertyName("x_groq")]
    public GroqWire? Groq { get; set; }
}

internal sealed record GroqWire
{
    public UsageWire? Usage { get; set; }

    public JsonElement? Error { get; set; }
}

internal sealed record ChoiceWire
{
    public int? Index { get; set; }

    public MessageWire? Message { get; set; }

    public MessageWire? Delta { get; set; }

    [JsonConverter(typeof(LooseTextConverter))]
    public string? FinishReason { get; set; }

    public LogprobsWire? Logprobs { get; set; }

    /// <summary>Moonshot puts the usage of a stream here.</summary>
    public UsageWire? Usage { get; set; }

    /// <summary>OpenRouter tells here what broke an answer.</summary>
    public JsonElement? Error { get; set; }
}

/// <summary>A whole message or a piece of one.</summary>
internal sealed record MessageWire
{
    public ContentWire Content { get; set; }

    public string? Refusal { get; set; }

    /// <summary>DeepSeek's word for thoughts, which Fireworks, Mistral's hosts and older vLLM use too.</summary>
    [JsonConverter(typeof(TextOrNothingConverter))]
    public string? ReasoningContent { get; set; }

    /// <summary>OpenRouter's, Groq's, Cerebras's, Ollama's and newer vLLM's word for the same.</summary>
    [JsonConverter(typeof(TextOrNothingConverter))]
    public string? Reasoning { get; set; }

    public List<ToolCallWire>? ToolCalls { get; set; }

    /// <summary>What tool calls were before they were called so.</summary>
    public FunctionWire? FunctionCall { get; set; }

    public AudioWire? Audio { get; set; }

    /// <summary>Pictures that a model made, by OpenRouter's custom.</summary>
    public List<JsonElement>? Images { get; set; }
}

internal sealed record ToolCallWire
{
    public int? Index { get; set; }

    [JsonConverter(typeof(LooseTextConverter))]
    public string? Id { get; set; }

    public FunctionWire? Function { get; set; }
}

internal sealed record FunctionWire
{
    public string? Name { get; set; }

    /// <summary>JSON in a string; a few vendors send the object itself.</summary>
    [JsonConverter(typeof(LooseTextConverter))]
    public string? Arguments { get; set; }
}

internal sealed record AudioWire
{
    public string? Id { get; set; }

    public byte[]? Data { get; set; }

    public string? Transcript { get; set; }

    public long? ExpiresAt { get; set; }
}

internal sealed record LogprobsWire
{
    public List<TokenLogprobWire>? Content { get; set; }

    public List<TokenLogprobWire>? Refusal { get; set; }

    /// <summary>Together's form, which is that of OpenAI's old completions.</summary>
    public List<string>? Tokens { get; set; }

    public List<double?>? TokenLogprobs { get; set; }
}

internal sealed record TokenLogprobWire
{
    public string? Token { get; set; }

    public double? Logprob { get; set; }

    public List<int>? Bytes { get; set; }

    public List<TokenLogprobWire>? TopLogprobs { get; set; }
}

internal sealed record UsageWire
{
    public long? PromptTokens { get; set; }

    public long? CompletionTokens { get; set; }

    public long? TotalTokens { get; set; }

    public PromptDetailsWire? PromptTokensDetails { get; set; }

    public CompletionDetailsWire? CompletionTokensDetails { get; set; }

    /// <summary>DeepSeek's.</summary>
    public long? PromptCacheHitTokens { get; set; }

    /// <summary>Together's and Moonshot's.</summary>
    public long? CachedTokens { get; set; }

    /// <summary>Perplexity's.</summary>
    public long? ReasoningTokens { get; set; }
}

internal sealed record PromptDetailsWire
{
    public long? CachedTokens { get; set; }

    /// <summary>OpenRouter's, for models whose vendor bills it apart.</summary>
    public long? CacheWriteTokens { get; set; }

    public long? AudioTokens { get; set; }
}

internal sealed record CompletionDetailsWire
{
    public long? ReasoningTokens { get; set; }

    public long? AudioTokens { get; set; }
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(ChatCompletionWire))]
[JsonSerializable(typeof(ChatChunkWire))]
internal sealed partial class OpenAIWireContext : JsonSerializerContext;
