namespace Dragoman.Providers;

/// <summary>
/// Where a vendor that speaks OpenAI's chat wire departs from it. Rows of <see cref="Vendors"/> name them; the writer obeys.
/// </summary>
[Flags]
public enum WireQuirks
{
    None = 0,

    /// <summary>A message's <c>name</c> is refused.</summary>
    NoMessageNames = 1 << 0,

    /// <summary><c>stream_options</c> is refused; usage comes with the last chunk unasked.</summary>
    NoStreamOptions = 1 << 1,

    /// <summary><c>seed</c> is called <c>random_seed</c>.</summary>
    RandomSeed = 1 << 2,

    /// <summary>Ids of tool calls must be nine letters or digits; others are turned into such.</summary>
    ShortToolCallIds = 1 << 3,

    /// <summary>Where tools are in play the assistant's thoughts must go back as <c>reasoning_content</c>.</summary>
    EchoReasoning = 1 << 4,

    /// <summary>Thinking is switched by <c>thinking: {type: enabled | disabled}</c>.</summary>
    ThinkingSwitch = 1 << 5,

    /// <summary>Effort, budget and switch of thinking travel together in <c>reasoning: {…}</c>.</summary>
    ReasoningObject = 1 << 6,

    /// <summary><c>logprobs</c> is a count, of which only 1 is taken.</summary>
    LogprobsCount = 1 << 7,
}
