namespace Dragoman.Knowledge;

/// <summary>
/// Weighs chunks by meaning and by word together. The evidence is added as it is, not by ranks: a question that shares no rare word with any chunk gets next to
/// nothing from the full text, so that its noise cannot push the nearest vectors down. See docs/decisions/0014-fusion.md; the figures are of the bench
/// <c>retrieval</c>.
/// </summary>
internal static class Fusion
{
    /// <summary>What a chunk that holds every word of the question, often, has more than one that holds none, in cosine.</summary>
    private const double TextWeight = 0.6;

    // The k1 of SQLite's BM25: no number of occurrences brings a term more than its idf times this plus one.
    private const double Saturation = 1.2;

    // Where the best chunks of questions that documents answer and of those that they do not part best, and how sharply.
    private const double Middle = 0.5;
    private const double Steepness = 12;

    /// <summary>The candidates with their relevance, best first.</summary>
    public static IEnumerable<FoundChunk> Rank(ChunkCandidates found)
    {
        var best = BestTextScore(found);
        return found.Candidates
            .Select(candidate => new FoundChunk(candidate.Chunk, candidate.Cosine, Relevance(candidate, best)))
            .OrderByDescending(chunk => chunk.Relevance)
            .ThenBy(chunk => chunk.Chunk.Id);
    }

    private static double Relevance(ChunkCandidate candidate, double best)
    {
        var evidence = candidate.Cosine + (TextWeight * Math.Clamp(candidate.TextScore / best, 0, 1));
        return 1 / (1 + Math.Exp(-Steepness * (evidence - Middle)));
    }

    /// <summary>What a chunk full of all terms would score. Terms that no chunk has count in full: who asks of what is not there is not half answered.</summary>
    private static double BestTextScore(ChunkCandidates found)
    {
        var sum = 0.0;
        foreach (var count in found.ChunksWithTerm)
        {
            sum += Math.Max(0, Math.Log((found.ChunkCount - count + 0.5) / (count + 0.5)));
        }

        return Math.Max(1, (Saturation + 1) * sum);
    }
}
