using System.Buffers;
using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Dragoman.Knowledge;

/// <summary>
/// Takes a question apart into what full text is asked for: its words without fillers, what stands in quotes, and names as they are spelled, such as options,
/// files and errors.
/// </summary>
internal static partial class QuestionTerms
{
    // The rest of a long question adds work and no evidence.
    private const int MostTerms = 32;

    private static readonly SearchValues<char> InnerMarks = SearchValues.Create("-_./=:@+#\\");

    /// <summary>Words that are in every text, and those that only ask.</summary>
    private static readonly FrozenSet<string> Fillers = FrozenSet.ToFrozenSet(
        """
        a about after all also am an and any are as at be because been before being but by can could did do does doing done down each even every few for
        from get gets give go goes had has have having he her here him his how however i if in into is it its itself just let like make makes many may me
        might more most much must my need needs no nor not of off on once one only or other our out over own please possible same shall she should show
        so some something such tell than that the their them then there these they thing things this those through to too under until up us use used
        using very want was way we well were what when where whether which while who whom whose why will with within without would you your
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Each once, in the question's order; names are never left out as fillers.</summary>
    public static IReadOnlyList<string> Of(string question)
    {
        var terms = new List<string>();
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var isShouted = !question.Any(char.IsLower);
        foreach (Match quoted in Quoted().Matches(question))
        {
            Add(quoted.Groups[1].Value.Trim());
        }

        foreach (Match found in Word().Matches(question))
        {
            var word = found.Value;
            if (IsWide(word[0]))
            {
                // Written without spaces: pairs of characters stand in for words.
                for (var i = 0; i < Math.Max(1, word.Length - 1); i++)
                {
                    Add(word.Substring(i, Math.Min(2, word.Length)));
                }

                continue;
            }

            if (IsName(word, isShouted) || (!Fillers.Contains(word) && word.Length > 1))
            {
                Add(word);
            }
        }

        return terms;

        void Add(string term)
        {
            if (terms.Count < MostTerms && term.Length > 0 && known.Add(term))
            {
                terms.Add(term);
            }
        }
    }

    /// <summary>Whether it stands for one thing and is spelled one way: by digits, inner or leading marks, or inner capitals.</summary>
    private static bool IsName(string word, bool isShouted)
    {
        var inner = word.AsSpan(1);
        return word.Any(char.IsAsciiDigit)
            || word[0] is '-' or '+' or '$' or '/' or '.'
            || inner.ContainsAny(InnerMarks)
            || (!isShouted && inner.IndexOfAnyInRange('A', 'Z') >= 0);
    }

    private static bool IsWide(char c) => c is >= '\u2E80' and <= '\uD7FF' and not (>= '\uAC00' and <= '\uD7A3');

    /// <summary>What stands in quotes or back quotes.</summary>
    [GeneratedRegex("""["“`]([^"“”`]{2,80})["”`]""")]
    private static partial Regex Quoted();

    /// <summary>A run of wide characters, or a word with what belongs to a name: <c>--no-clobber</c>, <c>/etc/fstab</c>, <c>Restart=on-failure</c>.</summary>
    [GeneratedRegex("""[\u2E80-\u2FFF\u3040-\uABFF\uF900-\uFAFF]+|(?:--?|\+|\$|/|\.(?=\w))?[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}_]|[-./=:@+#\\'’](?=[\p{L}\p{N}_]))*""")]
    private static partial Regex Word();
}
