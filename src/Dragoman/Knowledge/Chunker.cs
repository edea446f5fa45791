using System.Globalization;

namespace Dragoman.Knowledge;

/// <summary>
/// Cuts documents into chunks: verbatim spans of a section that together hold all of it. It cuts at the caller's separators first, then ahead of headings,
/// between paragraphs, lines of lists and code, sentences, words, and within a word only where it fills a chunk alone. A chunk that was not cut at a
/// paragraph begins with its predecessor's last sentence, where that is short.
/// </summary>
internal static class Chunker
{
    // What the starter's embedder reads best; longer passages blur in any embedder.
    private const int TokensAChunk = 128;
    private const double CharactersAToken = 4.4;

    // In parts of the size.
    private const int SmallestPart = 4;
    private const int OverlapPart = 8;

    private const int LongestCluster = 64;

    /// <summary>In the order of the text; none is blank. Takes time and memory in proportion to the text.</summary>
    /// <param name="most">The first chunk beyond so many is the last that is cut.</param>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public static IReadOnlyList<ChunkText> Cut(
        DocumentText text, ChunkRules rules, int most = int.MaxValue, CancellationToken cancellationToken = default)
    {
        var size = rules.Size ?? DefaultSize(text);
        var chunks = new List<ChunkText>();
        foreach (var section in text.Sections)
        {
            foreach (var (start, end) in Spans(section.Text, size, rules, cancellationToken))
            {
                var span = section.Text.AsSpan(start, end - start).Trim();
                if (span.IsEmpty)
                {
                    continue;
                }

                chunks.Add(new ChunkText(span.ToString(), section.Heading, section.Page));
                if (chunks.Count > most)
                {
                    return chunks;
                }
            }
        }

        return chunks;
    }

    /// <summary>Scripts that are written without spaces take about a token a character.</summary>
    private static int DefaultSize(DocumentText text)
    {
        long wide = 0, all = 1;
        foreach (var section in text.Sections)
        {
            all += section.Text.Length;
            foreach (var c in section.Text)
            {
                wide += c is >= '\u2E80' and < '\uD800' ? 1 : 0;
            }
        }

        return (int)(TokensAChunk * all / (wide + ((all - wide) / CharactersAToken)));
    }

    /// <summary>
    /// Where the text may be cut, first to last, each place once, with the strongest reason; the caller's separators outdo all else, the first of them most.
    /// </summary>
    private static List<(int Position, int Strength)> Breaks(string text, ChunkRules rules, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var own = TextBreaks.Find(text).ConvertAll(found => (found.Position, Strength: (int)found.Strength));
        if (rules.Separators.IsEmpty)
        {
            return own;
        }

        // Of each place in the text, one above the strength, which leaves 0 for none: separators may be many, and be everywhere.
        var strengths = new ushort[text.Length];
        foreach (var (position, ownStrength) in own)
        {
            strengths[position] = (ushort)(ownStrength + 1);
        }

        var strength = (int)BreakStrength.Heading + rules.Separators.Length;
        foreach (var separator in rules.Separators.Distinct().Where(separator => separator.Length > 0))
        {
            for (var at = 0; (at = text.IndexOf(separator, at, StringComparison.Ordinal)) >= 0; at += separator.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();

                // What begins a line, such as a heading's mark, goes with what follows it.
                var position = separator[0] == '\n' ? at : at + separator.Length;
                if (position > 0 && position < text.Length && TextBreaks.CanCutAt(text, position))
                {
                    strengths[position] = (ushort)Math.Max(strengths[position], strength + 1);
                }
            }

            strength--;
        }

        var breaks = new List<(int Position, int Strength)>(own.Count);
        for (var position = 0; position < strengths.Length; position++)
        {
            if (strengths[position] > 0)
            {
                breaks.Add((position, strengths[position] - 1));
            }
        }

        return breaks;
    }

    /// <summary>Each begins where the former ends or earlier, and behind where that began; the first and the last reach to the text's ends. None of an empty text.</summary>
    internal static IEnumerable<(int Start, int End)> Spans(
        string text, int size, ChunkRules rules, CancellationToken cancellationToken = default)
    {
        var breaks = Breaks(text, rules, cancellationToken);
        var (start, reached, from) = (0, 0, 0);
        while (text.Length - start > size)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // The last chunk is given enough to stand for itself.
            var limit = start + Math.Min(size, text.Length - start - (size / SmallestPart));
            var least = Math.Max(reached, start + (size / SmallestPart));
            while (from < breaks.Count && breaks[from].Position <= start)
            {
                from++;
            }

            var best = -1;
            for (var i = from; i < breaks.Count && breaks[i].Position <= limit; i++)
            {
                var (position, strength) = breaks[i];
                var isBetter = best < 0 || breaks[best].Position <= least || strength >= breaks[best].Strength;
                best = position > reached && isBetter ? i : best;
            }

            var cut = best < 0 ? Within(text, start, reached, limit) : breaks[best].Position;
            yield return (start, cut);
            reached = cut;
            start = best < 0 || breaks[best].Strength >= (int)BreakStrength.Paragraph ? cut : Overlap(breaks, from, best, cut - (size / OverlapPart));
        }

        if (start < text.Length)
        {
            yield return (start, text.Length);
        }
    }

    /// <summary>Where the next chunk begins: at the first sentence that starts within the overlap, or at the cut.</summary>
    private static int Overlap(List<(int Position, int Strength)> breaks, int from, int cut, int earliest)
    {
        var start = breaks[cut].Position;
        for (var i = cut - 1; i >= from && breaks[i].Position >= earliest; i--)
        {
            start = breaks[i].Strength >= (int)BreakStrength.Sentence ? breaks[i].Position : start;
        }

        return start;
    }

    /// <summary>The last place up to the limit that takes no visible character apart; beyond the limit where one is longer than that.</summary>
    private static int Within(string text, int start, int reached, int limit)
    {
        var cut = start;
        while (true)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(cut, Math.Min(LongestCluster + 2, text.Length - cut)));
            if (length > LongestCluster)
            {
                // No character of any script is so long.
                length = Math.Clamp(limit - cut, 1, LongestCluster);
                length += char.IsLowSurrogate(text[cut + length]) ? 1 : 0;
            }

            if (cut > reached && cut + length > limit)
            {
                return cut;
            }

            cut += length;
        }
    }
}
