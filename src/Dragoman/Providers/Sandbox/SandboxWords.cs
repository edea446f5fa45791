using System.Collections.Immutable;
using Dragoman.Model;

namespace Dragoman.Providers.Sandbox;

/// <summary>What a magic word has the sandbox play.</summary>
internal enum SandboxPlay
{
    Answer,
    Long,
    Length,
    Empty,
    Unknown,
    ContentFilter,
    ContentFilterAfterText,
    Refusal,
    Reasoning,
    Json,
    ToolCall,
    ToolCalls,
    Error,
    BrokenStream,
}

/// <param name="Name">As it is written in a message.</param>
/// <param name="Meaning">What is played, for the documentation; of an error also for the caller.</param>
internal sealed record SandboxWord(string Name, SandboxPlay Play, string Meaning)
{
    /// <summary>Of an error.</summary>
    public ErrorKind Kind { get; init; }

    /// <summary>Of an error that tells how long to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>The one table of magic words; docs/test-mode.md shows it.</summary>
internal static class SandboxWords
{
    public const string Prefix = "sandbox:";

    private const string ErrorPrefix = Prefix + "error:";

    public static ImmutableArray<SandboxWord> All { get; } =
    [
        Word("stop", SandboxPlay.Answer, "the usual answer, which ends by itself"),
        Word("long", SandboxPlay.Long, "an answer of about 500 tokens"),
        Word("length", SandboxPlay.Length, "the usual answer, broken off half-way as if the bound on tokens were reached"),
        Word("empty", SandboxPlay.Empty, "an answer without a word"),
        Word("unknown", SandboxPlay.Unknown, "the usual answer, without a reason for its end"),
        Word("content_filter", SandboxPlay.ContentFilter, "an answer that is withheld as a whole"),
        Word("content_filter_after_text", SandboxPlay.ContentFilterAfterText, "an answer of which the second half is withheld"),
        Word("refusal", SandboxPlay.Refusal, "the model declines in words of its own"),
        Word("reasoning", SandboxPlay.Reasoning, "the usual answer after a thought"),
        Word("json", SandboxPlay.Json, "a JSON object that says what was asked"),
        Word("tool_call", SandboxPlay.ToolCall, "a call of the first of the request's tools"),
        Word("tool_calls", SandboxPlay.ToolCalls, "two calls at once: of the first two tools, or of the only one twice"),

        // What the gateway itself finds wrong.
        Error("malformed_body", ErrorKind.MalformedBody, "the body cannot be read"),
        Error("invalid_request", ErrorKind.InvalidRequest, "a parameter has a value that it cannot have"),
        Error("unsupported_media_type", ErrorKind.UnsupportedMediaType, "the body is of another type"),
        Error("body_too_large", ErrorKind.BodyTooLarge, "the body is too long"),
        Error("not_found", ErrorKind.NotFound, "there is nothing at this path"),
        Error("method_not_allowed", ErrorKind.MethodNotAllowed, "the path does not take this method"),
        Error("unauthenticated", ErrorKind.Unauthenticated, "the API key is not valid"),
        Error("forbidden", ErrorKind.Forbidden, "the API key may not do this"),
        Error("model_not_found", ErrorKind.ModelNotFound, "nobody knows the model"),
        Error("model_not_configured", ErrorKind.ModelNotConfigured, "no configured provider serves the model"),
        Error("unsupported_parameter", ErrorKind.UnsupportedParameter, "the model does not take a parameter"),
        Error("context_length_exceeded", ErrorKind.ContextLengthExceeded, "the request is too long for the model"),
        Error("content_filtered", ErrorKind.ContentFiltered, "the provider withholds the answer before it began"),
        Error("rate_limited", ErrorKind.RateLimited, "the API key has reached its limit", 7),
        Error("budget_exceeded", ErrorKind.BudgetExceeded, "the API key's budget is used up"),
        Error("internal", ErrorKind.Internal, "the gateway itself fails"),

        // What becomes of a call at an upstream.
        Error("unreachable", ErrorKind.UpstreamUnreachable, "the provider cannot be reached"),
        Error("timeout", ErrorKind.UpstreamTimeout, "the provider does not answer in time"),
        Error("rejected_credential", ErrorKind.UpstreamRejectedCredential, "the provider refuses the gateway's credential"),
        Error("upstream_model_not_found", ErrorKind.UpstreamModelNotFound, "the provider does not serve the model to the gateway"),
        Error("rejected_request", ErrorKind.UpstreamRejectedRequest, "the provider refuses the request"),
        Error("upstream_rate_limited", ErrorKind.UpstreamRateLimited, "the provider limits the gateway's calls", 20),
        Error("quota_exhausted", ErrorKind.UpstreamQuotaExhausted, "the gateway's account at the provider is used up"),
        Error("overloaded", ErrorKind.UpstreamOverloaded, "the provider is overloaded", 5),
        Error("failed", ErrorKind.UpstreamFailed, "the provider fails"),
        Error("invalid_response", ErrorKind.UpstreamInvalidResponse, "the provider's answer cannot be read"),
        Error("starter_unavailable", ErrorKind.StarterUnavailable, "the starter engine is not ready", 3),
        Error("stream_broken", ErrorKind.UpstreamStreamBroken, "the provider breaks off half-way through the answer") with
        {
            Play = SandboxPlay.BrokenStream,
        },
    ];

    /// <summary>The magic word that counts: of the last user message, or else of the system messages; in either the last one.</summary>
    /// <param name="unknown">The word as it was written, where it is none of the table; shortened.</param>
    public static SandboxWord? Find(ChatMessage? lastUser, IEnumerable<ChatMessage> system, out string? unknown)
    {
        var written = Last(lastUser?.Text);
        foreach (var message in system.Reverse())
        {
            written ??= Last(message.Text);
        }

        var word = written is null ? null : All.FirstOrDefault(word => word.Name.Equals(written, StringComparison.OrdinalIgnoreCase));
        unknown = word is null && written is not null ? SandboxText.Excerpt(written, 64) : null;
        return word;
    }

    /// <summary>
    /// <c>sandbox:</c> with a name right behind it and no letter, digit, '_' or ':' right ahead: <c>sandbox: it is</c> and <c>my_sandbox:x</c>
    /// are words like any other.
    /// </summary>
    private static string? Last(string? text)
    {
        if (text is null)
        {
            return null;
        }

        for (var end = text.Length; end > 0;)
        {
            var start = text.AsSpan(0, end).LastIndexOf(Prefix, StringComparison.OrdinalIgnoreCase);
            if (start < 0)
            {
                return null;
            }

            // Looked at first, so that a text of nothing but prefixes is gone through once and not once for each.
            end = start;
            if (start > 0 && IsOfName(text[start - 1]))
            {
                continue;
            }

            var stop = start + Prefix.Length;
            while (stop < text.Length && IsOfName(text[stop]))
            {
                stop++;
            }

            var name = text.AsSpan(start, stop - start).TrimEnd(':');
            if (name.Length >= Prefix.Length)
            {
                return name.ToString();
            }
        }

        return null;

        static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or ':';
    }

    private static SandboxWord Word(string name, SandboxPlay play, string meaning) => new(Prefix + name, play, meaning);

    private static SandboxWord Error(string name, ErrorKind kind, string meaning, int? retryAfterSeconds = null) =>
        new(ErrorPrefix + name, SandboxPlay.Error, meaning)
        {
            Kind = kind,
            RetryAfter = retryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
}
