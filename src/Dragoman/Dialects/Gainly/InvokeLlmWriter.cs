using System.Buffers;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Pipeline;

namespace Dragoman.Dialects.Gainly;

/// <summary>Writes the answer of <c>POST /v20241104/invoke-llm</c>, members in the documentation's order (InvokeLlmResults).</summary>
internal static class InvokeLlmWriter
{
    public static void WriteAnswer(IBufferWriter<byte> output, ChatCall call, ChatResponse answer)
    {
        var request = call.Request;
        var model = call.Settings.Dialects[GainlyDialect.DialectName].Options[GainlyDialect.ModelNameOption];
        var usage = answer.Usage ?? UsageEstimate.Of(call, answer);

        var writer = JsonWriterCache.Rent(output);
        writer.WriteStartObject();
        writer.WriteString("object"u8, "invoke_llm_result"u8);
        writer.WriteString("url"u8, GainlyEndpoints.InvokeLlm);

        writer.WriteStartArray("data"u8);
        writer.WriteStartObject();
        writer.WriteString("output"u8, AnswerText.Of(answer));
        writer.WriteString("stop_reason"u8, StopReason(answer.Choices is [var first, ..] ? first.FinishReason : FinishReason.Unknown));
        writer.WriteEndObject();
        writer.WriteEndArray();

        // What was asked, as the reader made messages of it. That an input which was not given is null here, and not left out, is inferred.
        writer.WriteString("instruction"u8, request.Messages[0].Text);
        writer.WriteString("input"u8, request.Messages.Count > 1 ? request.Messages[1].Text : null);
        writer.WriteNumber("max_output_tokens"u8, request.MaxOutputTokens!.Value);
        writer.WriteNumber("temperature"u8, request.Temperature!.Value);
        writer.WriteString("model"u8, model);

        writer.WriteStartObject("token_usage"u8);
        writer.WriteNumber("semantic_tokens"u8, 0);
        writer.WriteStartObject("llm_tokens"u8);
        writer.WriteNumber("llm_output_tokens"u8, usage.OutputTokens);
        writer.WriteNumber("llm_input_tokens"u8, usage.InputTokens);
        writer.WriteString("model"u8, model);
        if (usage.IsEstimate)
        {
            writer.WriteBoolean("estimated"u8, true); // Not Gainly's: figures that were reckoned here are not to pass for the provider's.
        }

        writer.WriteEndObject();
        writer.WriteEndObject();

        writer.WriteBoolean("livemode"u8, call.Caller.IsLive);
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }

    /// <summary>
    /// The three words that Gainly has. A text that the provider cut off, or that refuses, was neither completed nor short of tokens; and a model that
    /// was given no tools can call none.
    /// </summary>
    internal static string StopReason(FinishReason reason) => reason switch
    {
        FinishReason.Stop => "end_turn",
        FinishReason.Length => "max_tokens",
        FinishReason.ToolCalls or FinishReason.ContentFilter or FinishReason.Refusal or FinishReason.Unknown => "not_available",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A finish reason without a row in Gainly's table."),
    };
}
