using System.Text;
using Dragoman.Model;

namespace Dragoman.Providers.Sandbox;

/// <summary>
/// The sandbox's own tokens: a word and the white space ahead of it, in pieces of four characters (Unicode code points; a surrogate pair is one and
/// is never taken apart).
/// </summary>
internal static class SandboxTokens
{
    /// <summary>Most alternatives that a token is told with, itself included.</summary>
    public const int MostAlternatives = 20;

    private const int CharactersAToken = 4;

    /// <summary>What an image, a sound or a file counts for.</summary>
    private const int TokensAMedium = 100;

    /// <summary>Log probabilities of a token that was said, by the level that the token falls into.</summary>
    private static readonly double[] Levels = [-0.01, -0.05, -0.11, -0.22, -0.36, -0.51, -0.69, -0.92];

    private static readonly string[] Others =
    [
        " the", " of", " and", " a", " to", " in", " is", " it", " that", " was", " for", " on", " are", " as", " with", " his", " they", " at",
        " be", " this", " have",
    ];

    /// <summary>For each level the others at a token's place: each half as likely as the one before, and all of them less than what is left.</summary>
    private static readonly TokenLogprob[][] OthersByLevel = [.. Levels.Select(level => Others.Select((other, i) => OtherAt(other, i, level)).ToArray())];

    /// <summary>The length of the text's first word together with the white space ahead of it; 0 of an empty text.</summary>
    public static int FirstWord(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && char.IsWhiteSpace(text[length]))
        {
            length++;
        }

        while (length < text.Length && !char.IsWhiteSpace(text[length]))
        {
            length++;
        }

        return length;
    }

    /// <summary>The length of a word's first token.</summary>
    public static int FirstToken(ReadOnlySpan<char> word)
    {
        var length = 0;
        for (var i = 0; i < CharactersAToken && length < word.Length; i++)
        {
            Rune.DecodeFromUtf16(word[length..], out _, out var units);
            length += units;
        }

        return length;
    }

    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        while (!text.IsEmpty)
        {
            var word = text[..FirstWord(text)];
            text = text[word.Length..];
            for (; !word.IsEmpty; count++)
            {
                word = word[FirstToken(word)..];
            }
        }

        return count;
    }

    /// <summary>The text's first <paramref name="most"/> tokens.</summary>
    public static string Take(string text, int most)
    {
        var length = 0;
        while (length < text.Length)
        {
            var end = length + FirstWord(text.AsSpan(length));
            for (; length < end; most--)
            {
                if (most == 0)
                {
                    return text[..length];
                }

                length += FirstToken(text.AsSpan(length, end - length));
            }
        }

        return text;
    }

    /// <summary>Everything that the model is given to read.</summary>
    public static long CountInput(ChatRequest request)
    {
        long count = 0;
        foreach (var message in request.Messages)
        {
            count += Count(message.Parts);
        }

        foreach (var tool in request.Tools ?? [])
        {
            count += Count(tool.Name) + Count(tool.Description) + Count(tool.Parameters?.GetRawText());
        }

        return count + Count(request.ResponseFormat?.Schema?.GetRawText());
    }

    /// <summary>The log probabilities of a word's tokens: the likelier ones are always the same ones.</summary>
    /// <param name="alternatives">How many tokens to tell at each place, the one that was said among them.</param>
    public static TokenLogprob[] Logprobs(string word, int alternatives, SandboxChance chance)
    {
        var tokens = new List<TokenLogprob>();
        for (var start = 0; start < word.Length;)
        {
            var length = FirstToken(word.AsSpan(start));
            var token = word.Substring(start, length);
            var level = chance.For(tokens.Count).Below(Levels.Length);
            var said = new TokenLogprob(token, Levels[level], Bytes(token), null);
            TokenLogprob[] top = alternatives == 0
                ? []
                : [said, .. OthersByLevel[level].Where(other => other.Token != token).Take(alternatives - 1)];
            tokens.Add(said with { Top = top });
            start += length;
        }

        return [.. tokens];
    }

    private static long Count(IReadOnlyList<ContentPart> parts)
    {
        long count = 0;
        foreach (var part in parts)
        {
            count += part switch
            {
                TextPart text => Count(text.Text),
                RefusalPart refusal => Count(refusal.Text),
                ReasoningPart reasoning => Count(reasoning.Text),
                ToolCallPart call => Count(call.Name) + Count(call.Arguments),
                ToolResultPart result => Count(result.Parts),
                _ => TokensAMedium,
            };
        }

        return count;
    }

    private static TokenLogprob OtherAt(string token, int place, double level) =>
        new(token, Math.Round(Math.Log(1 - Math.Exp(level)) - ((place + 1) * Math.Log(2)), 6), Bytes(token), null);

    private static int[] Bytes(string token) => [.. Encoding.UTF8.GetBytes(token)];
}
