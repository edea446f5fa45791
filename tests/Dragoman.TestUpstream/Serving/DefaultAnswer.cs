using Dragoman.Testing.Wires;

namespace Dragoman.Testing.Serving;

/// <summary>What is said without a script: always the same for the same request.</summary>
internal static class DefaultAnswer
{
    public static ReplyChoice To(Ask ask)
    {
        var text = ask.LastUserText.Contains("capital of France", StringComparison.OrdinalIgnoreCase)
            ? "The capital of France is Paris."
            : $"You said: {ask.LastUserText}";
        var words = Words.Split(text);
        return ask.MaxTokens is { } limit && limit < words.Count
            ? new() { Text = string.Concat(words.Take(limit)), Finish = Finish.Length }
            : new() { Text = text };
    }

    /// <summary>Usage counted by words, where the reply does not say its own.</summary>
    public static ReplyUsage Count(Ask ask, IReadOnlyList<ReplyChoice> choices)
    {
        var reasoning = choices.Sum(c => Words.Count(c.Reasoning));
        var said = choices.Sum(c => Words.Count(c.Text) + Words.Count(c.Refusal) + c.Tools.Sum(t => 1 + Words.Count(t.Arguments)));
        return new(ask.InputWords, reasoning + said, Reasoning: reasoning);
    }
}
