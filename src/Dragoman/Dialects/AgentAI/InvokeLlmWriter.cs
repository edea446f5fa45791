using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Dialects.AgentAI;

/// <summary>
/// Writes agent.ai's envelopes: <c>{"status":200,"response":"…","metadata":{…}}</c> for an answer,
/// <c>{"status":N,"response":null,"error":"…"}</c> for an error (ActionResponse of OpenAPI 1.0.1 and 1.1.0, and the documentation's examples).
/// The specification calls <c>response</c> an object; by its own examples it is a string.
/// </summary>
internal static class InvokeLlmWriter
{
    // The answer is application/json and never part of a page, so only what JSON itself demands is escaped.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>The text that goes into <c>response</c>: the first choice's, or its words of refusal where it has no other.</summary>
    public static string TextOf(ChatResponse answer)
    {
        var text = answer.Text;
        if (text.Length > 0 || answer.Choices.Count == 0)
        {
            return text;
        }

        foreach (var part in answer.Choices[0].Message.Parts)
        {
            if (part is RefusalPart refusal)
            {
                text += refusal.Text;
            }
        }

        return text;
    }

    /// <summary>
    /// The text goes out as it came. One report has the hosted server parse a text that is JSON and answer with the object; nobody else saw that,
    /// and it would change the type of <c>response</c> with the model's mood.
    /// </summary>
    public static void WriteAnswer(IBufferWriter<byte> output, ChatResponse answer)
    {
        var writer = Open(output);
        writer.WriteStartObject();
        writer.WriteNumber("status"u8, 200);
        writer.WriteString("response"u8, TextOf(answer));
        if (answer.Usage is { } usage)
        {
            writer.WriteStartObject("metadata"u8);
            WriteUsage(writer, usage);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        Close(writer);
    }

    public static void WriteError(IBufferWriter<byte> output, int status, string message)
    {
        var writer = Open(output);
        writer.WriteStartObject();
        writer.WriteNumber("status"u8, status);
        writer.WriteNull("response"u8);
        writer.WriteString("error"u8, message);
        writer.WriteEndObject();
        Close(writer);
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

    private static Utf8JsonWriter Open(IBufferWriter<byte> output)
    {
        var writer = _writer;
        if (writer is null)
        {
            return _writer = new Utf8JsonWriter(output, Options);
        }

        writer.Reset(output);
        return writer;
    }

    private static void Close(Utf8JsonWriter writer)
    {
        writer.Flush();
        writer.Reset(NoOutput.Instance); // The thread's writer must not hold on to a buffer that goes back to the pool.
    }

    private sealed class NoOutput : IBufferWriter<byte>
    {
        public static NoOutput Instance { get; } = new();

        public void Advance(int count) => throw new InvalidOperationException();

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new InvalidOperationException();

        public Span<byte> GetSpan(int sizeHint = 0) => throw new InvalidOperationException();
    }
}
