using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.Anthropic;

/// <summary>
/// Writes the body of <c>POST /v1/messages</c> (https://platform.claude.com/docs/en/api/messages/create):
/// <c>{model, max_tokens, messages, system?, …}</c>, turns of user and assistant by turns, system text apart.
/// </summary>
internal static class AnthropicRequestWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    public static void Write(ChatRequest request, UpstreamTarget target, bool stream, IBufferWriter<byte> body)
    {
        var plan = AnthropicPlan.Of(request, target);
        using var writer = new Utf8JsonWriter(body, Options);
        writer.WriteStartObject();
        writer.WriteString("model"u8, target.Model);
        writer.WriteNumber("max_tokens"u8, plan.MaxTokens);
        WriteConversation(writer, request.Messages, target.Rule.SystemMidway);
        WriteTools(writer, request, plan, target);
        WriteThinking(writer, request, plan);
        WriteNumber(writer, "temperature"u8, plan.Temperature);
        WriteNumber(writer, "top_p"u8, plan.TopP);
        if (plan.TopK is { } topK)
        {
            writer.WriteNumber("top_k"u8, topK);
        }

        if (plan.StopSequences is { Count: > 0 } stops)
        {
            writer.WriteStartArray("stop_sequences"u8);
            foreach (var stop in stops)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }

        if (request.User is { } user)
        {
            writer.WriteStartObject("metadata"u8);
            writer.WriteString("user_id"u8, user);
            writer.WriteEndObject();
        }

        if (plan.ServiceTier is { } tier)
        {
            writer.WriteString("service_tier"u8, tier);
        }

        if (stream)
        {
            writer.WriteBoolean("stream"u8, true);
        }

        if (request is { ExtraMembersWire: WireFormat.AnthropicMessages, ExtraMembers: { } extra })
        {
            foreach (var (name, value) in extra)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// <c>messages</c> and <c>system</c>. Turns of one role in a row become one; tool results are a user's turn and stand first in it, as the
    /// vendor demands ("tool_result blocks must come first in the content array").
    /// System messages before the first turn are <c>system</c>. So are later ones, which the wire knew no other place for until Claude Opus 4.8;
    /// since then one may follow a user's turn ("Mid-conversation system messages"), and there it keeps its place in the order of things
    /// and leaves the conversation before it as it was, which newer models check thinking blocks against. One that follows
    /// an assistant's turn waits for the end of the next user's.
    /// </summary>
    private static void WriteConversation(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> messages, bool systemMidway)
    {
        var apart = new List<ChatMessage>();
        var waiting = new List<ChatMessage>();
        var begun = false;

        writer.WriteStartArray("messages"u8);
        for (var start = 0; start < messages.Count;)
        {
            var isAssistant = messages[start].Role == ChatRole.Assistant;
            var end = start;
            for (; end < messages.Count && (messages[end].Role == ChatRole.System || messages[end].Role == ChatRole.Assistant == isAssistant); end++)
            {
                if (messages[end].Role == ChatRole.System)
                {
                    (systemMidway && begun ? waiting : apart).Add(messages[end]);
                }
                else
                {
                    begun = true;
                }
            }

            var written = WriteTurn(writer, messages, start, end, isAssistant);
            if (written && !isAssistant && waiting.Count > 0)
            {
                writer.WriteStartObject();
                writer.WriteString("role"u8, "system"u8);
                WriteSystem(writer, "content"u8, waiting);
                writer.WriteEndObject();
                waiting.Clear();
            }

            start = end;
        }

        writer.WriteEndArray();
        apart.AddRange(waiting);
        WriteSystem(writer, "system"u8, apart);
    }

    private static void WriteSystem(Utf8JsonWriter writer, ReadOnlySpan<byte> name, List<ChatMessage> messages)
    {
        var texts = messages.Select(message => message.Text).Where(text => text.Length > 0).ToList();
        if (texts is [var only])
        {
            writer.WriteString(name, only);
        }
        else if (texts.Count > 1)
        {
            writer.WriteStartArray(name);
            texts.ForEach(text => WriteText(writer, text));
            writer.WriteEndArray();
        }
    }

    private static bool WriteTurn(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> messages, int start, int end, bool isAssistant)
    {
        var results = new List<ContentPart>();
        var blocks = new List<ContentPart>();
        for (var i = start; i < end; i++)
        {
            if (messages[i].Role != ChatRole.System)
            {
                foreach (var part in messages[i].Parts.Where(IsSaid))
                {
                    (part is ToolResultPart ? results : blocks).Add(part);
                }
            }
        }

        if (results.Count + blocks.Count == 0)
        {
            return false;
        }

        writer.WriteStartObject();
        writer.WriteString("role"u8, isAssistant ? "assistant"u8 : "user"u8);
        if (results.Count == 0 && blocks is [TextPart only])
        {
            writer.WriteString("content"u8, only.Text);
        }
        else
        {
            writer.WriteStartArray("content"u8);
            results.ForEach(part => WriteBlock(writer, part));
            blocks.ForEach(part => WriteBlock(writer, part));
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        return true;
    }

    /// <summary>
    /// Empty text is refused ("text content blocks must be non-empty"), and so is a thought without the signature that shows it to be the model's own.
    /// </summary>
    private static bool IsSaid(ContentPart part) => part switch
    {
        TextPart text => text.Text.Length > 0,
        RefusalPart refusal => refusal.Text.Length > 0,
        ReasoningPart reasoning => reasoning.Signature is not null || reasoning.Redacted is not null,
        _ => true,
    };

    private static void WriteBlock(Utf8JsonWriter writer, ContentPart part)
    {
        switch (part)
        {
            case TextPart text:
                WriteText(writer, text.Text);
                break;
            case RefusalPart refusal:
                WriteText(writer, refusal.Text);
                break;
            case ReasoningPart { Redacted: { } data }:
                writer.WriteStartObject();
                writer.WriteString("type"u8, "redacted_thinking"u8);
                writer.WriteString("data"u8, data);
                writer.WriteEndObject();
                break;
            case ReasoningPart reasoning:
                writer.WriteStartObject();
                writer.WriteString("type"u8, "thinking"u8);
                writer.WriteString("thinking"u8, reasoning.Text);
                writer.WriteString("signature"u8, reasoning.Signature);
                writer.WriteEndObject();
                break;
            case ImagePart image:
                WriteImage(writer, image);
                break;
            case FilePart file:
                WriteFile(writer, file);
                break;
            case ToolCallPart call:
                writer.WriteStartObject();
                writer.WriteString("type"u8, "tool_use"u8);
                writer.WriteString("id"u8, ToolId(call.Id));
                writer.WriteString("name"u8, call.Name);
                writer.WritePropertyName("input"u8);
                ToolArguments.WriteObject(writer, call.Arguments);
                writer.WriteEndObject();
                break;
            case ToolResultPart result:
                WriteToolResult(writer, result);
                break;
            case AudioPart { Transcript: { Length: > 0 } transcript }: // What the model itself said aloud earlier.
                WriteText(writer, transcript);
                break;
            default:
                throw new NotSupportedException($"Anthropic's wire carries no {part.GetType().Name}.");
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
    }

    private static void WriteImage(Utf8JsonWriter writer, ImagePart image)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "image"u8);
        writer.WriteStartObject("source"u8);
        if (image.Url is { } url)
        {
            writer.WriteString("type"u8, "url"u8);
            writer.WriteString("url"u8, url);
        }
        else
        {
            WriteBase64(writer, image.MediaType!, image.Data.Span);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>A <c>document</c> (PDF, or plain text as text), or an image that came as a file.</summary>
    private static void WriteFile(Utf8JsonWriter writer, FilePart file)
    {
        var type = file.MediaType ?? "application/pdf";
        writer.WriteStartObject();
        writer.WriteString("type"u8, type.StartsWith("image/", StringComparison.Ordinal) ? "image"u8 : "document"u8);
        writer.WriteStartObject("source"u8);
        if (file.FileId is { } id)
        {
            writer.WriteString("type"u8, "file"u8);
            writer.WriteString("file_id"u8, id);
        }
        else if (type.StartsWith("text/", StringComparison.Ordinal))
        {
            // The only text type that the wire knows.
            writer.WriteString("type"u8, "text"u8);
            writer.WriteString("media_type"u8, "text/plain"u8);
            writer.WriteString("data"u8, Encoding.UTF8.GetString(file.Data.Span));
        }
        else
        {
            WriteBase64(writer, type, file.Data.Span);
        }

        writer.WriteEndObject();
        if (file.FileName is { } name && !type.StartsWith("image/", StringComparison.Ordinal))
        {
            writer.WriteString("title"u8, name);
        }

        writer.WriteEndObject();
    }

    private static void WriteBase64(Utf8JsonWriter writer, string mediaType, ReadOnlySpan<byte> data)
    {
        writer.WriteString("type"u8, "base64"u8);
        writer.WriteString("media_type"u8, mediaType);
        writer.WriteBase64String("data"u8, data);
    }

    private static void WriteToolResult(Utf8JsonWriter writer, ToolResultPart result)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "tool_result"u8);
        writer.WriteString("tool_use_id"u8, ToolId(result.CallId));
        var blocks = result.Parts.Where(IsSaid).ToList();
        if (blocks is [TextPart only])
        {
            writer.WriteString("content"u8, only.Text);
        }
        else if (blocks.Count > 0)
        {
            writer.WriteStartArray("content"u8);
            blocks.ForEach(part => WriteBlock(writer, part));
            writer.WriteEndArray();
        }

        if (result.IsError)
        {
            writer.WriteBoolean("is_error"u8, true);
        }

        writer.WriteEndObject();
    }

    /// <summary>Ids must match <c>^[a-zA-Z0-9_-]+$</c>; those that another vendor made may not.</summary>
    private static string ToolId(string id)
    {
        if (id.Length > 0 && !id.AsSpan().ContainsAnyExcept(IdCharacters))
        {
            return id;
        }

        return id.Length == 0 ? "_" : string.Create(id.Length, id, static (characters, from) =>
        {
            for (var i = 0; i < characters.Length; i++)
            {
                characters[i] = IdCharacters.Contains(from[i]) ? from[i] : '_';
            }
        });
    }

    private static void WriteTools(Utf8JsonWriter writer, ChatRequest request, in AnthropicPlan plan, UpstreamTarget target)
    {
        if (request.Tools is not { Count: > 0 } tools)
        {
            return; // "tool_choice may only be specified while providing tools".
        }

        writer.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, tool.Name);
            if (tool.Description is { } description)
            {
                writer.WriteString("description"u8, description);
            }

            WriteInputSchema(writer, tool.Parameters);

            // Strict tools came with structured outputs; models without them refuse the member.
            if (tool.Strict is true && (target.Supported & ChatParameters.JsonSchema) != 0)
            {
                writer.WriteBoolean("strict"u8, true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();

        var single = request.ParallelToolCalls is false;
        if (plan.ToolChoice is null && !single)
        {
            return;
        }

        var kind = plan.ToolChoice?.Kind ?? ToolChoiceKind.Auto;
        writer.WriteStartObject("tool_choice"u8);
        writer.WriteString("type"u8, kind switch
        {
            ToolChoiceKind.None => "none"u8,
            ToolChoiceKind.Required => "any"u8,
            ToolChoiceKind.Named => "tool"u8,
            _ => "auto"u8,
        });
        if (kind == ToolChoiceKind.Named)
        {
            writer.WriteString("name"u8, plan.ToolChoice!.Name);
        }

        if (single && kind != ToolChoiceKind.None)
        {
            writer.WriteBoolean("disable_parallel_tool_use"u8, true);
        }

        writer.WriteEndObject();
    }

    /// <summary><c>input_schema</c> is required and must say <c>"type": "object"</c>.</summary>
    private static void WriteInputSchema(Utf8JsonWriter writer, JsonElement? parameters)
    {
        if (parameters is { ValueKind: JsonValueKind.Object } schema && schema.TryGetProperty("type"u8, out _))
        {
            writer.WritePropertyName("input_schema"u8);
            schema.WriteTo(writer);
            return;
        }

        writer.WriteStartObject("input_schema"u8);
        writer.WriteString("type"u8, "object"u8);
        if (parameters is { ValueKind: JsonValueKind.Object } untyped)
        {
            foreach (var member in untyped.EnumerateObject())
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteThinking(Utf8JsonWriter writer, ChatRequest request, in AnthropicPlan plan)
    {
        if (plan.ThinkingType is { } type)
        {
            writer.WriteStartObject("thinking"u8);
            writer.WriteString("type"u8, type);
            if (plan.Budget is { } budget)
            {
                writer.WriteNumber("budget_tokens"u8, budget);
            }

            if (type == "adaptive")
            {
                // Since Claude Opus 4.7 thoughts come empty unless they are asked for; who asks for thinking wants to see them.
                writer.WriteString("display"u8, "summarized"u8);
            }

            writer.WriteEndObject();
        }

        var schema = request.ResponseFormat is { Kind: ResponseFormatKind.JsonSchema } format ? format.Schema : null;
        if (plan.Effort is null && schema is null)
        {
            return;
        }

        writer.WriteStartObject("output_config"u8);
        if (plan.Effort is { } effort)
        {
            writer.WriteString("effort"u8, effort);
        }

        if (schema is { } wanted)
        {
            writer.WriteStartObject("format"u8);
            writer.WriteString("type"u8, "json_schema"u8);
            writer.WritePropertyName("schema"u8);
            wanted.WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }
}
