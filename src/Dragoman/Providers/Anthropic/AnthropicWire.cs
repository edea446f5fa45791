using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dragoman.Providers.Anthropic;

// The answers of https://platform.claude.com/docs/en/api/messages and .../build-with-claude/streaming, as far as they are read.
// Every member may be absent: servers that imitate the wire leave out what they do not know.

internal sealed class AnthropicMessage
{
    public string? Type { get; set; }

    public string? Id { get; set; }

    public string? Model { get; set; }

    public AnthropicBlock[]? Content { get; set; }

    public string? StopReason { get; set; }

    public string? StopSequence { get; set; }

    public AnthropicStopDetails? StopDetails { get; set; }

    public AnthropicUsage? Usage { get; set; }

    public AnthropicError? Error { get; set; }
}

/// <summary>A content block, or the start of one: <c>text</c>, <c>thinking</c>, <c>redacted_thinking</c>, <c>tool_use</c>.</summary>
internal sealed class AnthropicBlock
{
    public string? Type { get; set; }

    public string? Text { get; set; }

    public string? Thinking { get; set; }

    public string? Signature { get; set; }

    public string? Data { get; set; }

    public string? Id { get; set; }

    public string? Name { get; set; }

    public JsonElement Input { get; set; }
}

/// <summary>Why an answer was refused; <c>explanation</c> is for people and often <c>null</c>.</summary>
internal sealed class AnthropicStopDetails
{
    public string? Explanation { get; set; }
}

internal sealed class AnthropicUsage
{
    public long? InputTokens { get; set; }

    public long? CacheCreationInputTokens { get; set; }

    public long? CacheReadInputTokens { get; set; }

    public long? OutputTokens { get; set; }

    public AnthropicOutputTokensDetails? OutputTokensDetails { get; set; }

    public string? ServiceTier { get; set; }
}

internal sealed class AnthropicOutputTokensDetails
{
    public long? ThinkingTokens { get; set; }
}

internal sealed class AnthropicError
{
    public string? Type { get; set; }

    public string? Message { get; set; }
}

/// <summary>Any event of a stream; <see cref="Type"/> says which members are there.</summary>
internal sealed class AnthropicEvent
{
    public string? Type { get; set; }

    public int Index { get; set; }

    public AnthropicMessage? Message { get; set; }

    public AnthropicBlock? ContentBlock { get; set; }

    public AnthropicDelta? Delta { get; set; }

    public AnthropicUsage? Usage { get; set; }

    public AnthropicError? Error { get; set; }
}

/// <summary>The delta of a content block (told apart by <see cref="Type"/>), or of the message.</summary>
internal sealed class AnthropicDelta
{
    public string? Type { get; set; }

    public string? Text { get; set; }

    public string? Thinking { get; set; }

    public string? Signature { get; set; }

    public string? PartialJson { get; set; }

    public string? StopReason { get; set; }

    public string? StopSequence { get; set; }

    public AnthropicStopDetails? StopDetails { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AnthropicMessage))]
[JsonSerializable(typeof(AnthropicEvent))]
internal sealed partial class AnthropicJson : JsonSerializerContext;
