using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.OpenAI;

/// <summary>Writes the members of <c>messages</c>.</summary>
internal readonly ref struct OpenAIMessageWriter(Utf8JsonWriter json, ModelRule rule, WireQuirks quirks, bool echoReasoning)
{
    /// <summary>
    /// One turn: first a message of role <c>tool</c> for each result of a tool in it, then one for the rest, if there is any.
    /// That a tool failed has no place on this wire; its words say so.
    /// </summary>
    public void Write(ChatMessage message)
    {
        var results = 0;
        foreach (var part in message.Parts)
        {
            if (part is ToolResultPart result)
            {
                results++;
                json.WriteStartObject();
                json.WriteString("role"u8, "tool"u8);
                json.WriteString("tool_call_id"u8, ToolCallId(result.CallId));
                WriteContent(result.Parts, orEmpty: true);
                json.WriteEndObject();
            }
        }

        if (results == 0 || results < message.Parts.Count)
        {
            WriteTurn(message);
        }
    }

    private void WriteTurn(ChatMessage message)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, message.Role switch
        {
            ChatRole.System when rule.DeveloperRole => "developer"u8,
            ChatRole.System when !rule.SystemAsUser => "system"u8,
            ChatRole.Assistant => "assistant"u8,
            _ => "user"u8,
        });
        if (message.Name is { } name && (quirks & WireQuirks.NoMessageNames) == 0)
        {
            json.WriteString("name"u8, name);
        }

        WriteContent(message.Parts, orEmpty: message.Role != ChatRole.Assistant || !SaysMore(message.Parts));
        if (message.Role == ChatRole.Assistant)
        {
            WriteAssistantParts(message.Parts);
        }

        json.WriteEndObject();
    }

    /// <summary>Whether an assistant's turn may go without content.</summary>
    private static bool SaysMore(IReadOnlyList<ContentPart> parts)
    {
        foreach (var part in parts)
        {
            if (part is ToolCallPart or AudioPart { Id: not null })
            {
                return true;
            }
        }

        return false;
    }

    private void WriteAssistantParts(IReadOnlyList<ContentPart> parts)
    {
        var calls = 0;
        foreach (var part in parts)
        {
            if (part is ToolCallPart call)
            {
                if (calls++ == 0)
                {
                    json.WriteStartArray("tool_calls"u8);
                }

                json.WriteStartObject();
                json.WriteString("id"u8, ToolCallId(call.Id));
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, call.Name);
                json.WriteString("arguments"u8, call.Arguments is "" ? "{}" : call.Arguments); // Chat templates parse it.
                json.WriteEndObject();
                json.WriteEndObject();
            }
        }

        if (calls > 0)
        {
            json.WriteEndArray();
        }

        foreach (var part in parts)
        {
            // What the model said aloud earlier is told by its id.
            if (part is AudioPart { Id: { } audioId })
            {
                json.WriteStartObject("audio"u8);
                json.WriteString("id"u8, audioId);
                json.WriteEndObject();
                break;
            }
        }

        if (echoReasoning)
        {
            var thoughts = string.Concat(parts.OfType<ReasoningPart>().Select(part => part.Text));
            if (thoughts is not "")
            {
                json.WriteString("reasoning_content"u8, thoughts);
            }
        }
    }

    /// <summary>One text as a string, everything else as a list of parts.</summary>
    private void WriteContent(IReadOnlyList<ContentPart> parts, bool orEmpty)
    {
        var count = 0;
        ContentPart? only = null;
        foreach (var part in parts)
        {
            if (IsContent(part))
            {
                count++;
                only = part;
            }
        }

        if (count == 0)
        {
            if (orEmpty)
            {
                json.WriteString("content"u8, ""u8);
            }
        }
        else if (count == 1 && only is TextPart or RefusalPart)
        {
            json.WriteString("content"u8, TextOf(only));
        }
        else
        {
            json.WriteStartArray("content"u8);
            foreach (var part in parts)
            {
                if (IsContent(part))
                {
                    WritePart(part);
                }
            }

            json.WriteEndArray();
        }
    }

    /// <summary>Thoughts are left out, or went another way.</summary>
    private static bool IsContent(ContentPart part) => part is TextPart or RefusalPart or ImagePart or FilePart or AudioPart { Id: null };

    /// <summary>A refusal goes back as what it is, the assistant's words: only OpenAI knows a part of that name.</summary>
    private static string TextOf(ContentPart part) => part is TextPart text ? text.Text : ((RefusalPart)part).Text;

    private void WritePart(ContentPart part)
    {
        json.WriteStartObject();
        switch (part)
        {
            case TextPart or RefusalPart:
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, TextOf(part));
                break;
            case ImagePart image:
                json.WriteString("type"u8, "image_url"u8);
                json.WriteStartObject("image_url"u8);
                if (image.Url is { } url)
                {
                    json.WriteString("url"u8, url);
                }
                else
                {
                    WriteDataUri("url"u8, image.Data.Span, image.MediaType ?? "image/png");
                }

                if (image.Detail is { } detail)
                {
                    json.WriteString("detail"u8, detail);
                }

                json.WriteEndObject();
                break;
            case AudioPart audio:
                json.WriteString("type"u8, "input_audio"u8);
                json.WriteStartObject("input_audio"u8);
                json.WriteBase64String("data"u8, audio.Data.Span);
                json.WriteString("format"u8, audio.Format);
                json.WriteEndObject();
                break;
            case FilePart file:
                json.WriteString("type"u8, "file"u8);
                json.WriteStartObject("file"u8);
                if (file.FileId is { } id)
                {
                    json.WriteString("file_id"u8, id);
                }
                else
                {
                    json.WriteString("filename"u8, file.FileName ?? "file"); // The wire insists on a name.
                    WriteDataUri("file_data"u8, file.Data.Span, file.MediaType ?? "application/octet-stream");
                }

                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }

    private void WriteDataUri(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, string mediaType)
    {
        var longest = 13 + (3 * mediaType.Length) + Base64.GetMaxEncodedToUtf8Length(data.Length); // 13: "data:" and ";base64,"
        var rented = ArrayPool<byte>.Shared.Rent(longest);
        try
        {
            var uri = rented.AsSpan();
            "data:"u8.CopyTo(uri);
            var length = 5 + Encoding.UTF8.GetBytes(mediaType, uri[5..]);
            ";base64,"u8.CopyTo(uri[length..]);
            length += 8;
            Base64.EncodeToUtf8(data, uri[length..], out _, out var encoded);
            json.WriteString(name, uri[..(length + encoded)]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>The id as this vendor takes it; the same id always becomes the same.</summary>
    private string ToolCallId(string id)
    {
        if ((quirks & WireQuirks.ShortToolCallIds) == 0 || (id.Length == 9 && id.All(char.IsAsciiLetterOrDigit)))
        {
            return id;
        }

        var hash = 14695981039346656037UL; // FNV-1a
        foreach (var letter in id)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        return string.Create(9, hash, static (text, rest) =>
        {
            const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
            foreach (ref var place in text)
            {
                place = Digits[(int)(rest % 62)];
                rest /= 62;
            }
        });
    }
}
