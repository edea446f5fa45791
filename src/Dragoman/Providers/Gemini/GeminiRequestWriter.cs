using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.Gemini;

/// <summary>
/// Writes the body of <c>models/{model}:generateContent</c> (https://ai.google.dev/api/generate-content, "Request body"):
/// <c>{contents, systemInstruction?, tools?, toolConfig?, generationConfig?, serviceTier?}</c>.
/// </summary>
internal static class GeminiRequestWriter
{
    /// <summary>The wire takes no more of them.</summary>
    private const int MaxStopSequences = 5;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(ChatRequest request, UpstreamTarget target, IBufferWriter<byte> body)
    {
        using var writer = new Utf8JsonWriter(body, Options);
        writer.WriteStartObject();
        GeminiContentWriter.Write(writer, request.Messages, wantsSignatures: target.Rule.Thinking != ThinkingStyle.Budget);
        WriteTools(writer, request);
        WriteGenerationConfig(writer, request, target);
        if (TierOf(request.ServiceTier) is { } tier)
        {
            writer.WriteString("serviceTier"u8, tier);
        }

        if (request is { ExtraMembersWire: WireFormat.GeminiContent, ExtraMembers: { } extra })
        {
            foreach (var (name, value) in extra)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    public static ChatParameters Unhonoured(ChatRequest request, UpstreamTarget target)
    {
        var isUnknownTier = request.ServiceTier is not (null or "auto") && TierOf(request.ServiceTier) is null;
        return ThinkingPlan.Of(request.Reasoning, target.Rule).Unhonoured
            | (request.StopSequences is { Count: > MaxStopSequences } ? ChatParameters.Stop : ChatParameters.None)
            | (isUnknownTier ? ChatParameters.ServiceTier : ChatParameters.None);
    }

    private static void WriteTools(Utf8JsonWriter writer, ChatRequest request)
    {
        if (request.Tools is not { Count: > 0 } tools)
        {
            return;
        }

        writer.WriteStartArray("tools"u8);
        writer.WriteStartObject();
        writer.WriteStartArray("functionDeclarations"u8);
        foreach (var tool in tools)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, tool.Name);
            if (tool.Description is { } description)
            {
                writer.WriteString("description"u8, description);
            }

            // The older `parameters` is a subset of OpenAPI that refuses much of JSON Schema; this one takes it as it is.
            if (tool.Parameters is { ValueKind: JsonValueKind.Object } parameters)
            {
                writer.WritePropertyName("parametersJsonSchema"u8);
                parameters.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();

        if (request.ToolChoice is { } choice)
        {
            writer.WriteStartObject("toolConfig"u8);
            writer.WriteStartObject("functionCallingConfig"u8);
            writer.WriteString("mode"u8, choice.Kind switch
            {
                ToolChoiceKind.None => "NONE"u8,
                ToolChoiceKind.Required or ToolChoiceKind.Named => "ANY"u8,
                _ => "AUTO"u8,
            });
            if (choice is { Kind: ToolChoiceKind.Named, Name: { } name })
            {
                writer.WriteStartArray("allowedFunctionNames"u8);
                writer.WriteStringValue(name);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    private static void WriteGenerationConfig(Utf8JsonWriter outer, ChatRequest request, UpstreamTarget target)
    {
        var isOpen = false;
        WriteNumber("temperature", request.Temperature);
        WriteNumber("topP", request.TopP);
        WriteInteger("topK", request.TopK);
        WriteInteger("maxOutputTokens", request.MaxOutputTokens);
        WriteInteger("candidateCount", request.ChoiceCount is > 1 ? request.ChoiceCount : null);
        WriteInteger("seed", request.Seed);
        WriteNumber("presencePenalty", request.PresencePenalty);
        WriteNumber("frequencyPenalty", request.FrequencyPenalty);
        if (request.StopSequences is { Count: > 0 } stops)
        {
            WriteStrings("stopSequences", stops.Take(MaxStopSequences));
        }

        if (request.Logprobs is true)
        {
            Open().WriteBoolean("responseLogprobs"u8, true);
            WriteInteger("logprobs", request.TopLogprobs is > 0 ? request.TopLogprobs : null);
        }

        if (request.Modalities is { Count: > 0 } modalities)
        {
            WriteStrings("responseModalities", modalities.Select(modality => modality.ToUpperInvariant()));
        }
        else if (target.Rule.MakesPictures)
        {
            WriteStrings("responseModalities", ["TEXT", "IMAGE"]);
        }

        if (request.ResponseFormat is { Kind: ResponseFormatKind.JsonObject or ResponseFormatKind.JsonSchema } format)
        {
            Open().WriteString("responseMimeType"u8, "application/json"u8);
            if (format.Schema is { } schema)
            {
                outer.WritePropertyName("responseJsonSchema"u8);
                schema.WriteTo(outer);
            }
        }

        WriteThinking();
        if (isOpen)
        {
            outer.WriteEndObject();
        }

        // https://ai.google.dev/gemini-api/docs/thinking: a level for Gemini 3 and later, a budget for 2.5, never both.
        void WriteThinking()
        {
            var plan = ThinkingPlan.Of(request.Reasoning, target.Rule);
            if (plan.Switch is not { } on)
            {
                return;
            }

            Open().WriteStartObject("thinkingConfig"u8);
            if (!on)
            {
                outer.WriteNumber("thinkingBudget"u8, 0);
            }
            else
            {
                if (plan.Effort is { } effort)
                {
                    outer.WriteString("thinkingLevel"u8, effort);
                }
                else if (plan.Budget is { } budget)
                {
                    outer.WriteNumber("thinkingBudget"u8, budget);
                }

                // Who asks for thinking wants to see it.
                outer.WriteBoolean("includeThoughts"u8, true);
            }

            outer.WriteEndObject();
        }

        Utf8JsonWriter Open()
        {
            if (!isOpen)
            {
                outer.WriteStartObject("generationConfig"u8);
                isOpen = true;
            }

            return outer;
        }

        void WriteNumber(string name, double? value)
        {
            if (value is { } number)
            {
                Open().WriteNumber(name, number);
            }
        }

        void WriteInteger(string name, long? value)
        {
            if (value is { } number)
            {
                Open().WriteNumber(name, number);
            }
        }

        void WriteStrings(string name, IEnumerable<string> values)
        {
            Open().WriteStartArray(name);
            foreach (var value in values)
            {
                outer.WriteStringValue(value);
            }

            outer.WriteEndArray();
        }
    }

    /// <summary>Callers' words are OpenAI's; <c>auto</c> is what happens by itself.</summary>
    private static string? TierOf(string? tier) => tier switch
    {
        "default" or "standard" => "standard",
        "flex" or "priority" => tier,
        _ => null,
    };
}
