using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// Reads the body of <c>POST …/generate/</c> (schema GenerateRequest of the vendor's OpenAPI document: 35 fields by their names, defaults and bounds). Pure:
/// bytes in; what is asked, or all that is wrong with it, out.
/// </summary>
internal static class GenerateReader
{
    public const int DefaultMaxTokens = 100;
    public const int MostMaxTokens = 16385;
    public const int MostChoices = 128; // OpenAI's own bound; the vendor's document has none.
    public const int DefaultK = 3;
    public const int LeastThinking = 1024;

    private const int LongestMetadataKey = 64;
    private const int LongestMetadataValue = 512;

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "messages", "model", "reasoning_effort", "metadata", "frequency_penalty", "logit_bias", "logprobs", "top_logprobs", "max_completion_tokens", "n",
        "modalities", "prediction", "audio", "presence_penalty", "response_format", "seed", "service_tier", "stop", "stream", "stream_options", "temperature",
        "top_p", "tools", "tool_choice", "parallel_tool_calls", "user", "function_call", "functions", "thinking", "web_search_options", "filter_documents",
        "min_score", "k", "max_tokens", "conversation_id");

    public static (GenerateBody? Body, GatewayError? Error) Read(ReadOnlySpan<byte> body)
    {
        var (fields, malformed) = BodyFields.Read(body, Known, "messages and a model");
        if (fields is null)
        {
            return (null, malformed);
        }

        var read = Read(fields);
        return fields.Error is { } error ? (null, error) : (read with { Ignored = fields.Ignored }, null);
    }

    private static GenerateBody Read(BodyFields fields)
    {
        var functions = ToolReader.ReadFunctions(fields);
        var tools = ToolReader.ReadTools(fields);
        var functionCall = ToolReader.ReadChoice(fields, "function_call");

        // The old bound has a default and so always a value; the new one, where it is given, is the one that was meant.
        var maxTokens = fields.Integer("max_tokens", 1, MostMaxTokens) ?? DefaultMaxTokens;
        if (fields.Get("max_completion_tokens") is not null && fields.Get("max_tokens") is not null)
        {
            fields.Drop("max_tokens");
        }

        var toolChoice = ToolReader.ReadChoice(fields, "tool_choice");
        if (toolChoice is not null && functionCall is not null)
        {
            fields.Drop("function_call");
        }

        var isStreamed = fields.Boolean("stream") ?? false;
        var messages = new MessageReader(fields).Read();
        return new GenerateBody
        {
            Request = new ChatRequest
            {
                Messages = messages,
                Model = EdenAIModels.Canonical(fields.Text("model", isRequired: true) ?? ""),
                Temperature = fields.Number("temperature", 0, 2),
                TopP = fields.Number("top_p", 0, 1),
                FrequencyPenalty = fields.Number("frequency_penalty", -2, 2),
                PresencePenalty = fields.Number("presence_penalty", -2, 2),
                Seed = fields.LongInteger("seed"),
                MaxOutputTokens = fields.Integer("max_completion_tokens", 1) ?? maxTokens,
                StopSequences = ReadStop(fields),
                ChoiceCount = fields.Integer("n", 1, MostChoices),
                Logprobs = fields.Boolean("logprobs"),
                TopLogprobs = fields.Integer("top_logprobs", 0, 20),
                LogitBias = ReadLogitBias(fields),
                Tools = tools is null || functions is null ? tools ?? functions : [.. tools, .. functions],
                ToolChoice = toolChoice ?? functionCall,
                ParallelToolCalls = fields.Boolean("parallel_tool_calls"),
                ResponseFormat = ReadResponseFormat(fields),
                Reasoning = ReadReasoning(fields),
                Modalities = fields.Texts("modalities"),
                Audio = ReadAudio(fields),
                Prediction = ReadPrediction(fields),
                WebSearchOptions = fields.Dictionary("web_search_options"),
                User = fields.Text("user"),
                ServiceTier = fields.Choice("service_tier", "auto", "default"),
                Metadata = ReadMetadata(fields),
            },
            IsStreamed = isStreamed,
            IncludesUsage = ReadIncludesUsage(fields, isStreamed),
            UsesFunctions = functions is not null && tools is null,
            K = fields.Integer("k", 1) ?? DefaultK,
            MinScore = fields.Number("min_score") ?? 0,
            Filter = fields.Filter(),
            Conversation = fields.Uuid("conversation_id"),
        };
    }

    /// <summary>The one stream option that has a use; it has none without a stream.</summary>
    private static bool ReadIncludesUsage(BodyFields fields, bool isStreamed)
    {
        const string Name = "stream_options";
        const string IncludeUsage = "include_usage";
        if (fields.Dictionary(Name) is not { } options)
        {
            return false;
        }

        foreach (var option in options.EnumerateObject().Where(option => !isStreamed || option.Name != IncludeUsage))
        {
            fields.Drop($"{Name}.{option.Name}");
        }

        return options.Member(IncludeUsage) is { } wanted && BodyFields.BooleanOf(wanted) == true;
    }

    /// <summary>A list; OpenAI's clients may send the one text.</summary>
    private static IReadOnlyList<string>? ReadStop(BodyFields fields) =>
        fields.Get("stop") is { ValueKind: JsonValueKind.String } one ? [one.GetString()!] : fields.Texts("stop");

    private static Dictionary<string, double>? ReadLogitBias(BodyFields fields)
    {
        const string Name = "logit_bias";
        if (fields.Dictionary(Name) is not { } members)
        {
            return null;
        }

        var biases = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var member in members.EnumerateObject())
        {
            if (BodyFields.NumberOf(member.Value) is not { } bias)
            {
                fields.Fault(Name, FieldWords.At(Excerpt.Of(member.Name, 64), FieldWords.NotNumber));
            }
            else if (bias is < -100 or > 100)
            {
                fields.Fault(Name, FieldWords.At(Excerpt.Of(member.Name, 64), bias < 0 ? FieldWords.TooLow(-100) : FieldWords.TooHigh(100)));
            }
            else
            {
                biases[member.Name] = bias;
            }
        }

        return biases;
    }

    /// <summary>OpenAI's, and the documentation's <c>{"type":"json_object","schema":{…}}</c>, which is a JSON Schema under another name.</summary>
    private static ResponseFormat? ReadResponseFormat(BodyFields fields)
    {
        const string Name = "response_format";
        if (fields.Dictionary(Name) is not { } format)
        {
            return null;
        }

        switch (format.TextMember("type"))
        {
            case "text":
                return new ResponseFormat(ResponseFormatKind.Text);
            case "json_object" when format.Member("schema") is { ValueKind: JsonValueKind.Object } schema:
                return new ResponseFormat(ResponseFormatKind.JsonSchema, Schema: schema);
            case "json_object":
                return new ResponseFormat(ResponseFormatKind.JsonObject);
            case "json_schema":
                var holder = format.Member("json_schema") ?? format;
                if (holder.Member("schema") is { ValueKind: JsonValueKind.Object } named)
                {
                    return new ResponseFormat(
                        ResponseFormatKind.JsonSchema, holder.TextMember("name"), holder.TextMember("description"), named, holder.FlagMember("strict"));
                }

                fields.Fault(Name, FieldWords.At("json_schema.schema", FieldWords.Required));
                return null;
            case null:
                fields.Fault(Name, FieldWords.At("type", FieldWords.Required));
                return null;
            case var unknown:
                fields.Fault(Name, FieldWords.At("type", FieldWords.NotAChoice(unknown)));
                return null;
        }
    }

    /// <summary><c>reasoning_effort</c> and <c>thinking</c>, which vendors are told each in their own way.</summary>
    private static ReasoningOptions? ReadReasoning(BodyFields fields)
    {
        const string Thinking = "thinking";
        var effort = fields.Choice("reasoning_effort", "low", "medium", "high");
        if (fields.Dictionary(Thinking) is not { } thinking)
        {
            return effort is null ? null : new ReasoningOptions { Effort = effort };
        }

        switch (thinking.TextMember("type"))
        {
            case "disabled":
                return new ReasoningOptions { Effort = effort, Enabled = false };
            case "enabled":
                break;
            case null:
                fields.Fault(Thinking, FieldWords.At("type", FieldWords.Required));
                return null;
            case var unknown:
                fields.Fault(Thinking, FieldWords.At("type", FieldWords.NotAChoice(unknown)));
                return null;
        }

        if (thinking.Member("budget_tokens") is not { } given)
        {
            fields.Fault(Thinking, FieldWords.At("budget_tokens", FieldWords.Required));
            return null;
        }

        if (BodyFields.IntegerOf(given) is not { } budget)
        {
            fields.Fault(Thinking, FieldWords.At("budget_tokens", FieldWords.NotInteger));
            return null;
        }

        if (budget is < LeastThinking or > int.MaxValue)
        {
            fields.Fault(Thinking, FieldWords.At(
                "budget_tokens", budget < LeastThinking ? FieldWords.TooLow(LeastThinking) : FieldWords.TooHigh(int.MaxValue)));
            return null;
        }

        return new ReasoningOptions { Effort = effort, BudgetTokens = (int)budget, Enabled = true };
    }

    /// <summary>OpenAI's voice and format. The documentation's example (<c>language</c>, <c>transcription_format</c>) means nothing to any provider.</summary>
    private static AudioOptions? ReadAudio(BodyFields fields)
    {
        const string Name = "audio";
        if (fields.Dictionary(Name) is not { } audio)
        {
            return null;
        }

        if (audio.TextMember("voice") is { } voice && audio.TextMember("format") is { } format)
        {
            return new AudioOptions(voice, format);
        }

        fields.Drop(Name);
        return null;
    }

    /// <summary>OpenAI's predicted output. The documentation's example (<c>confidence_score</c>) means nothing to any provider.</summary>
    private static JsonElement? ReadPrediction(BodyFields fields)
    {
        const string Name = "prediction";
        if (fields.Dictionary(Name) is not { } prediction)
        {
            return null;
        }

        if (prediction.TextMember("type") is not null && prediction.Member("content") is not null)
        {
            return prediction;
        }

        fields.Drop(Name);
        return null;
    }

    private static Dictionary<string, string>? ReadMetadata(BodyFields fields)
    {
        const string Name = "metadata";
        if (fields.List(Name) is not { } list)
        {
            return null;
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{Name}[{index}]");
            if (item.ValueKind != JsonValueKind.Object)
            {
                fields.Fault(Name, FieldWords.At(path, FieldWords.NotADictionary(item)));
                continue;
            }

            var key = ReadText(item, "key", path, LongestMetadataKey);
            var value = ReadText(item, "value", path, LongestMetadataValue);
            if (key is not null && value is not null)
            {
                metadata[key] = value;
            }
        }

        return metadata;

        string? ReadText(JsonElement item, string member, string path, int longest)
        {
            var given = item.Member(member);
            var text = given is { } value ? BodyFields.TextOf(value) : null;
            var fault = given is null ? FieldWords.Required
                : text is null ? FieldWords.NotText
                : text.Length == 0 ? FieldWords.Blank
                : text.Length > longest ? FieldWords.TooLong(longest)
                : null;
            if (fault is not null)
            {
                fields.Fault(Name, FieldWords.At($"{path}.{member}", fault));
            }

            return fault is null ? text : null;
        }
    }
}

/// <summary>What a caller of generate asks.</summary>
internal sealed record GenerateBody
{
    public required ChatRequest Request { get; init; }

    public bool IsStreamed { get; init; }

    /// <summary>A stream ends with the usage.</summary>
    public bool IncludesUsage { get; init; }

    /// <summary>The caller speaks of functions rather than tools, and is answered so.</summary>
    public bool UsesFunctions { get; init; }

    public int K { get; init; }

    public double MinScore { get; init; }

    public DocumentFilter Filter { get; init; } = DocumentFilter.None;

    public Guid? Conversation { get; init; }

    public IgnoredMembers Ignored { get; init; }
}
