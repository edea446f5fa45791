using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.Gemini;

/// <summary>
/// Reads the chunks of <c>streamGenerateContent?alt=sse</c> (https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse),
/// each an answer of its own that holds what is new. The wire has no last event: an answer is whole when every candidate has had its
/// <c>finishReason</c>. A plain answer is the stream with one chunk.
/// </summary>
internal sealed class GeminiEventReader : IChatEventReader
{
    private readonly List<Candidate> _candidates = [];
    private bool _hasStarted;
    private bool _hasFailed;
    private string? _responseId;
    private string? _serviceTier;

    public bool IsOver => _hasFailed;

    public void Read(string name, ReadOnlySpan<byte> data, List<ChatEvent> steps) =>
        Read(JsonSerializer.Deserialize(data, GeminiJson.Default.GeminiResponse) ?? throw new JsonException("A chunk is null."), steps);

    public void Read(GeminiResponse chunk, List<ChatEvent> steps)
    {
        if (_hasFailed)
        {
            return;
        }

        if (chunk.Error is { } error)
        {
            Fail(GeminiErrorReader.Of(error, status: null), steps);
            return;
        }

        if (!_hasStarted)
        {
            _hasStarted = true;
            _responseId = chunk.ResponseId;
            steps.Add(ChatEvent.Started(chunk.ResponseId, chunk.ModelVersion));
        }

        if (chunk.PromptFeedback is { BlockReason: { } reason } feedback && chunk.Candidates is null or [])
        {
            ReadUsage(chunk.UsageMetadata, steps); // A blocked prompt is read, and may be billed, all the same.
            Fail(new GatewayError(ErrorKind.ContentFiltered, feedback.BlockReasonMessage ?? $"The prompt was blocked ({reason})."), steps);
            return;
        }

        GatewayError? failure = null;
        foreach (var piece in chunk.Candidates ?? [])
        {
            failure ??= ReadCandidate(piece, steps);
        }

        ReadUsage(chunk.UsageMetadata, steps);
        if (failure is not null)
        {
            Fail(failure, steps);
        }
    }

    public void Complete(List<ChatEvent> steps)
    {
        if (_hasFailed)
        {
            return;
        }

        if (_candidates.Count == 0 || _candidates.Exists(candidate => !candidate.IsFinished))
        {
            Fail(new GatewayError(ErrorKind.UpstreamStreamBroken, "The stream ended before a finish reason."), steps);
        }
    }

    private GatewayError? ReadCandidate(GeminiCandidate piece, List<ChatEvent> steps)
    {
        var candidate = _candidates.Find(known => known.Index == piece.Index);
        if (candidate is null)
        {
            _candidates.Add(candidate = new Candidate(piece.Index));
        }

        var before = steps.Count;
        foreach (var part in piece.Content?.Parts ?? [])
        {
            ReadPart(part, candidate, steps);
        }

        candidate.HasContent |= steps.Count > before;
        if (piece.LogprobsResult is { ChosenCandidates.Length: > 0 } logprobs)
        {
            steps.Add(ChatEvent.OfLogprobs(ReadLogprobs(logprobs), piece.Index));
        }

        if (piece.FinishReason is not ({ } reason and not "FINISH_REASON_UNSPECIFIED") || candidate.IsFinished)
        {
            return null;
        }

        candidate.IsFinished = true;
        if (!candidate.HasContent && reason is "MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL")
        {
            // The model stumbled and said nothing: an answer of nothing would pass for a choice of its own.
            return new GatewayError(ErrorKind.UpstreamInvalidResponse, piece.FinishMessage ?? $"The model broke off ({reason}).");
        }

        var wantsTools = candidate.ToolCalls > 0 && reason == "STOP";
        steps.Add(ChatEvent.Finished(wantsTools ? FinishReason.ToolCalls : FinishReasonOf(reason), piece.Index));
        return null;
    }

    private void ReadPart(GeminiPart part, Candidate candidate, List<ChatEvent> steps)
    {
        var choice = candidate.Index;
        if (part.FunctionCall is { Name: { } name } call)
        {
            // Older models give no id. The answer's own makes one that is new in each turn and the same on each reading.
            var index = candidate.ToolCalls++;
            var id = call.Id is { Length: > 0 } given ? given : $"call_{_responseId}_{choice}_{index}";
            steps.Add(ChatEvent.ToolCallStarted(index, id, name, choice));
            steps.Add(ChatEvent.ToolCallArguments(
                index, call.Args.ValueKind == JsonValueKind.Object ? call.Args.GetRawText() : "{}", choice));
            if (part.ThoughtSignature is { Length: > 0 } signature)
            {
                steps.Add(ChatEvent.ToolCallSignature(index, signature, choice));
            }

            return;
        }

        switch (part)
        {
            case { Text: { Length: > 0 } thought, Thought: true }:
                steps.Add(ChatEvent.Reasoning(thought, choice));
                break;
            case { Text: { Length: > 0 } text }:
                steps.Add(ChatEvent.OfText(text, choice));
                break;
            case { InlineData: { MimeType: { } type, Data: { } data } }:
                steps.Add(ChatEvent.OfPart(
                    type.StartsWith("audio/", StringComparison.Ordinal)
                        ? new AudioPart(data, type["audio/".Length..])
                        : new ImagePart { Data = data, MediaType = type },
                    choice));
                break;

            // The vendor's own tool ran code; what it ran and what came of it belong to the answer.
            case { ExecutableCode.Code: { } code }:
                steps.Add(ChatEvent.OfText($"\n```{part.ExecutableCode.Language?.ToLowerInvariant()}\n{code.TrimEnd('\n')}\n```\n", choice));
                break;
            case { CodeExecutionResult.Output: { } output }:
                steps.Add(ChatEvent.OfText($"\n```\n{output.TrimEnd('\n')}\n```\n", choice));
                break;
        }

        if (part.ThoughtSignature is { Length: > 0 } mark)
        {
            steps.Add(ChatEvent.ReasoningSignature(mark, choice));
        }
    }

    /// <summary>https://ai.google.dev/api/generate-content#FinishReason</summary>
    internal static FinishReason FinishReasonOf(string reason) => reason switch
    {
        "STOP" => FinishReason.Stop,
        "MAX_TOKENS" => FinishReason.Length,
        "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "LANGUAGE"
            or "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" or "IMAGE_RECITATION" => FinishReason.ContentFilter,
        _ => FinishReason.Unknown,
    };

    private static List<TokenLogprob> ReadLogprobs(GeminiLogprobs logprobs)
    {
        var read = new List<TokenLogprob>();
        for (var i = 0; i < logprobs.ChosenCandidates!.Length; i++)
        {
            var chosen = logprobs.ChosenCandidates[i];
            var top = i < logprobs.TopCandidates?.Length ? logprobs.TopCandidates[i].Candidates : null;
            read.Add(new TokenLogprob(
                chosen.Token ?? "",
                chosen.LogProbability,
                null,
                top is null ? null : [.. top.Select(other => new TokenLogprob(other.Token ?? "", other.LogProbability, null, null))]));
        }

        return read;
    }

    /// <summary>
    /// <c>promptTokenCount</c> includes what was cached but not what the vendor's own tools fed back; <c>candidatesTokenCount</c> leaves out
    /// thoughts.
    /// </summary>
    internal static Usage UsageOf(GeminiUsage usage)
    {
        return new Usage
        {
            InputTokens = usage.PromptTokenCount + usage.ToolUsePromptTokenCount,
            CachedInputTokens = usage.CachedContentTokenCount,
            AudioInputTokens = AudioOf(usage.PromptTokensDetails),
            OutputTokens = usage.CandidatesTokenCount + usage.ThoughtsTokenCount,
            ReasoningTokens = usage.ThoughtsTokenCount,
            AudioOutputTokens = AudioOf(usage.CandidatesTokensDetails),
        };

        static long AudioOf(GeminiModalityCount[]? counts) =>
            counts?.Where(count => count.Modality == "AUDIO").Sum(count => count.TokenCount) ?? 0;
    }

    private void ReadUsage(GeminiUsage? usage, List<ChatEvent> steps)
    {
        if (usage is null)
        {
            return;
        }

        if (usage.ServiceTier is { } tier && tier != _serviceTier)
        {
            _serviceTier = tier;

            // "standard" in the words that callers use.
            steps.Add(ChatEvent.OfDetails(new ResponseDetails { ServiceTier = tier == "standard" ? "default" : tier }));
        }

        steps.Add(ChatEvent.UsageReported(UsageOf(usage)));
    }

    private void Fail(GatewayError error, List<ChatEvent> steps)
    {
        _hasFailed = true;
        steps.Add(ChatEvent.Failed(error));
    }

    private sealed class Candidate(int index)
    {
        public int Index { get; } = index;

        public int ToolCalls { get; set; }

        public bool HasContent { get; set; }

        public bool IsFinished { get; set; }
    }
}
