using System.Text.Json;

namespace Dragoman.Starter.Http;

/// <summary>Parameters of OpenAI's APIs that this engine has no use for: which values ask for nothing, and which must be refused.</summary>
internal static class UnsupportedParameters
{
    /// <summary>Returns when the value asks for nothing that the engine would have to do.</summary>
    /// <exception cref="RequestException">400 <c>unsupported_parameter</c>.</exception>
    public static void Check(string name, JsonElement value)
    {
        if (!IsNeutral(name, value))
        {
            throw new RequestException(ApiError.Unsupported(name, $"Unsupported parameter: '{(name.Length > 60 ? name[..60] : name)}' is not supported by this engine{Hint(name)}."));
        }
    }

    private static bool IsNeutral(string name, JsonElement value) => name switch
    {
        // About the caller and the bookkeeping at OpenAI, not about the answer.
        "user" or "safety_identifier" or "prompt_cache_key" or "prompt_cache_retention" or "metadata" or "parallel_tool_calls" or "moderation" => true,
        "store" or "logprobs" or "stream" => value.ValueKind == JsonValueKind.False,
        "n" => IsOne(value),
        "quality" => Is(value, "auto") || Is(value, "standard"),
        "background" => Is(value, "auto") || Is(value, "opaque"),
        "top_logprobs" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count == 0,
        "tools" or "functions" => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0,
        "tool_choice" or "function_call" => Is(value, "none") || Is(value, "auto"),
        "response_format" => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type", out JsonElement type) && Is(type, "text"),
        "modalities" => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && Is(value[0], "text"),
        "service_tier" => Is(value, "auto") || Is(value, "default"),
        "reasoning_effort" => Is(value, "none"),
        _ => false,
    };

    private static bool IsOne(JsonElement value) => JsonMembers.Integer(value, "n", 1) == 1;

    private static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static string Hint(string name) => name switch
    {
        "n" => " with a value other than 1; send several requests instead",
        "response_format" => " with a type other than 'text'",
        _ => "",
    };
}
