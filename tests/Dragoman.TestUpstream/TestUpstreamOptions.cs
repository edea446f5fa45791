namespace Dragoman.Testing;

/// <summary>How the fake stands; what it answers is the script's.</summary>
public sealed record TestUpstreamOptions
{
    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:0";

    /// <summary>What the model lists tell.</summary>
    public IReadOnlyList<string> Models { get; init; } =
        ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5", "claude-haiku-4-5", "gemini-2.5-flash", "gemini-2.5-pro"];

    /// <summary>Whether a model that is not listed is answered with the vendor's 404.</summary>
    public bool OnlyListedModels { get; init; }

    /// <summary>The keys that are taken; any when null. None at all is refused unless <see cref="KeyOptional"/>.</summary>
    public IReadOnlySet<string>? Keys { get; init; }

    /// <summary>As local servers are: a call without a key is served.</summary>
    public bool KeyOptional { get; init; }

    /// <summary>
    /// Members that a vendor adds to OpenAI's wire (<c>search_domain_filter</c>, <c>top_k</c>, …) or to Anthropic's, taken without a violation.
    /// </summary>
    public IReadOnlySet<string> ExtraMembers { get; init; } = new HashSet<string>();

    /// <summary>
    /// On OpenAI's wire: refuse members that OpenAI does not know, as OpenAI does. Off, they are noted as violations only, since many
    /// vendors speak this wire with members of their own. Anthropic's and Gemini's wires always refuse.
    /// </summary>
    public bool RefuseUnknownOpenAIMembers { get; init; }

    /// <summary>Length of vectors, where the request does not say.</summary>
    public int Dimensions { get; init; } = 256;

    /// <summary>How many requests are kept; the oldest go.</summary>
    public int Remembered { get; init; } = int.MaxValue;

    /// <summary>A pause before each chunk of a stream, for demonstrations that are watched. Tests use gates.</summary>
    public TimeSpan Pace { get; init; }

    /// <summary>Whether <c>/_script</c>, <c>/_requests</c> and <c>/_gates</c> are served.</summary>
    public bool ControlEndpoints { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
