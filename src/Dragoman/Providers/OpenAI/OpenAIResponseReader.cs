using System.Text.Json;
using Dragoman.Model;
using Dragoman.Wire.OpenAI;

namespace Dragoman.Providers.OpenAI;

/// <summary>Reads the chat completion object (platform.openai.com/docs/api-reference/chat/object).</summary>
internal static class OpenAIResponseReader
{
    public static UpstreamAnswer Read(ReadOnlySpan<byte> body)
    {
        var wire = JsonSerializer.Deserialize(body, OpenAIWireContext.Default.ChatCompletionWire)
            ?? throw new JsonException("The answer is null.");
        if (OpenAIMapping.IsError(wire.Error) || (wire.Choices is null && wire.Object == "error"))
        {
            return OpenAIErrorReader.Read(200, body);
        }

        if (wire.Choices is not { Count: > 0 } wireChoices)
        {
            throw new JsonException("The answer holds no choices.");
        }

        var choices = new ChatChoice[wireChoices.Count];
        for (var i = 0; i < choices.Length; i++)
        {
            if (OpenAIMapping.FailureOf(wireChoices[i]) is { } failure)
            {
                return failure;
            }

            choices[i] = Read(wireChoices[i], i, wire.Id);
        }

        return new ChatResponse
        {
            Id = OpenAIMapping.NullIfEmpty(wire.Id),
            Model = OpenAIMapping.NullIfEmpty(wire.Model),
            Created = wire.Created is >= 1 and var created ? (long)created : null,
            Choices = choices,
            Usage = wire.Usage is { } usage ? OpenAIMapping.UsageOf(usage) : null,
            SystemFingerprint = OpenAIMapping.NullIfEmpty(wire.SystemFingerprint),
            ServiceTier = OpenAIMapping.NullIfEmpty(wire.ServiceTier),
            ExtraMembers = wire.Extra is { Count: > 0 } extra ? extra : null,
        };
    }

    private static ChatChoice Read(ChoiceWire choice, int place, string? responseId)
    {
        var index = choice.Index ?? place;
        var message = choice.Message ?? new MessageWire();
        var parts = new List<ContentPart>(2);
        if (OpenAIMapping.ThoughtOf(message) is { } thought)
        {
            parts.Add(new ReasoningPart(thought));
        }

        if (message.Content.Text is { Length: > 0 } text)
        {
            parts.Add(new TextPart(text));
        }
        else if (message.Content.Parts is { } list)
        {
            foreach (var part in OpenAIMapping.PartsOf(list))
            {
                Add(parts, part);
            }
        }

        if (message.Refusal is { Length: > 0 } refusal)
        {
            parts.Add(new RefusalPart(refusal));
        }

        foreach (var picture in message.Images ?? [])
        {
            if (OpenAIMapping.ImageOf(picture) is { } image)
            {
                parts.Add(image);
            }
        }

        var calls = 0;
        foreach (var call in message.ToolCalls ?? [])
        {
            AddCall(OpenAIMapping.NullIfEmpty(call.Id), call.Function);
        }

        if (message.FunctionCall is { } only)
        {
            AddCall(null, only);
        }

        if (message.Audio is { } audio)
        {
            parts.Add(new AudioPart(audio.Data, "", audio.Id, audio.Transcript, audio.ExpiresAt)); // The request knows the format.
        }

        return new ChatChoice(index, new ChatMessage(ChatRole.Assistant, parts), OpenAIMapping.FinishReasonOf(choice.FinishReason))
        {
            Logprobs = OpenAIMapping.LogprobsOf(choice.Logprobs),
        };

        void AddCall(string? id, FunctionWire? function)
        {
            parts.Add(new ToolCallPart(
                id ?? OpenAIMapping.MakeToolCallId(responseId, index, calls),
                function?.Name ?? "",
                function?.Arguments ?? ""));
            calls++;
        }
    }

    /// <summary>Neighbours of one kind become one part, as they do in a stream.</summary>
    private static void Add(List<ContentPart> parts, ContentPart part)
    {
        switch (part, parts.Count > 0 ? parts[^1] : null)
        {
            case (TextPart { Text: "" } or ReasoningPart { Text: "" } or RefusalPart { Text: "" }, _):
                break;
            case (TextPart more, TextPart text):
                parts[^1] = new TextPart(text.Text + more.Text);
                break;
            case (ReasoningPart more, ReasoningPart thought):
                parts[^1] = new ReasoningPart(thought.Text + more.Text);
                break;
            default:
                parts.Add(part);
                break;
        }
    }
}
