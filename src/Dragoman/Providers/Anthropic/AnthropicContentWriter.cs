using System.Buffers;
using System.Text;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.Anthropic;

/// <summary>
/// Writes <c>messages</c> and <c>system</c> (https://platform.claude.com/docs/en/api/messages/create, "messages"). Turns of one role in a row
/// become one; tool results are a user's turn and stand first in it, as the vendor demands.
/// System messages before the first turn are <c>system</c>. So are later ones, which the wire knew no other place for until Claude Opus 4.8;
/// since then one may follow a user's turn ("Mid-conversation system messages"), and there it keeps its place in the order of things and leaves
/// the conversation before it as it was, which newer models check thinking blocks against. One that follows an assistant's turn waits
/// for the end of the next user's.
/// </summary>
internal static class AnthropicContentWriter
{
    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> messages, bool systemMidway)
    {
        var apart = new List<ChatMessage>();
        var waiting = new List<ChatMessage>();
        var begun = false;

        writer.WriteStartArray("messages"u8);
        for (var start = 0; start < messages.Count;)
        {
            var isAssistant = messages[start].Role == ChatRole.Assistant;
            var end = start;
            for (; end < messages.Count; end++)
            {
                var role = messages[end].Role;
                if (role == ChatRole.System)
                {
                    (systemMidway && begun ? waiting : apart).Add(messages[end]);
                }
                else if (role == ChatRole.Assistant == isAssistant)
                {
                    begun = true;
                }
                else
                {
                    break;
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
    /// Empty text is refused ("text content blocks must be non-empty"), and so is a thought without the signature that shows it to be the
    /// model's own.
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
}
