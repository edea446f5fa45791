using System.Buffers;
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

    public static void Write(ChatRequest request, UpstreamTarget target, bool stream, IBufferWriter<byte> body)
    {
        var plan = AnthropicPlan.Of(request, target);
        using var writer = new Utf8JsonWriter(body, Options);
        writer.WriteStartObject();
        writer.WriteString("model"u8, target.Model);
        writer.WriteNumber("max_tokens"u8, plan.MaxTokens);
        AnthropicContentWriter.Write(writer, request.Messages, target.Rule.SystemMidway);
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
            writer.WriteStrings("stop_sequences"u8, stops);
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
