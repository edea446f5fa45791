using System.Buffers;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// Writes the answer of <c>POST …/ask_llm/</c> as its clients read it. The vendor's OpenAPI document has the schema of <c>query</c> here, and this one there.
/// </summary>
internal static class AskLlmWriter
{
    public static void Write(IBufferWriter<byte> output, ChatCall call, ChatResponse answer, ProjectSearch search)
    {
        var usage = answer.Usage ?? UsageEstimate.Of(call, answer);
        var writer = JsonWriterCache.Rent(output);
        writer.WriteStartObject();
        writer.WriteString("result"u8, AnswerText.Of(answer));
        var isKnown = ModelReference.TryParse(call.ServedBy, out var served);
        writer.WriteString("llm_provider"u8, isKnown ? served.Provider : null);
        writer.WriteString("llm_model"u8, isKnown ? served.Model : null);
        AnswerExtras.WriteCost(writer, call);
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("input_tokens"u8, usage.InputTokens);
        writer.WriteNumber("output_tokens"u8, usage.OutputTokens);
        writer.WriteNumber("total_tokens"u8, usage.TotalTokens);
        if (usage.IsEstimate)
        {
            writer.WriteBoolean("estimated"u8, true); // Not Eden AI's: figures that were reckoned here are not to pass for the provider's.
        }

        writer.WriteEndObject();
        if (search.Citations is { } citations)
        {
            AnswerExtras.WriteCitations(writer, citations, AnswerText.Of(answer));
        }
        else
        {
            AnswerExtras.WriteChunkIds(writer, []);
        }

        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }
}
