using System.Collections.Immutable;
using Dragoman.Model;
using static Dragoman.Model.ChatParameters;

namespace Dragoman.Providers;

/// <summary>What sets some models of a vendor apart, the most particular first. Prefixes reach over dated snapshots of a model.</summary>
internal static class VendorRules
{
    private const ChatParameters Sampling = Temperature | TopP;
    private const ChatParameters Penalties = FrequencyPenalty | PresencePenalty;
    private const ChatParameters AnyLogprobs = Logprobs | TopLogprobs;

    /// <summary>What OpenAI's reasoning models refuse.</summary>
    private const ChatParameters NotWhileReasoning = Sampling | Penalties | AnyLogprobs | LogitBias | Stop | Prediction;

    private const ChatParameters AnyImage = ImageInput | ImageUrlInput;
    private const ChatParameters Tool = Tools | ChatParameters.ToolChoice | ParallelToolCalls;
    private const ChatParameters Thinks = ReasoningEffort | Thinking;

    /// <summary>What Gemini's models refuse that draw; inferred for those of the third generation.</summary>
    private const ChatParameters NotWithPictures = AnyLogprobs | Tool | JsonObject | JsonSchema;

    /// <summary>o-series models make one call at a time.</summary>
    private const ChatParameters OSeries = NotWhileReasoning | ParallelToolCalls;

    /// <summary>Models that search for every answer.</summary>
    private const ChatParameters Search = (NotWhileReasoning & ~Stop) | N | Seed | ReasoningEffort | Tool | AnyImage;

    /// <summary>Chosen: a bound that every model since Claude 4.5 takes and that leaves room for a long prompt.</summary>
    private const int ClaudeMaxTokens = 32_000;

    /// <summary>Older models refuse a bound that the rest of their smaller context cannot hold.</summary>
    private const int OldClaudeMaxTokens = 16_000;

    public static ImmutableArray<ModelRule> OpenAI { get; } =
    [
        FirstReasoning("o1-mini"),
        FirstReasoning("o1-preview"),
        Reasoning("o3-mini", (OSeries | AnyImage) & ~Stop),
        Reasoning("o1", OSeries & ~Stop),
        Reasoning("o3", OSeries),
        Reasoning("o4", OSeries),
        Reasoning("ft:o", OSeries),

        // Chat models of the fifth generation do not reason, but their bound has the new name.
        Reasoning("gpt-5-chat", ReasoningEffort),
        Reasoning("gpt-5.1-chat"), // Inferred.
        Reasoning("gpt-5.2-chat"), // Inferred.
        Reasoning("gpt-5.3-chat"), // Inferred.
        new("gpt-5-search-api") { MaxCompletionTokens = true, DeveloperRole = true, Unsupported = Search }, // Inferred.

        // 5.1 to 5.4 think only when asked to, and while they do not, they take what GPT-4 took.
        Reasoning("gpt-5.1-codex"),
        Reasoning("gpt-5.2-codex"),
        Reasoning("gpt-5.2-pro"),
        Reasoning("gpt-5.4-pro"),
        AtWill("gpt-5.1", byDefault: false),
        AtWill("gpt-5.2", byDefault: false),
        AtWill("gpt-5.4", byDefault: false),

        // From 5.5 on they think unless told not to.
        Reasoning("gpt-5.5-pro"),
        AtWill("gpt-5.5", byDefault: true),
        AtWill("gpt-5.6", byDefault: true),

        // GPT-5 itself always thinks; so, it is assumed, does whatever comes after.
        Reasoning("gpt-5"),

        new("gpt-4o-search") { Unsupported = Search },
        new("gpt-4o-mini-search") { Unsupported = Search },
        new("gpt-3.5") { Unsupported = WebSearchOptions | ReasoningEffort | JsonSchema | ChatParameters.Content },
        new("gpt-4") { Unsupported = WebSearchOptions | ReasoningEffort },
        new("gpt-audio") { Unsupported = WebSearchOptions | ReasoningEffort | JsonSchema | JsonObject | AnyImage },
        new("chatgpt-4o") { Unsupported = WebSearchOptions | ReasoningEffort | Tool | JsonSchema },
        new("ft:gpt-") { Unsupported = WebSearchOptions | ReasoningEffort },
        Reasoning("gpt-"),

        // Any other name stands behind a base URL of the operator's own, where the old name of the bound is the safer one.
    ];

    /// <summary>
    /// As at OpenAI. A deployment may have any name; that every model which Azure still serves takes the new name of the bound is inferred.
    /// </summary>
    public static ImmutableArray<ModelRule> Azure { get; } = [.. OpenAI, new("") { MaxCompletionTokens = true }];

    public static ImmutableArray<ModelRule> Anthropic { get; } =
    [
        Since47("claude-opus-5-5") with { ThinkingOff = null, NoForcedTools = true, SystemMidway = true },
        Since47("claude-sonnet-5-5") with { ThinkingOff = "between_tools", NoForcedTools = true, SystemMidway = true },
        Since47("claude-haiku-5-5") with { SystemMidway = true },
        Since47("claude-fable-5-") with { ThinkingOff = null, NoForcedTools = true, SystemMidway = true }, // 5.2 inferred.
        Since47("claude-mythos-5-") with { ThinkingOff = null, NoForcedTools = true, SystemMidway = true }, // Inferred.
        Since47("claude-fable-5") with { ThinkingOff = null, SystemMidway = true },
        Since47("claude-mythos-5") with { ThinkingOff = null, SystemMidway = true }, // Inferred.
        Since47("claude-opus-5") with { SystemMidway = true },
        Since47("claude-sonnet-5") with { SystemMidway = true }, // Sources disagree on the system message.
        Since47("claude-opus-4-8") with { ReasonsByDefault = false, SystemMidway = true },
        Since47("claude-opus-4-7") with { ReasonsByDefault = false },
        By46("claude-opus-4-6"),
        By46("claude-sonnet-4-6"),

        // "temperature and top_p cannot both be specified for this model."
        new("claude-opus-4-5") { DefaultMaxTokens = ClaudeMaxTokens, OneOf = Sampling },
        new("claude-sonnet-4-5") { DefaultMaxTokens = ClaudeMaxTokens, OneOf = Sampling },
        new("claude-haiku-4") { DefaultMaxTokens = ClaudeMaxTokens, OneOf = Sampling },
        new("claude-opus-4-1") { DefaultMaxTokens = OldClaudeMaxTokens, OneOf = Sampling },
        new("claude-opus-4") { DefaultMaxTokens = OldClaudeMaxTokens, Unsupported = JsonSchema },
        new("claude-sonnet-4") { DefaultMaxTokens = OldClaudeMaxTokens, Unsupported = JsonSchema },
        new("claude-3-7") { DefaultMaxTokens = OldClaudeMaxTokens, Unsupported = JsonSchema },
        new("claude-3-5") { DefaultMaxTokens = 8192, Unsupported = Thinks | JsonSchema },
        new("claude-3-") { DefaultMaxTokens = 4096, Unsupported = Thinks | JsonSchema },

        // Newer than this list: inferred to be as strict as the newest.
        Since47("claude-") with { ThinkingOff = null, NoForcedTools = true, SystemMidway = true },
        new("") { DefaultMaxTokens = ClaudeMaxTokens },
    ];

    public static ImmutableArray<ModelRule> Google { get; } =
    [
        new("gemini-1") { Unsupported = Thinks },
        new("gemini-2.0-flash-exp-image") { Unsupported = Thinks | NotWithPictures, MakesPictures = true },
        new("gemini-2.0-flash-preview-image") { Unsupported = Thinks | NotWithPictures, MakesPictures = true },
        new("gemini-2.0") { Unsupported = Thinks },
        new("gemini-2.5-flash-image") { Unsupported = Thinks | NotWithPictures, MakesPictures = true },
        new("gemini-2.5-pro") { Unsupported = Penalties, ThinkingOff = null },
        new("gemini-2.5") { Unsupported = Penalties | AnyLogprobs }, // Seen on flash-lite; the others inferred.
        Gemini3("gemini-3.1-flash-image") with { Unsupported = Thinks | Penalties | NotWithPictures, MakesPictures = true },
        Gemini3("gemini-3-pro-image") with { Unsupported = Thinks | Penalties | NotWithPictures, MakesPictures = true },
        Gemini3("gemini-3.1-pro"),
        Gemini3("gemini-3-pro") with { Efforts = ["low", "high"] },
        Gemini3("gemini-3.7"),
        Gemini3("gemini-3.8"),
        Gemini3("gemini-3") with { Efforts = ["minimal", "low", "medium", "high"] },
        Gemini3("gemini-"), // Newer than this list: inferred.
        new("gemma-3") { Unsupported = Thinks | Penalties | AnyLogprobs | Tool | JsonObject | JsonSchema }, // Inferred.
        new("gemma-") { Unsupported = Penalties | AnyLogprobs }, // Inferred.
        new("") { Unsupported = Penalties },
    ];

    public static ImmutableArray<ModelRule> Groq { get; } =
    [
        new("llama") { MaxCompletionTokens = true, Unsupported = ReasoningEffort }, // Inferred.
        new("meta-llama/") { MaxCompletionTokens = true, Unsupported = ReasoningEffort }, // Inferred.
        new("moonshotai/") { MaxCompletionTokens = true, Unsupported = ReasoningEffort }, // Inferred.
        new("") { MaxCompletionTokens = true },
    ];

    public static ImmutableArray<ModelRule> Perplexity { get; } =
    [
        new("sonar-deep-research"),
        new("") { Unsupported = ReasoningEffort },
    ];

    /// <summary>api-docs.deepseek.com/guides/thinking_mode: thinking is on by default, and then sampling has no effect.</summary>
    public static ImmutableArray<ModelRule> DeepSeek { get; } =
    [
        new("deepseek-chat") { UnsupportedWithReasoning = Sampling | Penalties | AnyLogprobs },
        new("") { UnsupportedWithReasoning = Sampling | Penalties | AnyLogprobs, ReasonsByDefault = true }, // Log probabilities inferred.
    ];

    /// <summary>Inferred for models not yet out: the newer small and medium ones take an effort, the others refuse the word.</summary>
    public static ImmutableArray<ModelRule> Mistral { get; } =
    [
        new("mistral-small"),
        new("mistral-medium"),
        new("") { Unsupported = ReasoningEffort },
    ];

    /// <summary>
    /// docs.x.ai/developers/model-capabilities/text/reasoning: thinking models refuse penalties and stops, and most of them an effort.
    /// </summary>
    public static ImmutableArray<ModelRule> XAI { get; } =
    [
        new("grok-2") { Unsupported = ReasoningEffort },
        new("grok-3-mini") { Unsupported = Penalties | Stop },
        new("grok-3") { Unsupported = ReasoningEffort },
        new("grok-4-fast-non-reasoning") { Unsupported = ReasoningEffort },
        new("grok-4-1-fast-non-reasoning") { Unsupported = ReasoningEffort },
        new("grok-4.20-0309-non-reasoning") { Unsupported = ReasoningEffort | Penalties },
        new("grok-4.20-multi-agent") { Unsupported = Penalties | Stop },
        new("grok-4.20") { Unsupported = ReasoningEffort | Penalties | Stop },
        new("grok-4.") { Unsupported = Penalties | Stop },
        new("grok-4") { Unsupported = ReasoningEffort | Penalties | Stop },
        new("grok-code") { Unsupported = ReasoningEffort | Penalties | Stop },
        new("grok-build") { Unsupported = ReasoningEffort | Penalties | Stop },
        new("") { Unsupported = Penalties | Stop },
    ];

    public static ImmutableArray<ModelRule> Cerebras { get; } =
    [
        new("llama") { MaxCompletionTokens = true, Unsupported = ReasoningEffort }, // Inferred.
        new("") { MaxCompletionTokens = true },
    ];

    /// <summary>An OpenAI model that always thinks.</summary>
    private static ModelRule Reasoning(string prefix, ChatParameters unsupported = NotWhileReasoning) =>
        new(prefix) { MaxCompletionTokens = true, DeveloperRole = true, Unsupported = unsupported | WebSearchOptions };

    /// <summary>An OpenAI model that thinks or not, as it is asked. Penalties and biases it refuses always (inferred).</summary>
    private static ModelRule AtWill(string prefix, bool byDefault) => new(prefix)
    {
        MaxCompletionTokens = true,
        DeveloperRole = true,
        Unsupported = Penalties | LogitBias | WebSearchOptions,
        UnsupportedWithReasoning = NotWhileReasoning,
        ReasonsByDefault = byDefault,
    };

    private static ModelRule FirstReasoning(string prefix) => new(prefix)
    {
        MaxCompletionTokens = true,
        SystemAsUser = true,
        Unsupported = NotWhileReasoning | Tool | JsonObject | JsonSchema | ReasoningEffort | WebSearchOptions | ChatParameters.Content,
    };

    /// <summary>Claude since Opus 4.7: "temperature is deprecated for this model", and thinking is asked for by effort alone.</summary>
    private static ModelRule Since47(string prefix) => new(prefix)
    {
        DefaultMaxTokens = ClaudeMaxTokens,
        Unsupported = Sampling | TopK,
        ReasonsByDefault = true,
        Thinking = ThinkingStyle.Effort,
        Efforts = ["low", "medium", "high", "xhigh", "max"],
    };

    private static ModelRule By46(string prefix) => new(prefix)
    {
        DefaultMaxTokens = ClaudeMaxTokens,
        OneOf = Sampling,
        Thinking = ThinkingStyle.EffortOrBudget,
        Efforts = ["low", "medium", "high", "max"],
    };

    private static ModelRule Gemini3(string prefix) => new(prefix)
    {
        Unsupported = Penalties | AnyLogprobs,
        Thinking = ThinkingStyle.EffortOrBudget,
        ThinkingOff = null,
    };
}
