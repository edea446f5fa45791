using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.Anthropic;

/// <summary>
/// Reads the events of a stream (https://platform.claude.com/docs/en/build-with-claude/streaming): <c>message_start</c>, for each block
/// <c>content_block_start</c>, <c>_delta</c>…, <c>_stop</c>, then <c>message_delta</c> and <c>message_stop</c>; <c>ping</c> and <c>error</c> anywhere.
/// New kinds of event are announced for the future: what is unknown is passed over. A plain answer is read as if it came in one piece.
/// </summary>
internal sealed class AnthropicEventReader : IChatEventReader
{
    private AnthropicUsage? _usage;
    private string? _serviceTier;
    private int _toolCalls;
    private string? _signature;
    private string? _wholeInput;

    // The vendor's own tools (server_tool_use) have input too, which is nobody's to run.
    private bool _isInToolCall;
    private bool _isStarted;
    private bool _isOver;

    public bool IsOver => _isOver;

    public void Read(string name, ReadOnlySpan<byte> data, List<ChatEvent> steps)
    {
        var step = JsonSerializer.Deserialize(data, AnthropicJson.Default.AnthropicEvent) ?? throw new JsonException("An event is null.");
        if (_isOver)
        {
            return;
        }

        switch (step.Type)
        {
            case "message_start" when step.Message is { } message:
                Start(message, steps);
                ReadUsage(message.Usage, steps);
                break;
            case "content_block_start" when step.ContentBlock is { } block:
                StartBlock(block, steps);
                break;
            case "content_block_delta" when step.Delta is { } delta:
                ReadDelta(delta, steps);
                break;
            case "content_block_stop":
                StopBlock(steps);
                break;
            case "message_delta":
                if (step.Delta is { StopReason: { } reason } end)
                {
                    Finish(reason, end.StopSequence, end.StopDetails, steps);
                }

                ReadUsage(step.Usage, steps);
                break;
            case "message_stop":
                _isOver = true;
                break;
            case "error":
                Fail(AnthropicErrorReader.Of(step.Error, status: null), steps);
                break;
        }
    }

    public void Complete(List<ChatEvent> steps)
    {
        if (!_isOver)
        {
            Fail(new GatewayError(ErrorKind.UpstreamStreamBroken, "The stream ended before its message_stop event."), steps);
        }
    }

    /// <summary>The steps that a whole answer stands for.</summary>
    public void ReadWhole(AnthropicMessage message, List<ChatEvent> steps)
    {
        Start(message, steps);
        foreach (var block in message.Content!)
        {
            StartBlock(block, steps);
            StopBlock(steps);
        }

        if (message.StopReason is { } reason)
        {
            Finish(reason, message.StopSequence, message.StopDetails, steps);
        }

        ReadUsage(message.Usage, steps);
    }

    private void Start(AnthropicMessage message, List<ChatEvent> steps)
    {
        _isStarted = true;
        steps.Add(ChatEvent.Started(message.Id, message.Model));
    }

    private void StartBlock(AnthropicBlock block, List<ChatEvent> steps)
    {
        _signature = null;
        _wholeInput = null;
        _isInToolCall = false;
        switch (block.Type)
        {
            case "text":
                Say(ChatEventKind.Text, block.Text, steps);
                break;
            case "thinking":
                Say(ChatEventKind.Reasoning, block.Thinking, steps);
                _signature = block.Signature;
                break;
            case "redacted_thinking" when block.Data is { } data:
                steps.Add(ChatEvent.RedactedReasoning(data));
                break;
            case "tool_use" when block is { Id: { } id, Name: { } name }:
                steps.Add(ChatEvent.ToolCallStarted(_toolCalls++, id, name));
                _isInToolCall = true;

                // In a stream it is {} and the arguments follow in pieces; a tool without any gets none or an empty one.
                _wholeInput = block.Input.ValueKind == JsonValueKind.Undefined ? "{}" : block.Input.GetRawText();
                break;
        }
    }

    private void ReadDelta(AnthropicDelta delta, List<ChatEvent> steps)
    {
        switch (delta.Type)
        {
            case "text_delta":
                Say(ChatEventKind.Text, delta.Text, steps);
                break;
            case "thinking_delta":
                Say(ChatEventKind.Reasoning, delta.Thinking, steps);
                break;
            case "signature_delta":
                _signature = delta.Signature;
                break;
            case "input_json_delta" when _isInToolCall && delta.PartialJson is { Length: > 0 } json:
                _wholeInput = null;
                steps.Add(ChatEvent.ToolCallArguments(_toolCalls - 1, json));
                break;
        }
    }

    private void StopBlock(List<ChatEvent> steps)
    {
        if (_signature is { Length: > 0 })
        {
            steps.Add(ChatEvent.ReasoningSignature(_signature));
        }

        if (_wholeInput is not null)
        {
            steps.Add(ChatEvent.ToolCallArguments(_toolCalls - 1, _wholeInput));
        }

        _signature = null;
        _wholeInput = null;
    }

    private static void Say(ChatEventKind kind, string? text, List<ChatEvent> steps)
    {
        if (text is { Length: > 0 })
        {
            steps.Add(kind == ChatEventKind.Reasoning ? ChatEvent.Reasoning(text) : ChatEvent.OfText(text));
        }
    }

    private static void Finish(string reason, string? stopSequence, AnthropicStopDetails? details, List<ChatEvent> steps)
    {
        if (reason == "refusal" && details?.Explanation is { Length: > 0 } explanation)
        {
            steps.Add(ChatEvent.Refusal(explanation)); // Often all that there is to read.
        }

        steps.Add(ChatEvent.Finished(FinishReasonOf(reason), stopSequence: stopSequence));
    }

    /// <summary>https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons</summary>
    private static FinishReason FinishReasonOf(string reason) => reason switch
    {
        "end_turn" or "stop_sequence" => FinishReason.Stop,
        "max_tokens" or "model_context_window_exceeded" => FinishReason.Length,
        "tool_use" => FinishReason.ToolCalls,
        "refusal" => FinishReason.Refusal,

        // The vendor's own tools took too long; the answer is cut off and can be prolonged, as one that met a bound.
        "pause_turn" => FinishReason.Length,
        _ => FinishReason.Unknown,
    };

    /// <summary>
    /// Counts are cumulative, and later events may leave out what has not changed. <c>input_tokens</c> leaves out what came from the cache
    /// or went there.
    /// </summary>
    private void ReadUsage(AnthropicUsage? usage, List<ChatEvent> steps)
    {
        if (usage is null)
        {
            return;
        }

        if (_isStarted && usage.ServiceTier is { } tier && tier != _serviceTier)
        {
            _serviceTier = tier;

            // "standard" in the words that callers use.
            steps.Add(ChatEvent.OfDetails(new ResponseDetails { ServiceTier = tier == "standard" ? "default" : tier }));
        }

        _usage ??= new AnthropicUsage();
        _usage.InputTokens = usage.InputTokens ?? _usage.InputTokens;
        _usage.CacheReadInputTokens = usage.CacheReadInputTokens ?? _usage.CacheReadInputTokens;
        _usage.CacheCreationInputTokens = usage.CacheCreationInputTokens ?? _usage.CacheCreationInputTokens;
        _usage.OutputTokens = usage.OutputTokens ?? _usage.OutputTokens;
        _usage.OutputTokensDetails = usage.OutputTokensDetails ?? _usage.OutputTokensDetails;

        var read = _usage.CacheReadInputTokens ?? 0;
        var written = _usage.CacheCreationInputTokens ?? 0;
        steps.Add(ChatEvent.UsageReported(new Usage
        {
            InputTokens = (_usage.InputTokens ?? 0) + read + written,
            CachedInputTokens = read,
            CacheWriteTokens = written,
            OutputTokens = _usage.OutputTokens ?? 0,
            ReasoningTokens = _usage.OutputTokensDetails?.ThinkingTokens ?? 0,
        }));
    }

    private void Fail(GatewayError error, List<ChatEvent> steps)
    {
        _isOver = true;
        steps.Add(ChatEvent.Failed(error));
    }
}
