using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.Gemini;

/// <summary>
/// Writes <c>contents</c> and <c>systemInstruction</c> (https://ai.google.dev/api/caching#Content): turns of <c>user</c> and <c>model</c>,
/// each a list of parts. The wire has one place for system text, so that all of it goes there, wherever it stood.
/// </summary>
internal static class GeminiContentWriter
{
    /// <summary>
    /// Stands for the signature of a call that another model made or whose client lost it
    /// (https://ai.google.dev/gemini-api/docs/thought-signatures, "FAQs"): without one, Gemini 3 refuses the conversation.
    /// </summary>
    private const string NoSignature = "skip_thought_signature_validator";

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> messages, bool wantsSignatures)
    {
        var callNames = new Dictionary<string, string>();
        writer.WriteStartArray("contents"u8);
        for (var start = 0; start < messages.Count;)
        {
            var kind = KindOf(messages[start].Role);
            var parts = new List<ContentPart>();
            var end = start;
            for (; end < messages.Count && (messages[end].Role == ChatRole.System || KindOf(messages[end].Role) == kind); end++)
            {
                if (messages[end].Role != ChatRole.System)
                {
                    parts.AddRange(messages[end].Parts);
                }
            }

            WriteTurn(writer, kind, parts, callNames, wantsSignatures);
            start = end;
        }

        writer.WriteEndArray();
        WriteSystem(writer, messages);
    }

    /// <summary>
    /// Answers to calls are a user's turn of their own: "the number of function response parts" must equal that of the calls before it.
    /// </summary>
    private static ChatRole KindOf(ChatRole role) => role == ChatRole.System ? ChatRole.User : role;

    private static void WriteSystem(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> messages)
    {
        var texts = messages.Where(message => message.Role == ChatRole.System).Select(message => message.Text).Where(text => text.Length > 0);
        var isOpen = false;
        foreach (var text in texts)
        {
            if (!isOpen)
            {
                writer.WriteStartObject("systemInstruction"u8);
                writer.WriteStartArray("parts"u8);
                isOpen = true;
            }

            WriteText(writer, text);
        }

        if (isOpen)
        {
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    private static void WriteTurn(
        Utf8JsonWriter writer, ChatRole kind, List<ContentPart> parts, Dictionary<string, string> callNames, bool wantsSignatures)
    {
        parts.RemoveAll(part => !IsSaid(part));
        if (parts.Count == 0)
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("role"u8, kind == ChatRole.Assistant ? "model"u8 : "user"u8);
        writer.WriteStartArray("parts"u8);
        for (var i = 0; i < parts.Count; i++)
        {
            switch (parts[i])
            {
                // A signature that came with text is kept as an empty thought behind it, and goes back with that text.
                case TextPart text when i + 1 < parts.Count && parts[i + 1] is ReasoningPart { Text: "", Signature: { } signature }:
                    WriteText(writer, text.Text, signature);
                    i++;
                    break;
                case ToolCallPart call:
                    callNames[call.Id] = call.Name;

                    // Of calls made at once only the first is signed.
                    var isFirst = parts.FindIndex(part => part is ToolCallPart) == i;
                    WriteCall(writer, call, call.Signature ?? (wantsSignatures && isFirst ? NoSignature : null));
                    break;
                case ToolResultPart result:
                    WriteResult(writer, result, result.Name ?? callNames.GetValueOrDefault(result.CallId) ?? result.CallId);
                    break;
                default:
                    WritePart(writer, parts[i]);
                    break;
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Thoughts without a signature are the vendor's summary, or another vendor's: no model reads them again.</summary>
    private static bool IsSaid(ContentPart part) => part switch
    {
        TextPart text => text.Text.Length > 0,
        RefusalPart refusal => refusal.Text.Length > 0,
        ReasoningPart reasoning => reasoning.Signature is not null,
        _ => true,
    };

    private static void WritePart(Utf8JsonWriter writer, ContentPart part)
    {
        switch (part)
        {
            case TextPart text:
                WriteText(writer, text.Text);
                break;
            case RefusalPart refusal:
                WriteText(writer, refusal.Text);
                break;
            case ReasoningPart thought:
                writer.WriteStartObject();
                writer.WriteString("text"u8, thought.Text);
                if (thought.Text.Length > 0)
                {
                    writer.WriteBoolean("thought"u8, true);
                }

                writer.WriteString("thoughtSignature"u8, thought.Signature);
                writer.WriteEndObject();
                break;
            case ImagePart { Url: { } url } image:
                WriteFileData(writer, url, image.MediaType);
                break;
            case ImagePart image:
                WriteInlineData(writer, image.MediaType!, image.Data.Span);
                break;
            case AudioPart { Data.Length: 0, Transcript: { Length: > 0 } transcript }: // What the model itself said aloud earlier.
                WriteText(writer, transcript);
                break;
            case AudioPart audio:
                WriteInlineData(writer, "audio/" + audio.Format, audio.Data.Span);
                break;
            case FilePart { FileId: { } uri } file:
                WriteFileData(writer, uri, file.MediaType);
                break;
            case FilePart file:
                WriteInlineData(writer, file.MediaType ?? "application/pdf", file.Data.Span);
                break;
            default:
                throw new NotSupportedException($"Gemini's wire carries no {part.GetType().Name}.");
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string text, string? signature = null)
    {
        writer.WriteStartObject();
        writer.WriteString("text"u8, text);
        if (signature is not null)
        {
            writer.WriteString("thoughtSignature"u8, signature);
        }

        writer.WriteEndObject();
    }

    private static void WriteInlineData(Utf8JsonWriter writer, string mimeType, ReadOnlySpan<byte> data)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("inlineData"u8);
        writer.WriteString("mimeType"u8, mimeType);
        writer.WriteBase64String("data"u8, data);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>What Google keeps: <c>gs://…</c> or an address of the Files API.</summary>
    private static void WriteFileData(Utf8JsonWriter writer, string uri, string? mimeType)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("fileData"u8);
        if (mimeType is not null)
        {
            writer.WriteString("mimeType"u8, mimeType);
        }

        writer.WriteString("fileUri"u8, uri);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter writer, ToolCallPart call, string? signature)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("functionCall"u8);
        writer.WriteString("id"u8, call.Id);
        writer.WriteString("name"u8, call.Name);
        writer.WritePropertyName("args"u8);
        ToolArguments.WriteObject(writer, call.Arguments);
        writer.WriteEndObject();
        if (signature is not null)
        {
            writer.WriteString("thoughtSignature"u8, signature);
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// <c>functionResponse</c>, whose <c>response</c> must be an object: the member <c>output</c> holds what the function gave, <c>error</c> what
    /// went wrong.
    /// </summary>
    private static void WriteResult(Utf8JsonWriter writer, ToolResultPart result, string name)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("functionResponse"u8);
        writer.WriteString("id"u8, result.CallId);
        writer.WriteString("name"u8, name);
        writer.WriteStartObject("response"u8);
        writer.WriteString(result.IsError ? "error"u8 : "output"u8, result.Text);
        writer.WriteEndObject();
        var media = result.Parts.Where(part => part is not TextPart).ToList();
        if (media.Count > 0)
        {
            writer.WriteStartArray("parts"u8);
            media.ForEach(part => WritePart(writer, part));
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
