namespace Dragoman.Knowledge;

/// <summary>Finds chunks of one project by vector and by word.</summary>
internal interface IChunkIndex
{
    /// <summary>
    /// The <see cref="ChunkQuery.Count"/> chunks nearest to the vector and the as many best by full text, together, each once, in no order. The filter is
    /// applied before either.
    /// </summary>
    ValueTask<ChunkCandidates> FindAsync(Guid project, ChunkQuery query, CancellationToken cancellationToken);
}

/// <param name="Vector">Unit length, of the project's dimensions.</param>
/// <param name="Terms">
/// Words of the question as the caller wrote them; any of them will do. A term of several words, or with punctuation in it (<c>--no-clobber</c>), is searched
/// as a phrase. May be empty.
/// </param>
internal sealed record ChunkQuery(ReadOnlyMemory<float> Vector, IReadOnlyList<string> Terms, int Count, DocumentFilter Filter);

/// <param name="ChunkCount">Of the whole project.</param>
/// <param name="ChunksWithTerm">For each of the query's terms, in its order, how many chunks of the project have it.</param>
internal sealed record ChunkCandidates(IReadOnlyList<ChunkCandidate> Candidates, int ChunkCount, IReadOnlyList<int> ChunksWithTerm);

/// <param name="Cosine">To the query's vector, exact whatever found it: -1 to 1.</param>
/// <param name="TextScore">BM25, the higher the better; 0 where no term is in it.</param>
internal sealed record ChunkCandidate(Chunk Chunk, double Cosine, double TextScore);
