using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Wire.OpenAI;

/// <summary>Writes the chat completion object (platform.openai.com/docs/api-reference/chat/object), with what other vendors of the wire put into it.</summary>
internal static class ChatCompletionWriter
{
    /// <summary>The object's members, without its braces, so that a dialect may add its own.</summary>
    /// <param name="usage">Of the answer, or an estimate.</param>
    public static void WriteMembers(Utf8JsonWriter json, ChatResponse answer, in Usage usage, in CompletionHead head, CompletionForm form)
    {
        json.WriteString("id"u8, answer.Id ?? head.Id);
        json.WriteString("object"u8, "chat.completion"u8);
        json.WriteNumber("created"u8, answer.Created ?? head.Created);
        json.WriteString("model"u8, answer.Model ?? head.Model);
        json.WriteString("system_fingerprint"u8, answer.SystemFingerprint);
        json.WriteStartArray("choices"u8);
        foreach (var choice in answer.Choices)
        {
            json.WriteStartObject();
            json.WriteNumber("index"u8, choice.Index);
            json.WriteString("finish_reason"u8, CompletionParts.Word(choice.FinishReason, form));
            WriteMessage(json, choice.Message.Parts, form);
            if (choice.Logprobs is { } logprobs)
            {
                CompletionParts.WriteLogprobs(json, logprobs);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        CompletionParts.WriteUsage(json, usage);
        json.WriteString("service_tier"u8, answer.ServiceTier);
    }

    private static void WriteMessage(Utf8JsonWriter json, IReadOnlyList<ContentPart> parts, CompletionForm form)
    {
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, Joined<TextPart>(parts, static part => part.Text));
        if (Joined<RefusalPart>(parts, static part => part.Text) is { } refusal)
        {
            json.WriteString("refusal"u8, refusal);
        }

        WriteThoughts(json, parts);
        WriteCalls(json, [.. parts.OfType<ToolCallPart>()], form);
        WriteImages(json, parts);
        if (parts.OfType<AudioPart>().FirstOrDefault() is { } audio)
        {
            CompletionParts.WriteAudio(json, audio);
        }

        json.WriteEndObject();
    }

    private static void WriteThoughts(Utf8JsonWriter json, IReadOnlyList<ContentPart> parts)
    {
        if (Joined<ReasoningPart>(parts, static part => part.Text) is { Length: > 0 } thoughts)
        {
            json.WriteString("reasoning_content"u8, thoughts);
        }

        var isSigned = false;
        foreach (var part in parts)
        {
            if (part is ReasoningPart { Signature: not null } or ReasoningPart { Redacted: not null })
            {
                if (!isSigned)
                {
                    json.WriteStartArray("thinking_blocks"u8);
                    isSigned = true;
                }

                var thought = (ReasoningPart)part;
                CompletionParts.WriteThinkingBlock(json, thought.Text, thought.Signature, thought.Redacted);
            }
        }

        if (isSigned)
        {
            json.WriteEndArray();
        }
    }

    private static void WriteCalls(Utf8JsonWriter json, ToolCallPart[] calls, CompletionForm form)
    {
        var isOneCall = calls.Length > 0 && (form & CompletionForm.FunctionCall) != 0;
        if (calls.Length > 0 && !isOneCall)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (var call in calls)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, call.Id);
                json.WriteString("type"u8, "function"u8);
                WriteFunction(json, "function"u8, call);
                if (call.Signature is { } signature)
                {
                    CompletionParts.WriteCallSignature(json, signature);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        else if ((form & CompletionForm.NullCalls) != 0)
        {
            json.WriteNull("tool_calls"u8);
        }

        if (isOneCall)
        {
            WriteFunction(json, "function_call"u8, calls[0]);
        }
        else if ((form & CompletionForm.NullCalls) != 0)
        {
            json.WriteNull("function_call"u8);
        }
    }

    private static void WriteFunction(Utf8JsonWriter json, ReadOnlySpan<byte> name, ToolCallPart call)
    {
        json.WriteStartObject(name);
        json.WriteString("name"u8, call.Name);
        json.WriteString("arguments"u8, call.Arguments);
        json.WriteEndObject();
    }

    private static void WriteImages(Utf8JsonWriter json, IReadOnlyList<ContentPart> parts)
    {
        ImagePart[] images = [.. parts.OfType<ImagePart>()];
        if (images.Length == 0)
        {
            return;
        }

        json.WriteStartArray("images"u8);
        foreach (var image in images)
        {
            CompletionParts.WriteImage(json, image);
        }

        json.WriteEndArray();
    }

    /// <summary>The texts of all parts of a kind; absent where there is no such part.</summary>
    private static string? Joined<TPart>(IReadOnlyList<ContentPart> parts, Func<TPart, string> text)
        where TPart : ContentPart
    {
        string? joined = null;
        foreach (var part in parts)
        {
            if (part is TPart one)
            {
                joined += text(one);
            }
        }

        return joined;
    }
}
