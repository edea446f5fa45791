using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dragoman.Providers.Gemini;

// The answers of https://ai.google.dev/api/generate-content, as far as they are read. Protocol buffers in JSON: a member that has its
// default value is left out, so every member may be absent.

internal sealed class GeminiResponse
{
    public GeminiCandidate[]? Candidates { get; set; }

    public GeminiPromptFeedback? PromptFeedback { get; set; }

    public GeminiUsage? UsageMetadata { get; set; }

    public string? ModelVersion { get; set; }

    public string? ResponseId { get; set; }

    public GeminiError? Error { get; set; }
}

/// <summary>The answer of https://ai.google.dev/api/embeddings#method:-models.batchembedcontents.</summary>
internal sealed class GeminiEmbedResponse
{
    public GeminiEmbedding?[]? Embeddings { get; set; }

    public GeminiUsage? UsageMetadata { get; set; }

    public GeminiError? Error { get; set; }
}

internal sealed class GeminiEmbedding
{
    public float[]? Values { get; set; }
}

internal sealed class GeminiCandidate
{
    public int Index { get; set; }

    public GeminiContent? Content { get; set; }

    public string? FinishReason { get; set; }

    public string? FinishMessage { get; set; }

    public GeminiLogprobs? LogprobsResult { get; set; }
}

internal sealed class GeminiContent
{
    public GeminiPart[]? Parts { get; set; }
}

/// <summary>One of <c>text</c>, <c>inlineData</c>, <c>functionCall</c>, <c>executableCode</c>, <c>codeExecutionResult</c>.</summary>
internal sealed class GeminiPart
{
    public string? Text { get; set; }

    public bool Thought { get; set; }

    public string? ThoughtSignature { get; set; }

    public GeminiBlob? InlineData { get; set; }

    public GeminiFunctionCall? FunctionCall { get; set; }

    public GeminiExecutableCode? ExecutableCode { get; set; }

    public GeminiCodeResult? CodeExecutionResult { get; set; }
}

internal sealed class GeminiBlob
{
    public string? MimeType { get; set; }

    public byte[]? Data { get; set; }
}

internal sealed class GeminiFunctionCall
{
    public string? Id { get; set; }

    public string? Name { get; set; }

    public JsonElement Args { get; set; }
}

internal sealed class GeminiExecutableCode
{
    public string? Language { get; set; }

    public string? Code { get; set; }
}

internal sealed class GeminiCodeResult
{
    public string? Output { get; set; }
}

internal sealed class GeminiPromptFeedback
{
    public string? BlockReason { get; set; }

    public string? BlockReasonMessage { get; set; }
}

internal sealed class GeminiUsage
{
    public long PromptTokenCount { get; set; }

    public long CachedContentTokenCount { get; set; }

    public long ToolUsePromptTokenCount { get; set; }

    public long CandidatesTokenCount { get; set; }

    public long ThoughtsTokenCount { get; set; }

    public GeminiModalityCount[]? PromptTokensDetails { get; set; }

    public GeminiModalityCount[]? CandidatesTokensDetails { get; set; }

    public string? ServiceTier { get; set; }
}

internal sealed class GeminiModalityCount
{
    public string? Modality { get; set; }

    public long TokenCount { get; set; }
}

internal sealed class GeminiLogprobs
{
    public GeminiTokenLogprob[]? ChosenCandidates { get; set; }

    public GeminiTopCandidates[]? TopCandidates { get; set; }
}

internal sealed class GeminiTopCandidates
{
    public GeminiTokenLogprob[]? Candidates { get; set; }
}

internal sealed class GeminiTokenLogprob
{
    public string? Token { get; set; }

    public double LogProbability { get; set; }
}

/// <summary>Google's error model (https://cloud.google.com/apis/design/errors).</summary>
internal sealed class GeminiError
{
    public string? Message { get; set; }

    public string? Status { get; set; }

    public GeminiErrorDetail[]? Details { get; set; }
}

/// <summary>One of <c>ErrorInfo</c> (reason), <c>RetryInfo</c> (retryDelay), <c>QuotaFailure</c> (violations) and others.</summary>
internal sealed class GeminiErrorDetail
{
    public string? Reason { get; set; }

    /// <summary>A protocol buffers duration: <c>"34.07s"</c>.</summary>
    public string? RetryDelay { get; set; }

    public GeminiQuotaViolation[]? Violations { get; set; }
}

internal sealed class GeminiQuotaViolation
{
    public string? QuotaId { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GeminiResponse))]
[JsonSerializable(typeof(GeminiResponse[]))]
[JsonSerializable(typeof(GeminiEmbedResponse))]
internal sealed partial class GeminiJson : JsonSerializerContext;
