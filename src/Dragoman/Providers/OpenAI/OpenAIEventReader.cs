using System.Buffers;
using System.Text.Json;
using Dragoman.Model;
using Dragoman.Wire.OpenAI;

namespace Dragoman.Providers.OpenAI;

/// <summary>
/// Reads one stream of chunks (platform.openai.com/docs/api-reference/chat/streaming). Vendors differ in what a chunk holds and in which
/// order they come, so nothing is asked of them but an end: <c>[DONE]</c>, or, where a vendor leaves that out, each choice finished.
/// </summary>
internal sealed class OpenAIEventReader : IChatEventReader
{
    private readonly List<Choice> _choices = new(1);
    private readonly OpenAIDetailsReader _details = new();
    private ResponseDetails? _untold;
    private string? _responseId;
    private Usage _usage;
    private bool _started;
    private bool _over;

    public bool IsOver => _over;

    public void Read(string name, ReadOnlySpan<byte> data, List<ChatEvent> steps)
    {
        data = data.Trim(" \t\r\n"u8);
        if (_over || data.IsEmpty)
        {
            return;
        }

        if (data.SequenceEqual("[DONE]"u8))
        {
            End(steps);
            return;
        }

        if (name == "error")
        {
            Fail(OpenAIErrorReader.Read(200, data), steps);
            return;
        }

        var chunk = JsonSerializer.Deserialize(data, OpenAIWireContext.Default.ChatChunkWire)
            ?? throw new JsonException("A chunk is null.");
        if (OpenAIMapping.IsError(chunk.Error) || (chunk.Choices is null && chunk.Object == "error"))
        {
            Fail(OpenAIErrorReader.Read(200, data), steps);
            return;
        }

        if (OpenAIMapping.IsError(chunk.Groq?.Error))
        {
            Fail(OpenAIErrorReader.Read(200, chunk.Groq!.Error!.Value), steps);
            return;
        }

        Start(chunk, steps);
        Tell(_details.Read(data), steps);
        foreach (var choice in chunk.Choices ?? [])
        {
            Read(choice, steps);
            if (_over)
            {
                return;
            }

            Report(choice.Usage, steps);
        }

        Report(chunk.Usage ?? chunk.Groq?.Usage, steps);
    }

    public void Complete(List<ChatEvent> steps)
    {
        if (_over)
        {
            return;
        }

        if (_choices.Count > 0 && _choices.TrueForAll(static choice => choice.Finished))
        {
            End(steps);
        }
        else
        {
            Fail(new GatewayError(ErrorKind.UpstreamStreamBroken, "The upstream's stream broke off before the answer was whole."), steps);
        }
    }

    private void Start(ChatChunkWire chunk, List<ChatEvent> steps)
    {
        // Azure's first chunk tells of the prompt's filters and has neither an id nor a model.
        if (!_started && (chunk is { Id.Length: > 0 } or { Model.Length: > 0 } || chunk.Choices is { Count: > 0 }))
        {
            _started = true;
            _responseId = OpenAIMapping.NullIfEmpty(chunk.Id);
            steps.Add(ChatEvent.Started(_responseId, OpenAIMapping.NullIfEmpty(chunk.Model)));
        }
    }

    /// <summary>Details that come ahead of the start (Azure's filters of the prompt) wait for it.</summary>
    private void Tell(ResponseDetails? details, List<ChatEvent> steps)
    {
        if (details is not null)
        {
            _untold = _untold?.Then(details) ?? details;
        }

        if (_started && _untold is not null)
        {
            steps.Add(ChatEvent.OfDetails(_untold));
            _untold = null;
        }
    }

    private void Read(ChoiceWire wire, List<ChatEvent> steps)
    {
        var choice = ChoiceAt(wire.Index ?? 0);
        if (OpenAIMapping.FailureOf(wire) is { } failure)
        {
            Fail(failure, steps);
            return;
        }

        // Perplexity sends the whole message so far beside each piece; others the whole message once, with no piece.
        if ((wire.Delta ?? wire.Message) is { } delta)
        {
            ReadDelta(choice, delta, steps);
        }

        if (OpenAIMapping.LogprobsOf(wire.Logprobs) is { } logprobs)
        {
            steps.Add(ChatEvent.OfLogprobs(logprobs, choice.Index));
        }

        if (wire.FinishReason is { Length: > 0 } reason && !choice.Finished)
        {
            Finish(choice, OpenAIMapping.FinishReasonOf(reason), steps);
        }
    }

    private void ReadDelta(Choice choice, MessageWire delta, List<ChatEvent> steps)
    {
        if (OpenAIMapping.ThoughtOf(delta) is { } thought)
        {
            steps.Add(ChatEvent.Reasoning(thought, choice.Index));
        }

        if (delta.Content.Text is { Length: > 0 } text)
        {
            steps.Add(ChatEvent.OfText(text, choice.Index));
        }
        else if (delta.Content.Parts is { } parts)
        {
            foreach (var part in OpenAIMapping.PartsOf(parts))
            {
                switch (part)
                {
                    case TextPart { Text.Length: > 0 } more:
                        steps.Add(ChatEvent.OfText(more.Text, choice.Index));
                        break;
                    case ReasoningPart { Text.Length: > 0 } more:
                        steps.Add(ChatEvent.Reasoning(more.Text, choice.Index));
                        break;
                    case RefusalPart { Text.Length: > 0 } more:
                        steps.Add(ChatEvent.Refusal(more.Text, choice.Index));
                        break;
                    case ImagePart:
                        steps.Add(ChatEvent.OfPart(part, choice.Index));
                        break;
                }
            }
        }

        if (delta.Refusal is { Length: > 0 } refusal)
        {
            steps.Add(ChatEvent.Refusal(refusal, choice.Index));
        }

        foreach (var picture in delta.Images ?? [])
        {
            if (OpenAIMapping.ImageOf(picture) is { } image)
            {
                steps.Add(ChatEvent.OfPart(image, choice.Index));
            }
        }

        foreach (var call in delta.ToolCalls ?? [])
        {
            ReadCall(choice, call.Index, OpenAIMapping.NullIfEmpty(call.Id), call.Function, steps);
        }

        if (delta.FunctionCall is { } function)
        {
            ReadCall(choice, 0, null, function, steps);
        }

        if (delta.Audio is { } audio)
        {
            (choice.Sound ??= new Sound()).Add(audio);
        }
    }

    private void ReadCall(Choice choice, int? index, string? id, FunctionWire? function, List<ChatEvent> steps)
    {
        var name = OpenAIMapping.NullIfEmpty(function?.Name);
        var slot = FindCall(choice.Calls, index, id, name);
        if (slot < 0)
        {
            slot = choice.Calls.Count;
            choice.Calls.Add(new Call(index, id));
            id ??= OpenAIMapping.MakeToolCallId(_responseId, choice.Index, slot);
            steps.Add(ChatEvent.ToolCallStarted(slot, id, name ?? "", choice.Index));
        }

        if (function?.Arguments is { Length: > 0 } arguments)
        {
            steps.Add(ChatEvent.ToolCallArguments(slot, arguments, choice.Index));
        }
    }

    /// <summary>
    /// Which call a piece belongs to; -1 for a new one. By its index, unless it brings both another id and a name: some vendors send whole
    /// calls that all have index 0. Without an index by its id; with neither, a name begins a call and a nameless piece continues the last.
    /// </summary>
    private static int FindCall(List<Call> calls, int? index, string? id, string? name)
    {
        if (index is not null)
        {
            return calls.FindLastIndex(call => call.WireIndex == index) is >= 0 and var found
                && (id is null || name is null || calls[found].Id is null || calls[found].Id == id) ? found : -1;
        }

        if (id is not null)
        {
            return calls.FindLastIndex(call => call.Id == id) is >= 0 and var found ? found : name is null ? calls.Count - 1 : -1;
        }

        return name is null ? calls.Count - 1 : -1;
    }

    private void Report(UsageWire? wire, List<ChatEvent> steps)
    {
        if (wire is not null && OpenAIMapping.UsageOf(wire) is var usage && usage != _usage)
        {
            _usage = usage;
            steps.Add(ChatEvent.UsageReported(usage));
        }
    }

    private static void Finish(Choice choice, FinishReason reason, List<ChatEvent> steps)
    {
        if (choice.Sound is { } sound)
        {
            choice.Sound = null;
            steps.Add(ChatEvent.OfPart(sound.ToPart(), choice.Index));
        }

        choice.Finished = true;
        steps.Add(ChatEvent.Finished(reason, choice.Index));
    }

    private void End(List<ChatEvent> steps)
    {
        if (_choices.Count == 0)
        {
            Fail(new GatewayError(ErrorKind.UpstreamInvalidResponse, "The upstream's stream ended before it said anything."), steps);
            return;
        }

        foreach (var choice in _choices)
        {
            if (!choice.Finished)
            {
                Finish(choice, FinishReason.Unknown, steps);
            }
        }

        _over = true;
    }

    private void Fail(GatewayError error, List<ChatEvent> steps)
    {
        _over = true;
        steps.Add(ChatEvent.Failed(error));
    }

    private Choice ChoiceAt(int index)
    {
        foreach (var choice in _choices)
        {
            if (choice.Index == index)
            {
                return choice;
            }
        }

        var added = new Choice(index);
        _choices.Add(added);
        return added;
    }

    private sealed class Choice(int index)
    {
        public int Index { get; } = index;

        public bool Finished { get; set; }

        public List<Call> Calls { get; } = [];

        public Sound? Sound { get; set; }
    }

    private readonly record struct Call(int? WireIndex, string? Id);

    /// <summary>Speech, which this wire streams in pieces and the canonical model holds whole.</summary>
    private sealed class Sound
    {
        private readonly ArrayBufferWriter<byte> _data = new();
        private string? _id;
        private string? _transcript;
        private long? _expiresAt;

        public void Add(AudioWire piece)
        {
            _id ??= piece.Id;
            _transcript += piece.Transcript;
            _expiresAt ??= piece.ExpiresAt;
            _data.Write(piece.Data);
        }

        public AudioPart ToPart() => new(_data.WrittenSpan.ToArray(), "", _id, OpenAIMapping.NullIfEmpty(_transcript), _expiresAt);
    }
}
