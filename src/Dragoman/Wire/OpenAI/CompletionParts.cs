using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Wire.OpenAI;

/// <summary>What stands in an answer where the upstream told nothing of it.</summary>
/// <param name="Created">Unix seconds.</param>
internal readonly record struct CompletionHead(string Id, long Created, string Model);

/// <summary>In what vendors that speak OpenAI's wire differ.</summary>
[Flags]
internal enum CompletionForm
{
    None = 0,

    /// <summary>A message without calls says so: <c>"tool_calls":null,"function_call":null</c>.</summary>
    NullCalls = 1,

    /// <summary>The one call is a <c>function_call</c>, as before there were tools; for a caller who gave <c>functions</c>.</summary>
    FunctionCall = 2,
}

/// <summary>The pieces of which whole answers and chunks are made alike.</summary>
internal static class CompletionParts
{
    /// <summary>
    /// OpenAI has no word for a model's refusal, whose text says so itself, and none for not knowing.
    /// </summary>
    public static ReadOnlySpan<byte> Word(FinishReason reason, CompletionForm form) => reason switch
    {
        FinishReason.Length => "length"u8,
        FinishReason.ToolCalls => (form & CompletionForm.FunctionCall) != 0 ? "function_call"u8 : "tool_calls"u8,
        FinishReason.ContentFilter or FinishReason.Refusal => "content_filter"u8,
        _ => "stop"u8,
    };

    /// <summary>
    /// A thought that the vendor signed or encrypted, whole, as LiteLLM's <c>thinking_blocks</c> have it: a client that sends it back unchanged sends what
    /// the vendor wants to see.
    /// </summary>
    public static void WriteThinkingBlock(Utf8JsonWriter json, string thought, string? signature, string? redacted)
    {
        json.WriteStartObject();
        if (redacted is not null)
        {
            json.WriteString("type"u8, "redacted_thinking"u8);
            json.WriteString("data"u8, redacted);
        }
        else
        {
            json.WriteString("type"u8, "thinking"u8);
            json.WriteString("thinking"u8, thought);
            json.WriteString("signature"u8, signature);
        }

        json.WriteEndObject();
    }

    /// <summary>A vendor's signature of a call, where Google's own endpoint of this wire has it.</summary>
    public static void WriteCallSignature(Utf8JsonWriter json, string signature)
    {
        json.WriteStartObject("extra_content"u8);
        json.WriteStartObject("google"u8);
        json.WriteString("thought_signature"u8, signature);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>A picture that a model made, by OpenRouter's custom.</summary>
    public static void WriteImage(Utf8JsonWriter json, ImagePart image)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WriteString("url"u8, image.Url ?? $"data:{image.MediaType ?? "image/png"};base64,{Convert.ToBase64String(image.Data.Span)}");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteAudio(Utf8JsonWriter json, AudioPart audio)
    {
        json.WriteStartObject("audio"u8);
        json.WriteString("id"u8, audio.Id ?? "");
        json.WriteBase64String("data"u8, audio.Data.Span);
        json.WriteString("transcript"u8, audio.Transcript ?? "");
        json.WriteNumber("expires_at"u8, audio.ExpiresAt ?? 0);
        json.WriteEndObject();
    }

    /// <summary>Member <c>logprobs</c>.</summary>
    public static void WriteLogprobs(Utf8JsonWriter json, IReadOnlyList<TokenLogprob> tokens)
    {
        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray("content"u8);
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            WriteToken(json, token);
            json.WriteStartArray("top_logprobs"u8);
            foreach (var other in token.Top ?? [])
            {
                json.WriteStartObject();
                WriteToken(json, other);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("refusal"u8);
        json.WriteEndObject();
    }

    /// <summary>Member <c>usage</c>.</summary>
    public static void WriteUsage(Utf8JsonWriter json, in Usage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("completion_tokens"u8, usage.OutputTokens);
        json.WriteNumber("prompt_tokens"u8, usage.InputTokens);
        json.WriteNumber("total_tokens"u8, usage.TotalTokens);
        json.WriteStartObject("completion_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens);
        json.WriteNumber("audio_tokens"u8, usage.AudioOutputTokens);
        json.WriteEndObject();
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CachedInputTokens);
        json.WriteNumber("audio_tokens"u8, usage.AudioInputTokens);
        json.WriteEndObject();
        if (usage.IsEstimate)
        {
            json.WriteBoolean("estimated"u8, true); // Nobody's but Dragoman's: figures that were reckoned here are not to pass for the provider's.
        }

        json.WriteEndObject();
    }

    /// <summary>Members of the upstream's body that nobody here knows, but for names that the answer has already.</summary>
    public static void WriteExtraMembers(Utf8JsonWriter json, IReadOnlyDictionary<string, JsonElement>? members, ReadOnlySpan<string> taken)
    {
        if (members is null)
        {
            return;
        }

        foreach (var (name, value) in members)
        {
            if (!taken.Contains(name))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }
    }

    private static void WriteToken(Utf8JsonWriter json, TokenLogprob token)
    {
        json.WriteString("token"u8, token.Token);
        json.WriteNumber("logprob"u8, token.Logprob);
        if (token.Bytes is { } bytes)
        {
            json.WriteStartArray("bytes"u8);
            foreach (var one in bytes)
            {
                json.WriteNumberValue(one);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteNull("bytes"u8);
        }
    }
}
