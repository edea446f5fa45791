using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Dragoman.Model;
using Dragoman.Wire.OpenAI;

namespace Dragoman.Providers.OpenAI;

/// <summary>What plain and streamed answers have in common: the wire's words in the canonical ones.</summary>
internal static class OpenAIMapping
{
    /// <summary>Why an answer ended, by OpenAI's words and those of vendors that kept their own.</summary>
    public static FinishReason FinishReasonOf(string? word) => word switch
    {
        "stop" or "eos" or "eos_token" or "end_turn" or "stop_sequence" or "completed" or "STOP" => FinishReason.Stop,
        "length" or "max_tokens" or "model_length" or "max_output_tokens" or "MAX_TOKENS" => FinishReason.Length,
        "tool_calls" or "function_call" or "tool_use" or "tool_call" => FinishReason.ToolCalls,
        "content_filter" or "content_filtered" or "safety" or "sensitive" or "SAFETY" => FinishReason.ContentFilter,
        "refusal" => FinishReason.Refusal,
        _ => FinishReason.Unknown,
    };

    /// <summary>The failure that an answer's end stands for; absent for an end that is one.</summary>
    public static GatewayError? FailureOf(ChoiceWire choice)
    {
        if (IsError(choice.Error))
        {
            return OpenAIErrorReader.Read(200, choice.Error.Value);
        }

        return choice.FinishReason switch
        {
            "error" => new GatewayError(ErrorKind.UpstreamFailed, "The upstream broke the answer off and gave no reason."),
            "insufficient_system_resource" => // DeepSeek's.
                new GatewayError(ErrorKind.UpstreamOverloaded, "The upstream broke the answer off: it is out of capacity."),
            _ => null,
        };
    }

    public static Usage UsageOf(UsageWire wire)
    {
        var input = wire.PromptTokens ?? 0;
        var output = wire.CompletionTokens ?? 0;
        var reasoning = wire.CompletionTokensDetails?.ReasoningTokens ?? 0;
        if (reasoning > 0 && wire.TotalTokens is { } total && total == input + output + reasoning)
        {
            output += reasoning; // xAI counts thoughts beside the answer; everyone else within it.
        }
        else if (reasoning == 0 && wire.ReasoningTokens is > 0 and var apart)
        {
            reasoning = apart;
            if (apart > output)
            {
                output += apart; // Inferred: Perplexity's deep research bills thoughts beside the answer and its figure tops the answer's.
            }
        }

        return new Usage
        {
            InputTokens = input,
            CachedInputTokens = wire.PromptTokensDetails?.CachedTokens ?? wire.PromptCacheHitTokens ?? wire.CachedTokens ?? 0,
            CacheWriteTokens = wire.PromptTokensDetails?.CacheWriteTokens ?? 0,
            AudioInputTokens = wire.PromptTokensDetails?.AudioTokens ?? 0,
            OutputTokens = output,
            ReasoningTokens = reasoning,
            AudioOutputTokens = wire.CompletionTokensDetails?.AudioTokens ?? 0,
        };
    }

    /// <summary>Absent where there are none.</summary>
    public static IReadOnlyList<TokenLogprob>? LogprobsOf(LogprobsWire? wire)
    {
        if (wire is null)
        {
            return null;
        }

        List<TokenLogprob>? tokens = null;
        foreach (var list in new[] { wire.Content, wire.Refusal })
        {
            foreach (var token in list ?? [])
            {
                (tokens ??= []).Add(TokenOf(token));
            }
        }

        if (tokens is null && wire is { Tokens: { } texts, TokenLogprobs: { } values })
        {
            tokens = [.. texts.Zip(values, static (text, value) => new TokenLogprob(text, value ?? 0, null, null))];
        }

        return tokens is { Count: > 0 } ? tokens : null;

        static TokenLogprob TokenOf(TokenLogprobWire token) =>
            new(token.Token ?? "", token.Logprob ?? 0, token.Bytes, token.TopLogprobs is { } top ? [.. top.Select(TokenOf)] : null);
    }

    /// <summary>What a list of content parts holds, in order; kinds that nobody knows are passed over.</summary>
    public static IEnumerable<ContentPart> PartsOf(JsonElement parts)
    {
        foreach (var part in parts.EnumerateArray())
        {
            switch (Text(part, "type"))
            {
                case "text" or "output_text" when Text(part, "text") is { } text:
                    yield return new TextPart(text);
                    break;
                case "refusal" when Text(part, "refusal") is { } refusal:
                    yield return new RefusalPart(refusal);
                    break;
                case "thinking" when part.TryGetProperty("thinking", out var thinking): // Mistral's magistral: a text, or a list of them.
                    var thought = thinking.ValueKind == JsonValueKind.Array
                        ? string.Concat(thinking.EnumerateArray().Select(static piece => Text(piece, "text")))
                        : thinking.ValueKind == JsonValueKind.String ? thinking.GetString()! : "";
                    yield return new ReasoningPart(thought);
                    break;
                case "image_url" when ImageOf(part) is { } image:
                    yield return image;
                    break;
            }
        }
    }

    /// <summary>A picture as <c>{image_url: {url}}</c>, most often a data URI.</summary>
    public static ImagePart? ImageOf(JsonElement part)
    {
        if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty("image_url", out var holder)
            || (holder.ValueKind == JsonValueKind.String ? holder.GetString() : Text(holder, "url")) is not { } url)
        {
            return null;
        }

        const string Marker = ";base64,";
        var comma = url.StartsWith("data:", StringComparison.Ordinal) ? url.IndexOf(Marker, StringComparison.Ordinal) : -1;
        if (comma < 0)
        {
            return new ImagePart { Url = url };
        }

        try
        {
            return new ImagePart { Data = Convert.FromBase64String(url[(comma + Marker.Length)..]), MediaType = url[5..comma] };
        }
        catch (FormatException)
        {
            throw new JsonException("A picture in the answer is not base64.");
        }
    }

    /// <summary>An id for a call to which the vendor gave none.</summary>
    public static string MakeToolCallId(string? responseId, int choice, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"call_{NullIfEmpty(responseId) ?? "0"}_{choice}_{index}");

    /// <summary>What the model thought, by whichever of the two names; absent where there is nothing.</summary>
    public static string? ThoughtOf(MessageWire message) => NullIfEmpty(message.ReasoningContent) ?? NullIfEmpty(message.Reasoning);

    /// <summary>Whether an <c>error</c> member says that there is one.</summary>
    public static bool IsError([NotNullWhen(true)] JsonElement? member) =>
        member is { ValueKind: not (JsonValueKind.Null or JsonValueKind.False) };

    public static string? NullIfEmpty(string? text) => text is "" ? null : text;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
