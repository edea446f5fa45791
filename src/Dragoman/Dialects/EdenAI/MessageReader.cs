using System.Globalization;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// Reads <c>messages</c>. What a message says is in <c>content</c> (the documentation's example) or <c>message</c> (its text). Roles are those of the
/// documentation, and OpenAI's <c>developer</c> and <c>function</c> for clients that were written for it. Pure.
/// </summary>
internal sealed class MessageReader(BodyFields fields)
{
    private const string Field = "messages";

    private readonly ContentReader _content = new(fields, Field);

    // What a message of role "function" answers: the last call of that name.
    private readonly Dictionary<string, string> _functionCalls = new(StringComparer.Ordinal);

    /// <summary>Empty where something is wrong.</summary>
    public List<ChatMessage> Read()
    {
        if (fields.List(Field, isRequired: true) is not { } list)
        {
            return [];
        }

        if (list.GetArrayLength() == 0)
        {
            fields.Fault(Field, FieldWords.EmptyList);
        }

        var messages = new List<ChatMessage>(list.GetArrayLength());
        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{Field}[{index}]");
            if (item.ValueKind != JsonValueKind.Object)
            {
                Fault(path, FieldWords.NotADictionary(item));
            }
            else if (ReadMessage(item, path) is { } message)
            {
                messages.Add(message);
            }
        }

        return messages;
    }

    private ChatMessage? ReadMessage(JsonElement message, string path)
    {
        var name = message.TextMember("name");
        switch (message.TextMember("role"))
        {
            case "user":
                return new ChatMessage(ChatRole.User, ReadContent(message, path), name);
            case "system" or "developer":
                return new ChatMessage(ChatRole.System, ReadContent(message, path), name);
            case "assistant":
                return new ChatMessage(ChatRole.Assistant, ReadAssistant(message, path), name);
            case "tool":
                if (message.TextMember("tool_call_id") is not { Length: > 0 } id)
                {
                    Fault(path + ".tool_call_id", FieldWords.Required);
                    return null;
                }

                return ToolResult(id, message, path, name);
            case "function":
                if (name is null)
                {
                    Fault(path + ".name", FieldWords.Required);
                    return null;
                }

                return ToolResult(_functionCalls.GetValueOrDefault(name, "call_" + name), message, path, name);
            case null:
                Fault(path + ".role", FieldWords.Required);
                return null;
            case var role:
                Fault(path + ".role", FieldWords.NotAChoice(role));
                return null;
        }
    }

    private ChatMessage ToolResult(string callId, JsonElement message, string path, string? name) =>
        new(ChatRole.Tool, [new ToolResultPart(callId, ReadContent(message, path), name)]);

    /// <summary>Its thoughts, its words and its calls, in the order in which a model has them.</summary>
    private List<ContentPart> ReadAssistant(JsonElement message, string path)
    {
        var parts = ReadThoughts(message);
        var calls = ReadCalls(message, path);
        var audio = message.Member("audio")?.TextMember("id");
        var refusal = message.TextMember("refusal");
        if (ContentOf(message) is not null || (calls.Count == 0 && audio is null && refusal is null))
        {
            parts.AddRange(ReadContent(message, path));
        }

        if (refusal is not null)
        {
            parts.Add(new RefusalPart(refusal));
        }

        parts.AddRange(calls);
        if (audio is not null)
        {
            parts.Add(new AudioPart(default, "", audio));
        }

        return parts;
    }

    /// <summary>Thoughts as the answers of this API have them (<see cref="Wire.OpenAI.CompletionParts.WriteThinkingBlock"/>).</summary>
    private static List<ContentPart> ReadThoughts(JsonElement message)
    {
        var thoughts = new List<ContentPart>();
        if (message.Member("thinking_blocks") is { ValueKind: JsonValueKind.Array } blocks)
        {
            foreach (var block in blocks.EnumerateArray())
            {
                if (block.TextMember("data") is { } redacted)
                {
                    thoughts.Add(new ReasoningPart("", Redacted: redacted));
                }
                else if (block.TextMember("thinking") is { } thought)
                {
                    thoughts.Add(new ReasoningPart(thought, block.TextMember("signature")));
                }
            }
        }

        if (thoughts.Count == 0 && message.TextMember("reasoning_content") is { Length: > 0 } text)
        {
            thoughts.Add(new ReasoningPart(text));
        }

        return thoughts;
    }

    private List<ContentPart> ReadCalls(JsonElement message, string path)
    {
        var calls = new List<ContentPart>();
        if (message.Member("tool_calls") is { } list)
        {
            if (list.ValueKind != JsonValueKind.Array)
            {
                Fault(path + ".tool_calls", FieldWords.NotAList(list));
                return calls;
            }

            foreach (var (index, item) in list.EnumerateArray().Index())
            {
                var at = string.Create(CultureInfo.InvariantCulture, $"{path}.tool_calls[{index}]");
                if (item.TextMember("id") is not { Length: > 0 } id)
                {
                    Fault(at + ".id", FieldWords.Required);
                }
                else if (ReadCall(item.Member("function"), id, at + ".function") is { } call)
                {
                    calls.Add(call with { Signature = item.Member("extra_content")?.Member("google")?.TextMember("thought_signature") });
                }
            }
        }

        if (message.Member("function_call") is { } only
            && ReadCall(only, string.Create(CultureInfo.InvariantCulture, $"call_{_functionCalls.Count}"), path + ".function_call") is { } former)
        {
            _functionCalls[former.Name] = former.Id;
            calls.Add(former);
        }

        return calls;
    }

    private ToolCallPart? ReadCall(JsonElement? function, string id, string path)
    {
        if (function?.TextMember("name") is not { Length: > 0 } name)
        {
            Fault(path + ".name", FieldWords.Required);
            return null;
        }

        // JSON in a text; the object itself is as plain.
        var arguments = function?.Member("arguments");
        return new ToolCallPart(id, name, arguments is { ValueKind: JsonValueKind.String } text ? text.GetString()! : arguments?.GetRawText() ?? "");
    }

    private List<ContentPart> ReadContent(JsonElement message, string path)
    {
        var name = message.Member("content") is null && message.Member("message") is not null ? "message" : "content";
        if (ContentOf(message) is { } content)
        {
            return _content.Read(content, $"{path}.{name}");
        }

        Fault($"{path}.{name}", FieldWords.Required);
        return [];
    }

    private static JsonElement? ContentOf(JsonElement message) => message.Member("content") ?? message.Member("message");

    private void Fault(string path, string message) => fields.Fault(Field, FieldWords.At(path, message));
}
