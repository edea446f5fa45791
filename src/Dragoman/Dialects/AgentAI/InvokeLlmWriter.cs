using System.Buffers;
using System.Text;
using System.Text.Json;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Dialects.AgentAI;

/// <summary>
/// Writes agent.ai's envelopes: <c>{"status":200,"response":"…","metadata":{…}}</c> for an answer,
/// <c>{"status":N,"response":null,"error":"…"}</c> for an error (ActionResponse of OpenAPI 1.0.1 and 1.1.0, and the documentation's examples).
/// The specification calls <c>response</c> an object; by its own examples it is a string.
/// </summary>
internal static class InvokeLlmWriter
{
    /// <summary>
    /// The text goes out as it came. One report has the hosted server parse a text that is JSON and answer with the object; nobody else saw that,
    /// and it would change the type of <c>response</c> with the model's mood.
    /// </summary>
    public static void WriteAnswer(IBufferWriter<byte> output, ChatRequest request, ChatResponse answer)
    {
        var urls = ImagesOf(answer);
        var writer = JsonWriterCache.Rent(output);
        writer.WriteStartObject();
        writer.WriteNumber("status"u8, 200);
        writer.WriteString("response"u8, urls is null ? AnswerText.Of(answer) : WithImages(answer));
        if (answer.Usage is not null || urls is not null)
        {
            writer.WriteStartObject("metadata"u8);
            if (urls is not null)
            {
                ImageMarkup.WriteImages(writer, request.Messages[^1].Text, urls);
            }

            if (answer.Usage is { } usage)
            {
                WriteUsage(writer, usage);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    public static void WriteError(IBufferWriter<byte> output, int status, string message)
    {
        var writer = JsonWriterCache.Rent(output);
        writer.WriteStartObject();
        writer.WriteNumber("status"u8, status);
        writer.WriteNull("response"u8);
        writer.WriteString("error"u8, message);
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    /// <summary>The addresses of the pictures that an image engine made; <c>null</c> where there are none.</summary>
    private static List<string>? ImagesOf(ChatResponse answer)
    {
        if (answer.Choices.Count == 0)
        {
            return null;
        }

        var parts = answer.Choices[0].Message.Parts;
        List<string>? urls = null;
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is ImagePart { Url: { } url })
            {
                (urls ??= []).Add(url);
            }
        }

        return urls;
    }

    /// <summary>Text and pictures in their order. Inferred: that they are told as <c>generate_image</c> tells its own.</summary>
    private static string WithImages(ChatResponse answer)
    {
        var html = new StringBuilder();
        foreach (var part in answer.Choices[0].Message.Parts)
        {
            switch (part)
            {
                case TextPart text:
                    html.Append(text.Text);
                    break;
                case ImagePart { Url: { } url }:
                    html.Append(html.Length > 0 && html[^1] != '\n' ? "\n" : "");
                    ImageMarkup.Append(html, url, "");
                    html.Append('\n');
                    break;
            }
        }

        return html.ToString().TrimEnd('\n');
    }

    /// <summary>
    /// Inferred. The documentation does not show <c>metadata.usage</c>; those who saw it disagree on its keys (prompt_tokens, completion_tokens,
    /// total_tokens by one; input_tokens, output_tokens by another). Both spellings are sent, so that either reader finds its own.
    /// </summary>
    private static void WriteUsage(Utf8JsonWriter writer, in Usage usage)
    {
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("prompt_tokens"u8, usage.InputTokens);
        writer.WriteNumber("completion_tokens"u8, usage.OutputTokens);
        writer.WriteNumber("total_tokens"u8, usage.TotalTokens);
        writer.WriteNumber("input_tokens"u8, usage.InputTokens);
        writer.WriteNumber("output_tokens"u8, usage.OutputTokens);
        if (usage.IsEstimate)
        {
            writer.WriteBoolean("estimated"u8, true);
        }

        writer.WriteEndObject();
    }
}
