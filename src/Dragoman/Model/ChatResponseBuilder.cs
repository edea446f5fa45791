using System.Text;

namespace Dragoman.Model;

/// <summary>Puts a streamed answer together again: the same <see cref="ChatResponse"/> that the plain call would have given.</summary>
public sealed class ChatResponseBuilder
{
    private readonly SortedDictionary<int, ChoiceBuilder> _choices = [];
    private string? _id;
    private string? _model;
    private ResponseDetails? _details;

    public Usage? Usage { get; private set; }

    /// <summary>What broke the stream, if something did.</summary>
    public GatewayError? Error { get; private set; }

    public void Add(in ChatEvent step)
    {
        switch (step.Kind)
        {
            case ChatEventKind.Started:
                _id ??= step.Id;
                _model ??= step.Name;
                break;
            case ChatEventKind.UsageReported:
                Usage = step.Usage;
                break;
            case ChatEventKind.Details:
                _details = _details?.Then(step.Details!) ?? step.Details;
                break;
            case ChatEventKind.Failed:
                Error = step.Error;
                break;
            default:
                if (!_choices.TryGetValue(step.Choice, out var choice))
                {
                    _choices.Add(step.Choice, choice = new ChoiceBuilder());
                }

                choice.Add(step);
                break;
        }
    }

    public ChatResponse Build() => new()
    {
        Id = _id,
        Model = _model,
        Created = _details?.Created,
        Usage = Usage,
        SystemFingerprint = _details?.SystemFingerprint,
        ServiceTier = _details?.ServiceTier,
        ExtraMembers = _details?.ExtraMembers,
        Choices = [.. _choices.Select(choice => choice.Value.Build(choice.Key))],
    };

    private sealed class ChoiceBuilder
    {
        private readonly List<ContentPart> _parts = [];
        private readonly Dictionary<int, ToolCall> _toolCalls = [];
        private readonly StringBuilder _open = new();
        private readonly List<TokenLogprob> _logprobs = [];
        private ChatEventKind _openKind;
        private FinishReason _finishReason;
        private string? _stopSequence;

        public void Add(in ChatEvent step)
        {
            switch (step.Kind)
            {
                case ChatEventKind.Text or ChatEventKind.Reasoning or ChatEventKind.Refusal:
                    if (_openKind != step.Kind)
                    {
                        Close();
                        _openKind = step.Kind;
                    }

                    _open.Append(step.Text);
                    break;
                case ChatEventKind.ReasoningSignature:
                    // A signature may close a thought of which no text was shown.
                    var thought = _openKind == ChatEventKind.Reasoning ? _open.ToString() : "";
                    if (_openKind == ChatEventKind.Reasoning)
                    {
                        _open.Clear();
                        _openKind = default;
                    }
                    else
                    {
                        Close();
                    }

                    _parts.Add(new ReasoningPart(thought, step.Text));
                    break;
                case ChatEventKind.RedactedReasoning:
                    Close();
                    _parts.Add(new ReasoningPart("", Redacted: step.Text));
                    break;
                case ChatEventKind.ToolCallStarted:
                    Close();
                    var call = new ToolCall(step.Id!, step.Name!, _parts.Count);
                    _toolCalls[step.Index] = call;
                    _parts.Add(call.ToPart());
                    break;
                case ChatEventKind.ToolCallArguments when _toolCalls.TryGetValue(step.Index, out var open):
                    open.Arguments.Append(step.Text);
                    break;
                case ChatEventKind.ToolCallSignature when _toolCalls.TryGetValue(step.Index, out var signed):
                    signed.Signature = step.Text;
                    break;
                case ChatEventKind.Part:
                    Close();
                    _parts.Add(step.Part!);
                    break;
                case ChatEventKind.Logprobs:
                    _logprobs.AddRange(step.Logprobs!);
                    break;
                case ChatEventKind.Finished:
                    _finishReason = step.FinishReason;
                    _stopSequence = step.Text;
                    break;
            }
        }

        public ChatChoice Build(int index)
        {
            Close();
            foreach (var call in _toolCalls.Values)
            {
                _parts[call.Place] = call.ToPart();
            }

            return new ChatChoice(index, new ChatMessage(ChatRole.Assistant, [.. _parts]), _finishReason)
            {
                StopSequence = _stopSequence,
                Logprobs = _logprobs.Count > 0 ? [.. _logprobs] : null,
            };
        }

        private void Close()
        {
            if (_open.Length > 0)
            {
                var text = _open.ToString();
                _parts.Add(_openKind switch
                {
                    ChatEventKind.Reasoning => new ReasoningPart(text),
                    ChatEventKind.Refusal => new RefusalPart(text),
                    _ => new TextPart(text),
                });
            }

            _open.Clear();
            _openKind = default;
        }
    }

    private sealed class ToolCall(string id, string name, int place)
    {
        public StringBuilder Arguments { get; } = new();

        public string? Signature { get; set; }

        public int Place { get; } = place;

        public ToolCallPart ToPart() => new(id, name, Arguments.ToString(), Signature);
    }
}
