using System.Text;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Wire.OpenAI;

/// <summary>
/// Writes the chunks of one streamed answer (platform.openai.com/docs/api-reference/chat/streaming), with what other vendors of the wire put into them. A
/// step becomes one chunk or none.
/// </summary>
internal sealed class ChatChunkWriter(in CompletionHead head, CompletionForm form)
{
    private readonly Dictionary<int, Choice> _choices = [];
    private JsonEncodedText _id = JsonEncodedText.Encode(head.Id);
    private JsonEncodedText _model = JsonEncodedText.Encode(head.Model);
    private long _created = head.Created;
    private string? _systemFingerprint;
    private string? _serviceTier;
    private IReadOnlyDictionary<string, JsonElement>? _extraMembers;

    /// <summary>Characters that the client was told so far, for an estimate of the answer's tokens.</summary>
    public long Characters { get; private set; }

    /// <summary>What the upstream told of its usage last.</summary>
    public Usage? Usage { get; private set; }

    /// <summary>Takes a step in. <c>true</c> where a chunk is to be written of it, by <see cref="WriteMembers"/>.</summary>
    public bool Take(in ChatEvent step)
    {
        switch (step.Kind)
        {
            case ChatEventKind.Started:
                _id = step.Id is { } id ? JsonEncodedText.Encode(id) : _id;
                _model = step.Name is { } model ? JsonEncodedText.Encode(model) : _model;
                return false;
            case ChatEventKind.Details:
                TakeDetails(step.Details!);
                return false;
            case ChatEventKind.UsageReported:
                Usage = step.Usage;
                return false;
            case ChatEventKind.Reasoning:
                ChoiceOf(step).Thought.Append(step.Text);
                return TakeText(step);
            case ChatEventKind.Text or ChatEventKind.Refusal or ChatEventKind.ToolCallArguments:
                return TakeText(step);
            case ChatEventKind.Part:
                return step.Part is ImagePart or AudioPart;
            case ChatEventKind.Failed:
                return false;
            default:
                return true;
        }
    }

    /// <summary>The members of the chunk for a step, without its braces, so that a dialect may add its own.</summary>
    public void WriteMembers(Utf8JsonWriter json, in ChatEvent step)
    {
        WriteHead(json);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, step.Choice);
        json.WriteStartObject("delta"u8);
        WriteDelta(json, step);
        json.WriteEndObject();
        if (step.Kind == ChatEventKind.Finished)
        {
            json.WriteString("finish_reason"u8, CompletionParts.Word(step.FinishReason, form));
        }
        else
        {
            json.WriteNull("finish_reason"u8);
        }

        if (step.Logprobs is { } logprobs)
        {
            CompletionParts.WriteLogprobs(json, logprobs);
        }

        json.WriteEndObject();
        json.WriteEndArray();
        WriteTail(json);
    }

    /// <summary>The members of the chunk without choices that ends a stream for callers who asked for usage.</summary>
    public void WriteUsageMembers(Utf8JsonWriter json, in Usage usage)
    {
        WriteHead(json);
        json.WriteStartArray("choices"u8);
        json.WriteEndArray();
        CompletionParts.WriteUsage(json, usage);
        WriteTail(json);
    }

    private bool TakeText(in ChatEvent step)
    {
        Characters += step.Text!.Length;
        return step.Text.Length > 0;
    }

    private void TakeDetails(ResponseDetails details)
    {
        _created = details.Created ?? _created;
        _systemFingerprint = details.SystemFingerprint ?? _systemFingerprint;
        _serviceTier = details.ServiceTier ?? _serviceTier;
        _extraMembers = details.ExtraMembers ?? _extraMembers;
    }

    private void WriteHead(Utf8JsonWriter json)
    {
        json.WriteString("id"u8, _id);
        json.WriteString("object"u8, "chat.completion.chunk"u8);
        json.WriteNumber("created"u8, _created);
        json.WriteString("model"u8, _model);
        if (_systemFingerprint is not null)
        {
            json.WriteString("system_fingerprint"u8, _systemFingerprint);
        }
    }

    private void WriteTail(Utf8JsonWriter json)
    {
        if (_serviceTier is not null)
        {
            json.WriteString("service_tier"u8, _serviceTier);
        }

        // Told once, as soon as there is a chunk to tell it with.
        CompletionParts.WriteExtraMembers(json, _extraMembers, []);
        _extraMembers = null;
    }

    private void WriteDelta(Utf8JsonWriter json, in ChatEvent step)
    {
        var choice = ChoiceOf(step);
        if (!choice.HasRole)
        {
            choice.HasRole = true;
            json.WriteString("role"u8, "assistant"u8);
        }

        switch (step.Kind)
        {
            case ChatEventKind.Text:
                json.WriteString("content"u8, step.Text);
                break;
            case ChatEventKind.Refusal:
                json.WriteString("refusal"u8, step.Text);
                break;
            case ChatEventKind.Reasoning:
                json.WriteString("reasoning_content"u8, step.Text);
                break;
            case ChatEventKind.ReasoningSignature or ChatEventKind.RedactedReasoning:
                var isSignature = step.Kind == ChatEventKind.ReasoningSignature;
                json.WriteStartArray("thinking_blocks"u8);
                CompletionParts.WriteThinkingBlock(
                    json, isSignature ? choice.Thought.ToString() : "", isSignature ? step.Text : null, isSignature ? null : step.Text);
                json.WriteEndArray();
                choice.Thought.Clear();
                break;
            case ChatEventKind.ToolCallStarted or ChatEventKind.ToolCallArguments or ChatEventKind.ToolCallSignature:
                WriteCall(json, step);
                break;
            case ChatEventKind.Part when step.Part is ImagePart image:
                json.WriteStartArray("images"u8);
                CompletionParts.WriteImage(json, image);
                json.WriteEndArray();
                break;
            case ChatEventKind.Part when step.Part is AudioPart audio:
                CompletionParts.WriteAudio(json, audio);
                break;
        }
    }

    private void WriteCall(Utf8JsonWriter json, in ChatEvent step)
    {
        if ((form & CompletionForm.FunctionCall) != 0)
        {
            if (step.Index == 0 && step.Kind != ChatEventKind.ToolCallSignature)
            {
                WriteFunction(json, "function_call"u8, step);
            }

            return;
        }

        json.WriteStartArray("tool_calls"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, step.Index);
        if (step.Kind == ChatEventKind.ToolCallSignature)
        {
            CompletionParts.WriteCallSignature(json, step.Text!);
        }
        else
        {
            if (step.Kind == ChatEventKind.ToolCallStarted)
            {
                json.WriteString("id"u8, step.Id);
                json.WriteString("type"u8, "function"u8);
            }

            WriteFunction(json, "function"u8, step);
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteFunction(Utf8JsonWriter json, ReadOnlySpan<byte> name, in ChatEvent step)
    {
        json.WriteStartObject(name);
        if (step.Kind == ChatEventKind.ToolCallStarted)
        {
            json.WriteString("name"u8, step.Name);
        }

        json.WriteString("arguments"u8, step.Text ?? "");
        json.WriteEndObject();
    }

    private Choice ChoiceOf(in ChatEvent step)
    {
        if (!_choices.TryGetValue(step.Choice, out var choice))
        {
            _choices.Add(step.Choice, choice = new Choice());
        }

        return choice;
    }

    private sealed class Choice
    {
        /// <summary>The first chunk of a choice has its role.</summary>
        public bool HasRole { get; set; }

        /// <summary>What was thought since the last signature, which closes all of it.</summary>
        public StringBuilder Thought { get; } = new();
    }
}
