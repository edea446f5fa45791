using System.Text.Json;

namespace Dragoman.Model;

/// <summary>
/// What a caller asks of a model, in no dialect: dialect readers make it, provider writers carry it to a wire.
/// An absent value stays absent: <c>null</c> means that the caller did not say, and nothing is sent upstream.
/// </summary>
public sealed record ChatRequest
{
    /// <summary>The model or engine by the name that the caller used.</summary>
    public required string Model { get; init; }

    /// <summary>The conversation, oldest first; system messages stand where the caller put them.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>0 to 2; a writer for a narrower wire clamps it and says so.</summary>
    public double? Temperature { get; init; }

    /// <summary>0 to 1.</summary>
    public double? TopP { get; init; }

    public int? TopK { get; init; }

    public double? MinP { get; init; }

    /// <summary>-2 to 2.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>-2 to 2.</summary>
    public double? PresencePenalty { get; init; }

    public long? Seed { get; init; }

    /// <summary>Upper bound of the answer in tokens, reasoning included where the provider counts it so.</summary>
    public int? MaxOutputTokens { get; init; }

    public IReadOnlyList<string>? StopSequences { get; init; }

    /// <summary>How many answers; absent means one. OpenAI's <c>n</c>.</summary>
    public int? ChoiceCount { get; init; }

    public bool? Logprobs { get; init; }

    /// <summary>0 to 20.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>Token id, as its decimal digits, to bias (-100 to 100).</summary>
    public IReadOnlyDictionary<string, double>? LogitBias { get; init; }

    public IReadOnlyList<ToolDefinition>? Tools { get; init; }

    public ToolChoice? ToolChoice { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public ResponseFormat? ResponseFormat { get; init; }

    public ReasoningOptions? Reasoning { get; init; }

    /// <summary>Kinds of output asked for: <c>text</c>, <c>image</c>, <c>audio</c>.</summary>
    public IReadOnlyList<string>? Modalities { get; init; }

    public AudioOptions? Audio { get; init; }

    /// <summary>OpenAI's predicted output, as it came.</summary>
    public JsonElement? Prediction { get; init; }

    /// <summary>OpenAI's web search options, as they came.</summary>
    public JsonElement? WebSearchOptions { get; init; }

    /// <summary>The caller's own end user, for the provider's abuse checks.</summary>
    public string? User { get; init; }

    public string? ServiceTier { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>
    /// The passages of the caller's documents that the answer should stand on; empty where their documents were searched and nothing was found. Absent
    /// where none were asked for.
    /// </summary>
    public IReadOnlyList<SourcePassage>? Sources { get; init; }

    /// <summary>What the caller asked in their own words, where <see cref="Sources"/> were put into the messages beside it.</summary>
    public string? Question { get; init; }

    /// <summary>
    /// Members of the caller's body that the canonical model has no place for. They travel to a provider of <see cref="ExtraMembersWire"/>
    /// and are named as dropped for every other.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement>? ExtraMembers { get; init; }

    /// <summary>The wire that <see cref="ExtraMembers"/> belongs to.</summary>
    public WireFormat ExtraMembersWire { get; init; }

    /// <summary>The parameters and kinds of content that this request makes use of.</summary>
    public ChatParameters UsedParameters()
    {
        var used = ChatParameters.None;
        Mark(Temperature is not null, ChatParameters.Temperature);
        Mark(TopP is not null, ChatParameters.TopP);
        Mark(TopK is not null, ChatParameters.TopK);
        Mark(MinP is not null, ChatParameters.MinP);
        Mark(FrequencyPenalty is not null, ChatParameters.FrequencyPenalty);
        Mark(PresencePenalty is not null, ChatParameters.PresencePenalty);
        Mark(Seed is not null, ChatParameters.Seed);
        Mark(MaxOutputTokens is not null, ChatParameters.MaxTokens);
        Mark(StopSequences is { Count: > 0 }, ChatParameters.Stop);
        Mark(ChoiceCount is > 1, ChatParameters.N);
        Mark(Logprobs is true, ChatParameters.Logprobs);
        Mark(TopLogprobs is not null, ChatParameters.TopLogprobs);
        Mark(LogitBias is { Count: > 0 }, ChatParameters.LogitBias);
        Mark(Tools is { Count: > 0 }, ChatParameters.Tools);
        Mark(ToolChoice is not null, ChatParameters.ToolChoice);
        Mark(ParallelToolCalls is not null, ChatParameters.ParallelToolCalls);
        used |= ResponseFormat?.Parameter ?? ChatParameters.None;
        Mark(Reasoning?.Effort is not null, ChatParameters.ReasoningEffort);
        Mark(Reasoning is { BudgetTokens: not null } or { Enabled: not null }, ChatParameters.Thinking);
        Mark(Modalities is not null, ChatParameters.Modalities);
        Mark(Audio is not null, ChatParameters.Audio);
        Mark(Prediction is not null, ChatParameters.Prediction);
        Mark(WebSearchOptions is not null, ChatParameters.WebSearchOptions);
        Mark(User is not null, ChatParameters.User);
        Mark(ServiceTier is not null, ChatParameters.ServiceTier);
        Mark(Metadata is { Count: > 0 }, ChatParameters.Metadata);

        foreach (var message in Messages)
        {
            foreach (var part in message.Parts)
            {
                used |= part switch
                {
                    ImagePart { Url: not null } => ChatParameters.ImageUrlInput,
                    ImagePart => ChatParameters.ImageInput,
                    AudioPart => ChatParameters.AudioInput,
                    FilePart => ChatParameters.FileInput,
                    ToolCallPart or ToolResultPart => ChatParameters.Tools,
                    _ => ChatParameters.None,
                };
            }
        }

        return used;

        void Mark(bool isUsed, ChatParameters parameter)
        {
            if (isUsed)
            {
                used |= parameter;
            }
        }
    }

    /// <summary>
    /// The same request without the given parameters. Content (images, sound, files) is never taken out: a provider that cannot
    /// carry it refuses the call.
    /// </summary>
    public ChatRequest Without(ChatParameters parameters)
    {
        parameters &= ~ChatParameters.Content;
        if (parameters == ChatParameters.None)
        {
            return this;
        }

        return this with
        {
            Temperature = Keep(ChatParameters.Temperature) ? Temperature : null,
            TopP = Keep(ChatParameters.TopP) ? TopP : null,
            TopK = Keep(ChatParameters.TopK) ? TopK : null,
            MinP = Keep(ChatParameters.MinP) ? MinP : null,
            FrequencyPenalty = Keep(ChatParameters.FrequencyPenalty) ? FrequencyPenalty : null,
            PresencePenalty = Keep(ChatParameters.PresencePenalty) ? PresencePenalty : null,
            Seed = Keep(ChatParameters.Seed) ? Seed : null,
            MaxOutputTokens = Keep(ChatParameters.MaxTokens) ? MaxOutputTokens : null,
            StopSequences = Keep(ChatParameters.Stop) ? StopSequences : null,
            ChoiceCount = Keep(ChatParameters.N) ? ChoiceCount : null,
            Logprobs = Keep(ChatParameters.Logprobs) ? Logprobs : null,
            TopLogprobs = Keep(ChatParameters.TopLogprobs) ? TopLogprobs : null,
            LogitBias = Keep(ChatParameters.LogitBias) ? LogitBias : null,
            Tools = Keep(ChatParameters.Tools) ? Tools : null,
            ToolChoice = Keep(ChatParameters.ToolChoice) ? ToolChoice : null,
            ParallelToolCalls = Keep(ChatParameters.ParallelToolCalls) ? ParallelToolCalls : null,
            ResponseFormat = ResponseFormat is { } format && !Keep(format.Parameter) ? null : ResponseFormat,
            Reasoning = Reasoning is null ? null : new ReasoningOptions
            {
                Effort = Keep(ChatParameters.ReasoningEffort) ? Reasoning.Effort : null,
                BudgetTokens = Keep(ChatParameters.Thinking) ? Reasoning.BudgetTokens : null,
                Enabled = Keep(ChatParameters.Thinking) ? Reasoning.Enabled : null,
            },
            Modalities = Keep(ChatParameters.Modalities) ? Modalities : null,
            Audio = Keep(ChatParameters.Audio) ? Audio : null,
            Prediction = Keep(ChatParameters.Prediction) ? Prediction : null,
            WebSearchOptions = Keep(ChatParameters.WebSearchOptions) ? WebSearchOptions : null,
            User = Keep(ChatParameters.User) ? User : null,
            ServiceTier = Keep(ChatParameters.ServiceTier) ? ServiceTier : null,
            Metadata = Keep(ChatParameters.Metadata) ? Metadata : null,
        };

        bool Keep(ChatParameters parameter) => (parameters & parameter) == 0;
    }
}

/// <summary>A wire that unknown members can belong to.</summary>
public enum WireFormat
{
    None,
    OpenAIChat,
    AnthropicMessages,
    GeminiContent,
}

public enum ResponseFormatKind
{
    Text,
    JsonObject,
    JsonSchema,
}

/// <summary>The shape that the answer must have. <paramref name="Schema"/> is a JSON Schema and present only for <see cref="ResponseFormatKind.JsonSchema"/>.</summary>
public sealed record ResponseFormat(
    ResponseFormatKind Kind,
    string? Name = null,
    string? Description = null,
    JsonElement? Schema = null,
    bool? Strict = null)
{
    internal ChatParameters Parameter => Kind switch
    {
        ResponseFormatKind.JsonObject => ChatParameters.JsonObject,
        ResponseFormatKind.JsonSchema => ChatParameters.JsonSchema,
        _ => ChatParameters.None,
    };
}

/// <summary>How much a model should think before it answers.</summary>
public sealed record ReasoningOptions
{
    /// <summary><c>none</c>, <c>minimal</c>, <c>low</c>, <c>medium</c>, <c>high</c> or a vendor's own word.</summary>
    public string? Effort { get; init; }

    /// <summary>Tokens that thinking may take (Anthropic's <c>budget_tokens</c>, Gemini's <c>thinkingBudget</c>).</summary>
    public int? BudgetTokens { get; init; }

    /// <summary>Thinking switched on or off outright (Anthropic's <c>thinking.type</c>).</summary>
    public bool? Enabled { get; init; }
}

/// <summary>Spoken output: a vendor's voice name and a container format such as <c>mp3</c> or <c>wav</c>.</summary>
public sealed record AudioOptions(string Voice, string Format);
