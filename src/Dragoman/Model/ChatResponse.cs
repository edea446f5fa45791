using System.Text.Json;

namespace Dragoman.Model;

/// <summary>A whole answer, in no dialect.</summary>
public sealed record ChatResponse
{
    /// <summary>The upstream's own id of the answer.</summary>
    public string? Id { get; init; }

    /// <summary>The model as the upstream names what answered, which may be more exact than what was asked for.</summary>
    public string? Model { get; init; }

    /// <summary>Unix seconds by the upstream's clock.</summary>
    public long? Created { get; init; }

    public required IReadOnlyList<ChatChoice> Choices { get; init; }

    public Usage? Usage { get; init; }

    public string? SystemFingerprint { get; init; }

    public string? ServiceTier { get; init; }

    /// <summary>Members of the upstream's body that have no place here, such as citations; for callers of the same wire.</summary>
    public IReadOnlyDictionary<string, JsonElement>? ExtraMembers { get; init; }

    /// <summary>The text of the first choice; empty where it has none.</summary>
    public string Text => Choices is [var first, ..] ? first.Message.Text : "";
}

public sealed record ChatChoice(int Index, ChatMessage Message, FinishReason FinishReason)
{
    /// <summary>The stop sequence that ended the text, where the upstream tells it.</summary>
    public string? StopSequence { get; init; }

    public IReadOnlyList<TokenLogprob>? Logprobs { get; init; }
}

public enum FinishReason
{
    /// <summary>The upstream gave none, or one that nobody knows.</summary>
    Unknown,

    /// <summary>The model was done, or met a stop sequence.</summary>
    Stop,

    /// <summary>The bound on output tokens or the end of the context was reached.</summary>
    Length,

    ToolCalls,

    /// <summary>The provider withheld the text.</summary>
    ContentFilter,

    /// <summary>The model itself declined.</summary>
    Refusal,
}

/// <summary>A token, its natural-log probability, its UTF-8 bytes where known, and the likeliest others at its place.</summary>
public sealed record TokenLogprob(string Token, double Logprob, IReadOnlyList<int>? Bytes, IReadOnlyList<TokenLogprob>? Top);

/// <summary>
/// Tokens that a call took. Kinds are kept apart because they are priced apart: <see cref="CachedInputTokens"/>, <see cref="CacheWriteTokens"/>
/// and <see cref="AudioInputTokens"/> are parts of <see cref="InputTokens"/>; <see cref="ReasoningTokens"/> and <see cref="AudioOutputTokens"/>
/// are parts of <see cref="OutputTokens"/>. An upstream may say what it likes: no count is below 0 or above <see cref="Most"/>, so that sums of them stay
/// sums.
/// </summary>
public readonly record struct Usage
{
    /// <summary>A million million; no call takes nearly as much.</summary>
    public const long Most = 1_000_000_000_000;

    /// <summary>Everything that was read, cached parts included.</summary>
    public long InputTokens { get; init => field = Bounded(value); }

    /// <summary>Read from the provider's prompt cache.</summary>
    public long CachedInputTokens { get; init => field = Bounded(value); }

    /// <summary>Written to the provider's prompt cache (Anthropic bills it apart).</summary>
    public long CacheWriteTokens { get; init => field = Bounded(value); }

    public long AudioInputTokens { get; init => field = Bounded(value); }

    /// <summary>Everything that was written, reasoning included.</summary>
    public long OutputTokens { get; init => field = Bounded(value); }

    public long ReasoningTokens { get; init => field = Bounded(value); }

    public long AudioOutputTokens { get; init => field = Bounded(value); }

    /// <summary>The figures were reckoned here because the upstream gave none.</summary>
    public bool IsEstimate { get; init; }

    public long TotalTokens => InputTokens + OutputTokens;

    private static long Bounded(long count) => Math.Clamp(count, 0, Most);
}
