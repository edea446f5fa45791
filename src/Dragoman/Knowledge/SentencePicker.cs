using System.Text.RegularExpressions;
using Dragoman.Model;

namespace Dragoman.Knowledge;

/// <summary>A sentence of a source, word for word, with its white space made single.</summary>
/// <param name="Overlap">Which part of the question's words are in it: 0 to 1.</param>
internal sealed record SourceSentence(SourcePassage Source, string Text, double Overlap);

/// <summary>Takes passages apart into the sentences that may answer a question, and says which do.</summary>
internal static partial class SentencePicker
{
    private const int MostSentences = 64;
    private const int MostPicked = 3;
    private const int ShortestSentence = 12;

    // Weights beside the cosine, and the least that an answer has; tuned by the bench "retrieval".
    private const double OverlapWeight = 0.3;
    private const double RelevanceWeight = 0.4;
    private const double LeastScore = 0.85;

    // Of the best sentence's score, what a further one must have.
    private const double FurtherPart = 0.75;

    /// <summary>Those that share most words with the question, no more than it is reasonable to embed while somebody waits.</summary>
    public static IReadOnlyList<SourceSentence> Candidates(string question, IReadOnlyList<SourcePassage> sources)
    {
        var terms = QuestionTerms.Of(question);
        var known = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. sources
                .SelectMany(source => Split(source.Text).Where(text => text.Length >= ShortestSentence && known.Add(text))
                    .Select(text => new SourceSentence(source, text, Overlap(terms, text))))
                .OrderByDescending(sentence => sentence.Overlap)
                .ThenBy(sentence => sentence.Source.Number)
                .Take(MostSentences),
        ];
    }

    /// <summary>The best one to three, best first; none where even the best says too little on the question.</summary>
    /// <param name="cosines">To the question, of each sentence.</param>
    public static IReadOnlyList<SourceSentence> Pick(IReadOnlyList<SourceSentence> sentences, IReadOnlyList<double> cosines)
    {
        var scored = sentences.Zip(cosines, (sentence, cosine) => (Sentence: sentence, Score: Score(sentence, cosine))).OrderByDescending(pair => pair.Score).ToList();
        if (scored.Count == 0 || scored[0].Score < LeastScore)
        {
            return [];
        }

        var least = FurtherPart * scored[0].Score;
        return [.. scored.TakeWhile(pair => pair.Score >= least).Take(MostPicked).Select(pair => pair.Sentence)];
    }

    private static double Score(SourceSentence sentence, double cosine) =>
        cosine + (OverlapWeight * sentence.Overlap) + (RelevanceWeight * sentence.Source.Relevance);

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        foreach (var found in TextBreaks.Find(text).Where(found => found.Strength >= BreakStrength.Sentence).Append(new TextBreak(text.Length, default)))
        {
            yield return WhiteSpace().Replace(text[start..found.Position].Trim(), " ");
            start = found.Position;
        }
    }

    private static double Overlap(IReadOnlyList<string> terms, string sentence)
    {
        if (terms.Count == 0)
        {
            return 0;
        }

        var words = Words().Matches(sentence).Select(match => match.Value).ToList();
        return (double)terms.Count(term => sentence.Contains(term, StringComparison.OrdinalIgnoreCase) || words.Exists(word => AreKin(word, term))) / terms.Count;
    }

    /// <summary>Whether two words differ in their ending alone: <c>rotate</c> and <c>rotation</c>.</summary>
    private static bool AreKin(string left, string right)
    {
        const int ending = 3, shortestStem = 4;
        var common = 0;
        while (common < left.Length && common < right.Length && char.ToLowerInvariant(left[common]) == char.ToLowerInvariant(right[common]))
        {
            common++;
        }

        return common >= Math.Max(shortestStem, Math.Max(left.Length, right.Length) - ending);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Words();
}
