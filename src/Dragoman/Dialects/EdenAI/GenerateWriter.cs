using System.Buffers;
using System.Text;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Wire.OpenAI;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// Writes the answer of <c>POST …/generate/</c>: OpenAI's chat completion with Eden AI's members. The vendor's OpenAPI document gives the schema of another
/// endpoint here; that the answer has the shape of its <c>/llm/chat/</c> is inferred, from "this endpoint is based on the structure of the LLM API".
/// </summary>
internal static class GenerateWriter
{
    public static void Write(IBufferWriter<byte> output, ChatCall call, ChatResponse answer, in CompletionHead head, CompletionForm form, ProjectSearch? search)
    {
        var writer = JsonWriterCache.Rent(output);
        writer.WriteStartObject();
        ChatCompletionWriter.WriteMembers(writer, answer, answer.Usage ?? UsageEstimate.Of(call, answer), head, form);
        AnswerExtras.WriteTimesAndCost(writer, call);
        AnswerExtras.WriteCitations(writer, search?.Citations, string.Concat(answer.Choices.Select(choice => choice.Message.Text)));
        CompletionParts.WriteExtraMembers(writer, answer.ExtraMembers, AnswerExtras.Names);
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }
}

/// <summary>How the pieces of a stream are told apart.</summary>
internal enum StreamFraming
{
    /// <summary>Server-sent events, <c>data: {…}</c>, and at the end <c>data: [DONE]</c>.</summary>
    Events,

    /// <summary>A chunk's bare JSON on each line; the end is the end.</summary>
    Lines,
}

/// <summary>
/// Writes the chunks of a streamed generate. Its framing is documented nowhere: events are those of the vendor's version 3, lines are what one client of its
/// version 2 reads (setting <see cref="EdenAIDialect.FramingOption"/>).
/// </summary>
internal sealed class GenerateStreamWriter(ChatCall call, in CompletionHead head, CompletionForm form, StreamFraming framing, bool includesUsage, ProjectSearch? search)
    : IChatStreamWriter
{
    private readonly ChatChunkWriter _chunks = new(head, form);

    // What was said so far, for its citations; empty where no documents were searched.
    private readonly StringBuilder _text = new();

    public string ContentType => framing == StreamFraming.Events ? "text/event-stream; charset=utf-8" : "application/x-ndjson";

    public void Write(IBufferWriter<byte> output, in ChatEvent step)
    {
        if (step.Kind == ChatEventKind.Text && search?.Citations is not null)
        {
            _text.Append(step.Text);
        }

        if (step.Kind == ChatEventKind.Failed)
        {
            Open(output);
            EdenAIErrors.Write(output, step.Error!);
            Close(output);
        }
        else if (_chunks.Take(step))
        {
            Open(output);
            var writer = JsonWriterCache.Rent(output);
            writer.WriteStartObject();
            _chunks.WriteMembers(writer, step);
            if (step.Kind == ChatEventKind.Finished)
            {
                AnswerExtras.WriteCitations(writer, search?.Citations, _text.ToString());
            }

            writer.WriteEndObject();
            JsonWriterCache.Return(writer);
            Close(output);
        }
    }

    public void Complete(IBufferWriter<byte> output)
    {
        if (includesUsage)
        {
            Open(output);
            var writer = JsonWriterCache.Rent(output);
            writer.WriteStartObject();
            _chunks.WriteUsageMembers(writer, _chunks.Usage ?? UsageEstimate.Of(call, _chunks.Characters));
            AnswerExtras.WriteCost(writer, call);
            writer.WriteEndObject();
            JsonWriterCache.Return(writer);
            Close(output);
        }

        if (framing == StreamFraming.Events)
        {
            output.Write("data: [DONE]\n\n"u8);
        }
    }

    private void Open(IBufferWriter<byte> output)
    {
        if (framing == StreamFraming.Events)
        {
            output.Write("data: "u8);
        }
    }

    private void Close(IBufferWriter<byte> output) => output.Write(framing == StreamFraming.Events ? "\n\n"u8 : "\n"u8);
}
