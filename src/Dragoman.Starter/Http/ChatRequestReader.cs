using System.Globalization;
using System.Text.Json;
using Dragoman.Starter.Generation;
using Dragoman.Starter.Native;

namespace Dragoman.Starter.Http;

/// <summary>
/// Reads the body of <c>POST /v1/chat/completions</c> (https://platform.openai.com/docs/api-reference/chat/create) and three members that
/// local servers have beside it: <c>top_k</c>, <c>min_p</c>, <c>repeat_penalty</c>.
/// </summary>
/// <remarks>A parameter that would change the answer and cannot be honoured is refused, unless its value asks for nothing.</remarks>
internal static class ChatRequestReader
{
    private const int MaxStops = 4;
    private const int MaxStopLength = 1000;

    /// <summary>Checks and converts a body. <paramref name="vocabularySize"/> bounds the token ids of <c>logit_bias</c>.</summary>
    /// <exception cref="RequestException">The body is not a valid request.</exception>
    public static ChatRequest Read(JsonElement body, int vocabularySize)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw RequestException.Invalid(null, $"The body must be a JSON object, but is {JsonMembers.Describe(body)}.");
        }

        IReadOnlyList<ChatTurn>? turns = null;
        var sampling = new SamplingSettings();
        int? maxTokens = null, maxCompletionTokens = null;
        IReadOnlyList<string> stops = [];
        bool stream = false, includeUsage = false, streamOptions = false;

        foreach (JsonProperty member in body.EnumerateObject())
        {
            (string name, JsonElement value) = (member.Name, member.Value);
            if (value.ValueKind == JsonValueKind.Null && name != "messages")
            {
                continue;
            }

            switch (name)
            {
                case "messages": turns = ReadMessages(value); break;
                case "model": _ = JsonMembers.Text(value, name); break;
                case "stream": stream = JsonMembers.Boolean(value, name); break;
                case "stream_options": (streamOptions, includeUsage) = (true, ReadStreamOptions(value)); break;
                case "temperature": sampling = sampling with { Temperature = Float(value, name, 0, 2) }; break;
                case "top_p": sampling = sampling with { TopP = Float(value, name, 0, 1) }; break;
                case "top_k": sampling = sampling with { TopK = JsonMembers.Integer(value, name, 0) }; break;
                case "min_p": sampling = sampling with { MinP = Float(value, name, 0, 1) }; break;
                case "frequency_penalty": sampling = sampling with { FrequencyPenalty = Float(value, name, -2, 2) }; break;
                case "presence_penalty": sampling = sampling with { PresencePenalty = Float(value, name, -2, 2) }; break;
                case "repeat_penalty": sampling = sampling with { RepeatPenalty = Float(value, name, 0.5, 2) }; break;
                case "seed": sampling = sampling with { Seed = JsonMembers.Long(value, name) }; break;
                case "logit_bias": sampling = sampling with { LogitBias = ReadLogitBias(value, vocabularySize) }; break;
                case "max_tokens": maxTokens = JsonMembers.Integer(value, name, 1); break;
                case "max_completion_tokens": maxCompletionTokens = JsonMembers.Integer(value, name, 1); break;
                case "stop": stops = ReadStops(value); break;
                default: UnsupportedParameters.Check(name, value); break;
            }
        }

        if (turns is null)
        {
            throw RequestException.Invalid("messages", "Missing required parameter: 'messages'.");
        }

        if (streamOptions && !stream)
        {
            throw RequestException.Invalid("stream_options", "'stream_options' is only allowed when 'stream' is true.");
        }

        return new ChatRequest
        {
            Turns = turns,
            Sampling = sampling,
            MaxTokens = maxCompletionTokens ?? maxTokens,
            Stops = stops,
            Stream = stream,
            IncludeUsage = includeUsage,
        };
    }

    private static float Float(JsonElement value, string param, double min, double max) => (float)JsonMembers.Number(value, param, min, max);

    private static List<ChatTurn> ReadMessages(JsonElement messages)
    {
        if (messages.ValueKind != JsonValueKind.Array)
        {
            throw JsonMembers.WrongType(messages, "messages", "an array of objects");
        }

        var turns = new List<ChatTurn>(messages.GetArrayLength());
        foreach (JsonElement message in messages.EnumerateArray())
        {
            turns.Add(ReadMessage(message, $"messages[{turns.Count}]"));
        }

        return turns.Count > 0 ? turns : throw RequestException.Invalid("messages", "'messages' must hold at least one message.");
    }

    private static ChatTurn ReadMessage(JsonElement message, string at)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw JsonMembers.WrongType(message, at, "an object");
        }

        string? role = null, text = null;
        foreach (JsonProperty member in message.EnumerateObject())
        {
            string param = $"{at}.{member.Name}";
            if (member.Value.ValueKind == JsonValueKind.Null && member.Name is not ("role" or "content"))
            {
                continue;
            }

            switch (member.Name)
            {
                case "role": role = ReadRole(member.Value, param); break;
                case "content": text = ReadContent(member.Value, param); break;
                case "name": _ = JsonMembers.Text(member.Value, param); break; // The templates have no place for it.
                case "refusal": break;
                case "annotations" or "tool_calls" when member.Value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0: break;
                default: throw new RequestException(ApiError.Unsupported(param, $"'{param}' is not supported by this engine."));
            }
        }

        return new ChatTurn(
            role ?? throw RequestException.Invalid($"{at}.role", $"Missing required parameter: '{at}.role'."),
            text ?? throw RequestException.Invalid($"{at}.content", $"Missing required parameter: '{at}.content'."));
    }

    private static string ReadRole(JsonElement value, string param) => JsonMembers.Text(value, param) switch
    {
        "system" or "developer" => "system",
        "user" => "user",
        "assistant" => "assistant",
        "tool" or "function" => throw RequestException.Invalid(param, "Tool messages are not supported by this engine."),
        _ => throw RequestException.Invalid(param, $"'{param}' must be one of system, developer, user, assistant."),
    };

    private static string ReadContent(JsonElement value, string param)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return JsonMembers.Text(value, param);
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw JsonMembers.WrongType(value, param, "a string or an array of text parts");
        }

        var texts = new List<string>(value.GetArrayLength());
        foreach (JsonElement part in value.EnumerateArray())
        {
            string at = $"{param}[{texts.Count}]";
            if (part.ValueKind != JsonValueKind.Object)
            {
                throw JsonMembers.WrongType(part, at, "an object");
            }

            if (!part.TryGetProperty("type", out JsonElement type))
            {
                throw RequestException.Invalid($"{at}.type", $"Missing required parameter: '{at}.type'.");
            }

            string kind = JsonMembers.Text(type, $"{at}.type");
            if (kind != "text")
            {
                throw RequestException.Invalid($"{at}.type", $"Only text parts are supported by this engine, not '{(kind.Length > 40 ? kind[..40] : kind)}'.");
            }

            if (!part.TryGetProperty("text", out JsonElement text))
            {
                throw RequestException.Invalid($"{at}.text", $"Missing required parameter: '{at}.text'.");
            }

            texts.Add(JsonMembers.Text(text, $"{at}.text"));
        }

        return texts.Count > 0 ? string.Join('\n', texts) : throw RequestException.Invalid(param, $"'{param}' must hold at least one part.");
    }

    private static bool ReadStreamOptions(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw JsonMembers.WrongType(value, "stream_options", "an object");
        }

        bool include = false;
        foreach (JsonProperty member in value.EnumerateObject())
        {
            string param = $"stream_options.{member.Name}";
            switch (member.Name)
            {
                case "include_usage": include = JsonMembers.Boolean(member.Value, param); break;
                case "include_obfuscation": _ = JsonMembers.Boolean(member.Value, param); break; // Padding against onlookers; there is none here.
                default: throw new RequestException(ApiError.Unsupported(param, $"Unknown parameter: '{param}'."));
            }
        }

        return include;
    }

    private static List<string> ReadStops(JsonElement value)
    {
        List<string> stops = value.ValueKind switch
        {
            JsonValueKind.String => [JsonMembers.Text(value, "stop")],
            JsonValueKind.Array => [.. value.EnumerateArray().Select((v, i) => JsonMembers.Text(v, $"stop[{i}]"))],
            _ => throw JsonMembers.WrongType(value, "stop", "a string or an array of strings"),
        };
        if (stops.Count > MaxStops)
        {
            throw RequestException.Invalid("stop", $"'stop' holds at most {MaxStops} strings.");
        }

        return stops.TrueForAll(s => s.Length is > 0 and <= MaxStopLength)
            ? stops
            : throw RequestException.Invalid("stop", $"Each string of 'stop' has 1 to {MaxStopLength} characters.");
    }

    private static List<LogitBias> ReadLogitBias(JsonElement value, int vocabularySize)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw JsonMembers.WrongType(value, "logit_bias", "an object");
        }

        var biases = new List<LogitBias>();
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (!int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int token) || token >= vocabularySize)
            {
                throw RequestException.Invalid("logit_bias", $"Keys of 'logit_bias' are token ids of this model, 0 to {vocabularySize - 1}.");
            }

            biases.Add(new LogitBias { Token = token, Bias = Float(member.Value, "logit_bias", -100, 100) });
        }

        return biases;
    }
}
