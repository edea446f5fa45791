using System.Text;

namespace Dragoman.Testing.Wires;

/// <summary>The fake's embedding: each word, whatever its case, counts at a place that its hash gives, so that texts which share words are near.</summary>
internal static class BagOfWords
{
    public static float[] Embed(string text, int dimensions)
    {
        var vector = new float[dimensions];
        foreach (var word in WordsOf(text))
        {
            vector[Hash(word) % (uint)dimensions]++;
        }

        var length = MathF.Sqrt(vector.Sum(count => count * count));
        if (length == 0)
        {
            vector[0] = length = 1; // A text of no words is one of its own.
        }

        return [.. vector.Select(count => count / length)];
    }

    /// <summary>The share of the question's words that the passage has: 0 to 1.</summary>
    public static double Overlap(string question, string passage)
    {
        var asked = WordsOf(question).ToHashSet();
        return asked.Count == 0 ? 0 : (double)asked.Intersect(WordsOf(passage)).Count() / asked.Count;
    }

    static IEnumerable<string> WordsOf(string text)
    {
        var word = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c))
            {
                word.Append(char.ToLowerInvariant(c));
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    /// <summary>FNV-1a: the same in every process.</summary>
    static uint Hash(string word) => word.Aggregate(2166136261u, (hash, c) => unchecked((hash ^ c) * 16777619u));
}
