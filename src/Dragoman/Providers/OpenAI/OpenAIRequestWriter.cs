using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Providers.OpenAI;

/// <summary>
/// Writes the body of <c>POST /chat/completions</c> (platform.openai.com/docs/api-reference/chat/create). What the caller did not say is
/// not written, and <c>null</c> never is.
/// </summary>
internal static class OpenAIRequestWriter
{
    public static void Write(ChatRequest request, UpstreamTarget target, bool stream, IBufferWriter<byte> body)
    {
        var json = JsonWriterCache.Rent(body);
        var quirks = target.Vendor.Quirks;

        json.WriteStartObject();
        json.WriteString("model"u8, target.Model);
        WriteMessages(json, request, target.Rule, quirks);
        WriteSampling(json, request, target.Rule, quirks);
        WriteTools(json, request);
        WriteResponseFormat(json, request.ResponseFormat);
        WriteReasoning(json, request.Reasoning, quirks);
        WriteOutputKinds(json, request);
        WriteCallerDetails(json, request);
        if (stream)
        {
            json.WriteBoolean("stream"u8, true);
            if ((quirks & WireQuirks.NoStreamOptions) == 0)
            {
                json.WriteStartObject("stream_options"u8);
                json.WriteBoolean("include_usage"u8, true);
                json.WriteEndObject();
            }
        }

        WriteExtraMembers(json, request);
        json.WriteEndObject();
        JsonWriterCache.Return(json);
    }

    private static void WriteMessages(Utf8JsonWriter json, ChatRequest request, ModelRule rule, WireQuirks quirks)
    {
        var messages = new OpenAIMessageWriter(json, rule, quirks, EchoesReasoning(request, quirks));
        json.WriteStartArray("messages"u8);
        foreach (var message in request.Messages)
        {
            messages.Write(message);
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// DeepSeek passes over thoughts that come back in a conversation without tools, and refuses the call where they are missing from one
    /// with tools (api-docs.deepseek.com/guides/thinking_mode).
    /// </summary>
    private static bool EchoesReasoning(ChatRequest request, WireQuirks quirks) =>
        (quirks & WireQuirks.EchoReasoning) != 0
        && (request.Tools is { Count: > 0 } || request.Messages.Any(message => message.Parts.Any(part => part is ToolCallPart)));

    private static void WriteSampling(Utf8JsonWriter json, ChatRequest request, ModelRule rule, WireQuirks quirks)
    {
        if (request.MaxOutputTokens is { } maxTokens)
        {
            json.WriteNumber(rule.MaxCompletionTokens ? "max_completion_tokens"u8 : "max_tokens"u8, maxTokens);
        }

        WriteNumber(json, "temperature"u8, request.Temperature);
        WriteNumber(json, "top_p"u8, request.TopP);
        WriteNumber(json, "top_k"u8, request.TopK);
        WriteNumber(json, "min_p"u8, request.MinP);
        WriteNumber(json, "frequency_penalty"u8, request.FrequencyPenalty);
        WriteNumber(json, "presence_penalty"u8, request.PresencePenalty);
        if (request.Seed is { } seed)
        {
            json.WriteNumber((quirks & WireQuirks.RandomSeed) != 0 ? "random_seed"u8 : "seed"u8, seed);
        }

        if (request.StopSequences is { Count: > 0 } stops)
        {
            json.WriteStrings("stop"u8, stops);
        }

        if (request.ChoiceCount is > 1 and var count)
        {
            json.WriteNumber("n"u8, count);
        }

        if (request.Logprobs is true)
        {
            if ((quirks & WireQuirks.LogprobsCount) != 0)
            {
                json.WriteNumber("logprobs"u8, 1);
            }
            else
            {
                json.WriteBoolean("logprobs"u8, true);
            }
        }

        WriteNumber(json, "top_logprobs"u8, request.TopLogprobs);
        if (request.LogitBias is { Count: > 0 } biases)
        {
            json.WriteStartObject("logit_bias"u8);
            foreach (var (token, bias) in biases)
            {
                json.WriteNumber(token, bias);
            }

            json.WriteEndObject();
        }
    }

    private static void WriteTools(Utf8JsonWriter json, ChatRequest request)
    {
        if (request.Tools is { Count: > 0 } tools)
        {
            json.WriteStartArray("tools"u8);
            foreach (var tool in tools)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, tool.Name);
                WriteText(json, "description"u8, tool.Description);
                WriteRaw(json, "parameters"u8, tool.Parameters);
                WriteBoolean(json, "strict"u8, tool.Strict);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        switch (request.ToolChoice)
        {
            case { Kind: ToolChoiceKind.Auto }:
                json.WriteString("tool_choice"u8, "auto"u8);
                break;
            case { Kind: ToolChoiceKind.None }:
                json.WriteString("tool_choice"u8, "none"u8);
                break;
            case { Kind: ToolChoiceKind.Required }:
                json.WriteString("tool_choice"u8, "required"u8);
                break;
            case { Kind: ToolChoiceKind.Named, Name: { } name }:
                json.WriteStartObject("tool_choice"u8);
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, name);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
        }

        WriteBoolean(json, "parallel_tool_calls"u8, request.ParallelToolCalls);
    }

    private static void WriteResponseFormat(Utf8JsonWriter json, ResponseFormat? format)
    {
        switch (format)
        {
            case { Kind: ResponseFormatKind.JsonObject }:
                json.WriteStartObject("response_format"u8);
                json.WriteString("type"u8, "json_object"u8);
                json.WriteEndObject();
                break;
            case { Kind: ResponseFormatKind.JsonSchema }:
                json.WriteStartObject("response_format"u8);
                json.WriteString("type"u8, "json_schema"u8);
                json.WriteStartObject("json_schema"u8);
                json.WriteString("name"u8, format.Name ?? "response"); // The wire insists on a name.
                WriteText(json, "description"u8, format.Description);
                WriteRaw(json, "schema"u8, format.Schema);
                WriteBoolean(json, "strict"u8, format.Strict);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
        }
    }

    private static void WriteReasoning(Utf8JsonWriter json, ReasoningOptions? reasoning, WireQuirks quirks)
    {
        if (reasoning is null)
        {
            return;
        }

        if ((quirks & WireQuirks.ReasoningObject) != 0)
        {
            // openrouter.ai/docs/guides/best-practices/reasoning-tokens: effort or max_tokens, not both.
            if (reasoning is { Effort: not null } or { BudgetTokens: not null } or { Enabled: not null })
            {
                json.WriteStartObject("reasoning"u8);
                WriteText(json, "effort"u8, reasoning.Effort);
                WriteNumber(json, "max_tokens"u8, reasoning.Effort is null ? reasoning.BudgetTokens : null);
                WriteBoolean(json, "enabled"u8, reasoning.Enabled);
                json.WriteEndObject();
            }

            return;
        }

        WriteText(json, "reasoning_effort"u8, reasoning.Effort);
        var enabled = reasoning.Enabled ?? (reasoning.BudgetTokens is { } tokens ? tokens > 0 : null);
        if ((quirks & WireQuirks.ThinkingSwitch) != 0 && enabled is { } on)
        {
            // There is no place for a budget: it only switches thinking on or off.
            json.WriteStartObject("thinking"u8);
            json.WriteString("type"u8, on ? "enabled"u8 : "disabled"u8);
            json.WriteEndObject();
        }
    }

    private static void WriteOutputKinds(Utf8JsonWriter json, ChatRequest request)
    {
        if (request.Modalities is { } modalities)
        {
            json.WriteStrings("modalities"u8, modalities);
        }

        if (request.Audio is { } audio)
        {
            json.WriteStartObject("audio"u8);
            json.WriteString("voice"u8, audio.Voice);
            json.WriteString("format"u8, audio.Format);
            json.WriteEndObject();
        }

        WriteRaw(json, "prediction"u8, request.Prediction);
        WriteRaw(json, "web_search_options"u8, request.WebSearchOptions);
    }

    private static void WriteCallerDetails(Utf8JsonWriter json, ChatRequest request)
    {
        WriteText(json, "user"u8, request.User);
        WriteText(json, "service_tier"u8, request.ServiceTier);
        if (request.Metadata is { Count: > 0 } metadata)
        {
            json.WriteStartObject("metadata"u8);
            foreach (var (name, value) in metadata)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }
    }

    private static void WriteExtraMembers(Utf8JsonWriter json, ChatRequest request)
    {
        if (request.ExtraMembersWire != WireFormat.OpenAIChat || request.ExtraMembers is not { Count: > 0 } members)
        {
            return;
        }

        foreach (var (name, value) in members)
        {
            if (name is not ("model" or "messages" or "stream" or "stream_options"))
            {
                json.WritePropertyName(name);
                json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
            }
        }
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteBoolean(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool? value)
    {
        if (value is { } flag)
        {
            json.WriteBoolean(name, flag);
        }
    }

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement? value)
    {
        if (value is { } element)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(element), skipInputValidation: true);
        }
    }
}
