namespace Dragoman.Routing;

/// <summary>Names that a mistyped one may have meant.</summary>
internal static class NearMatches
{
    private const int LongestCompared = 100;

    /// <summary>At most three names, nearest first: by edit distance, or because one holds the other.</summary>
    public static IReadOnlyList<string> Find(string name, IEnumerable<string> known)
    {
        if (name.Length is 0 or > LongestCompared)
        {
            return [];
        }

        return
        [
            .. known
                .Select(candidate => (candidate, distance: Distance(name, candidate)))
                .Where(pair => pair.distance <= Math.Max(2, name.Length / 3)
                    || name.Length >= 3 && pair.candidate.Contains(name, StringComparison.OrdinalIgnoreCase))
                .OrderBy(pair => pair.distance)
                .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
                .Select(pair => pair.candidate)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Take(3),
        ];
    }

    /// <summary>Levenshtein distance without regard to case; separators are alike (<c>gpt_4o</c> is <c>gpt-4o</c>).</summary>
    private static int Distance(string left, string right)
    {
        Span<int> row = stackalloc int[LongestCompared + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            row[i] = i;
        }

        for (var j = 1; j <= right.Length; j++)
        {
            var diagonal = row[0];
            row[0] = j;
            for (var i = 1; i <= left.Length; i++)
            {
                var above = row[i];
                var substitution = diagonal + (Fold(left[i - 1]) == Fold(right[j - 1]) ? 0 : 1);
                row[i] = Math.Min(substitution, Math.Min(row[i], row[i - 1]) + 1);
                diagonal = above;
            }
        }

        return row[left.Length];

        static char Fold(char c) => c is '_' or ' ' or '.' ? '-' : char.ToLowerInvariant(c);
    }
}
