using System.Collections.Immutable;
using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>A company or program whose API Dragoman calls: a row of <see cref="Vendors"/>. Rows differ in URL, credential and quirks only.</summary>
public sealed record Vendor
{
    /// <summary>As in <c>provider/model</c>: lower case, e.g. <c>openai</c>.</summary>
    public required string Name { get; init; }

    /// <summary>For people: <c>OpenAI</c>.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The wire that its models chat on; <see cref="WireFormat.None"/> where none does.</summary>
    public required WireFormat Wire { get; init; }

    /// <summary>Where its models chat, behind the base URL (OpenAI's wire only).</summary>
    public string ChatPath { get; init; } = "/chat/completions";

    /// <summary>As the vendor's own SDK writes it; absent where there is none but the operator's.</summary>
    public string? BaseUrl { get; init; }

    /// <summary><c>OPENAI</c> for <c>OPENAI_API_KEY</c> and <c>OPENAI_BASE_URL</c>.</summary>
    public required string EnvironmentPrefix { get; init; }

    /// <summary>A hosted vendor is of no use without a key; a program on the operator's own machine may ask for none.</summary>
    public bool NeedsApiKey { get; init; } = true;

    /// <summary>The variable of the environment that makes the vendor a provider.</summary>
    public string MainSetting => EnvironmentPrefix + (NeedsApiKey ? "_API_KEY" : "_BASE_URL");

    /// <summary>The header that carries the key alone; where absent it is sent as <c>Authorization: Bearer</c>.</summary>
    public string? ApiKeyHeader { get; init; }

    /// <summary>Departures from OpenAI's chat wire; of no meaning on others.</summary>
    public WireQuirks Quirks { get; init; }

    /// <summary>What the vendor's API honours for at least some model.</summary>
    public ChatParameters Supported { get; init; } = ChatParameters.All;

    /// <summary>Quirks of models, the most particular first; the first whose prefix fits is the one.</summary>
    public ImmutableArray<ModelRule> ModelRules { get; init; } = [];

    /// <summary>Beginnings of model names that are known to be this vendor's, so that a bare name finds its way.</summary>
    public ImmutableArray<string> ModelPrefixes { get; init; } = [];

    /// <summary>Absent where the vendor has no models for it; likewise the next two.</summary>
    public EmbeddingOffer? Embeddings { get; init; }

    public RerankOffer? Reranking { get; init; }

    public TranscriptionOffer? Transcription { get; init; }

    public ImageOffer? Images { get; init; }

    public ModelRule RuleFor(string model)
    {
        foreach (var rule in ModelRules)
        {
            if (model.StartsWith(rule.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                return rule;
            }
        }

        return ModelRule.Default;
    }
}

/// <summary>What sets some of a vendor's models apart.</summary>
/// <param name="Prefix">How the names of the models begin.</param>
public sealed record ModelRule(string Prefix)
{
    public static ModelRule Default { get; } = new("");

    /// <summary>What the models refuse although the vendor's API knows it.</summary>
    public ChatParameters Unsupported { get; init; }

    /// <summary>What the models refuse, or take and ignore, while they think.</summary>
    public ChatParameters UnsupportedWithReasoning { get; init; }

    /// <summary>The models think unless they are told not to.</summary>
    public bool ReasonsByDefault { get; init; }

    /// <summary>Parameters of which the models take one only; the one declared first in <see cref="ChatParameters"/> is kept.</summary>
    public ChatParameters OneOf { get; init; }

    /// <summary>The bound on output travels as <c>max_completion_tokens</c> (OpenAI's wire only).</summary>
    public bool MaxCompletionTokens { get; init; }

    /// <summary>The system message travels as role <c>developer</c> (OpenAI's wire only).</summary>
    public bool DeveloperRole { get; init; }

    /// <summary>The models know no system message; it travels as the user's (OpenAI's wire only).</summary>
    public bool SystemAsUser { get; init; }

    /// <summary>What is sent where the caller set no bound and the wire insists on one (Anthropic's), in tokens.</summary>
    public int? DefaultMaxTokens { get; init; }

    /// <summary>How the models are told to think (Anthropic's and Gemini's wires).</summary>
    public ThinkingStyle Thinking { get; init; }

    /// <summary>The words for effort that the models take, least first. A word between two of them is rounded down, one below all of them up.</summary>
    public ImmutableArray<string> Efforts { get; init; } = ["low", "medium", "high"];

    /// <summary>
    /// The word that switches thinking off: Anthropic's <c>thinking.type</c>; any word on Gemini's wire. <c>null</c> where it cannot be.
    /// </summary>
    public string? ThinkingOff { get; init; } = "disabled";

    /// <summary>The models refuse to be made to call a tool (Anthropic's wire only).</summary>
    public bool NoForcedTools { get; init; }

    /// <summary>The models draw, too: where the caller does not say what to answer in, they are asked for text and pictures (Gemini's wire only).</summary>
    public bool MakesPictures { get; init; }

    /// <summary>The models take a system message in the middle of the conversation (Anthropic's wire only).</summary>
    public bool SystemMidway { get; init; }
}

public enum ThinkingStyle
{
    /// <summary>By a number of tokens (Claude to 4.5, Gemini 2.5).</summary>
    Budget,

    /// <summary>By a word for effort; a number is still taken where the caller gives one (Claude 4.6, Gemini 3).</summary>
    EffortOrBudget,

    /// <summary>By a word for effort only (Claude since Opus 4.7).</summary>
    Effort,
}
