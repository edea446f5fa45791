using System.Collections.Concurrent;
using Dragoman.Knowledge;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Knowledge;

/// <summary>
/// Chunks of all projects. A search scans the project's vectors in memory, a byte a dimension, looks at the nearest exactly, and asks the full text. What is in
/// memory only proposes: every answer is read from the file.
/// </summary>
/// <param name="memoryBound">
/// Bytes of vectors kept in memory; above, those of the projects that were searched longest ago are let go, never those of the last.
/// </param>
internal sealed class ChunkIndex(KnowledgeDirectory directory, long memoryBound = ChunkIndex.StandardMemoryBound) : IChunkIndex, IDisposable
{
    public const long StandardMemoryBound = 1L << 30;

    // Bytes are coarse: of this many times what is wanted, and no fewer than that, the exact look chooses.
    private const int Oversampling = 4;
    private const int LeastLooked = 64;

    // Each chunk that has a term costs a microsecond. Terms that would bring more than these are so common that they tell next to nothing.
    private const int MostTextMatches = 5_000;

    // To count a common word costs milliseconds, and common words come with every question.
    private const int MostCountsKept = 4_096;

    private readonly ConcurrentDictionary<Guid, ProjectChunks> _projects = new();
    private readonly WordText _words = new();
    private long _searches;

    /// <inheritdoc/>
    /// <remarks>
    /// Terms are left out of the text score, the commonest first, while all together are in more than 5,000 chunks; the rarest never is.
    /// </remarks>
    /// <exception cref="ArgumentException">The vector is not as long as the project's.</exception>
    public async ValueTask<ChunkCandidates> FindAsync(Guid project, ChunkQuery query, CancellationToken cancellationToken)
    {
        try
        {
            return await VectorsAsync(project, cancellationToken) is { Count: > 0 } vectors
                ? Find(FileOf(project), Of(project).TermCounts, vectors, query, cancellationToken)
                : new ChunkCandidates([], 0, [.. query.Terms.Select(_ => 0)]);
        }
        catch (SqliteException exception) when (IsInterrupted(exception, cancellationToken))
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        catch (SqliteException) when (!directory.HasProject(project))
        {
            return new ChunkCandidates([], 0, [.. query.Terms.Select(_ => 0)]); // Deleted meanwhile.
        }
    }

    /// <summary>Makes room for a project, whose folder is there.</summary>
    public void Create(Guid project) => FileOf(project).Create();

    /// <summary>In the order in which they were stored.</summary>
    public IReadOnlyList<Chunk> List(Guid project, DocumentFilter filter, int limit, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = FileOf(project).Connect();
            using var interruption = connection.InterruptOn(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return connection.FirstChunks(filter, limit);
        }
        catch (SqliteException exception) when (IsInterrupted(exception, cancellationToken))
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
    }

    /// <summary>Waits until nobody else changes the project's chunks.</summary>
    public async ValueTask<ChunkWriter> WriteAsync(Guid project, CancellationToken cancellationToken)
    {
        var chunks = Of(project);
        await chunks.Writing.WaitAsync(cancellationToken);
        return new ChunkWriter(FileOf(project), chunks.Vectors, () =>
        {
            chunks.TermCounts = new(StringComparer.Ordinal);
            if (chunks.Vectors is { IsSparse: true })
            {
                chunks.Vectors = null; // The next search loads them without what was removed.
            }

            chunks.Writing.Release();
        });
    }

    /// <summary>The project is gone; nobody changes it any more.</summary>
    public void Forget(Guid project)
    {
        FileOf(project).Close();
        _projects.TryRemove(project, out _);
    }

    public void Dispose()
    {
        foreach (var project in _projects.Keys)
        {
            Forget(project);
        }

        _words.Dispose();
    }

    private static bool IsInterrupted(SqliteException exception, CancellationToken cancellationToken) =>
        exception.SqliteErrorCode == SQLitePCL.raw.SQLITE_INTERRUPT && cancellationToken.IsCancellationRequested;

    private ChunkCandidates Find(
        ChunkFile file, ConcurrentDictionary<string, int> termCounts, VectorTable vectors, ChunkQuery query, CancellationToken cancellationToken)
    {
        if (query.Vector.Length != vectors.Dimensions)
        {
            throw new ArgumentException($"The project's vectors have {vectors.Dimensions} dimensions, the question's {query.Vector.Length}.", nameof(query));
        }

        using var connection = file.Connect();
        using var interruption = connection.InterruptOn(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var documents = connection.Matching(query.Filter);
        cancellationToken.ThrowIfCancellationRequested();
        var scan = vectors.Look();
        var near = scan.Nearest(query.Vector.Span, (int)Math.Min(int.MaxValue, Math.Max(LeastLooked, (long)Oversampling * query.Count)), documents);

        // Not before: a document that went away during the scan is then gone here, too, and in no case half there.
        using var transaction = connection.BeginTransaction(deferred: true);
        var (counts, telling) = Weigh(connection, transaction, termCounts, query.Terms);
        var scores = connection.TextScores(transaction, telling, scan.Horizon);
        var fitting = scores
            .Where(score => scan.DocumentOf(score.Key) is not 0 and var document && documents?.Contains(document) is not false)
            .OrderByDescending(score => score.Value)
            .Take(query.Count)
            .Select(score => score.Key)
            .ToHashSet();
        var cosines = connection.Cosines(transaction, near.Union(fitting), query.Vector.Span);
        var nearest = near.Where(cosines.ContainsKey).OrderByDescending(chunk => cosines[chunk]).Take(query.Count);
        var chunks = connection.Chunks(transaction, nearest.Union(fitting.Where(cosines.ContainsKey)));
        return new ChunkCandidates(
            [.. chunks.Select(pair => new ChunkCandidate(pair.Value, Math.Clamp(cosines[pair.Key], -1, 1), scores.GetValueOrDefault(pair.Key)))],
            vectors.Count,
            counts);
    }

    /// <summary>How many chunks have each term, and the terms that are worth the search.</summary>
    private (int[] Counts, List<string> Telling) Weigh(
        SqliteConnection connection, SqliteTransaction transaction, ConcurrentDictionary<string, int> known, IReadOnlyList<string> terms)
    {
        var words = _words.Split(terms);
        var counts = terms.Select((term, i) => known.GetOrAdd(term, _ => connection.CountWith(transaction, term, words[i]))).ToArray();
        if (known.Count > MostCountsKept)
        {
            known.Clear();
        }

        List<string> telling = [];
        var matches = 0;
        foreach (var i in Enumerable.Range(0, terms.Count).Where(i => counts[i] > 0).OrderBy(i => counts[i]))
        {
            matches += counts[i];
            if (telling.Count > 0 && matches > MostTextMatches)
            {
                break;
            }

            telling.Add(terms[i]);
        }

        return (counts, telling);
    }

    /// <summary>The project's vectors in memory; <c>null</c> where it has none.</summary>
    private async ValueTask<VectorTable?> VectorsAsync(Guid project, CancellationToken cancellationToken)
    {
        var chunks = Of(project);
        chunks.UsedAt = Interlocked.Increment(ref _searches);
        if (chunks.Vectors is { } loaded)
        {
            return loaded;
        }

        // Who loads has the writers' right: nothing is stored between the reading and its end.
        await chunks.Writing.WaitAsync(cancellationToken);
        try
        {
            if (chunks.Vectors is null)
            {
                using var connection = FileOf(project).Connect();
                chunks.Vectors = connection.LoadVectors(cancellationToken);
                LetGo(chunks);
            }

            return chunks.Vectors;
        }
        finally
        {
            chunks.Writing.Release();
        }
    }

    private void LetGo(ProjectChunks latest)
    {
        var bytes = 0L;
        foreach (var chunks in _projects.Values.Where(chunks => chunks != latest).OrderByDescending(chunks => chunks.UsedAt).Prepend(latest))
        {
            bytes += chunks.Vectors?.Bytes ?? 0;
            if (bytes > memoryBound && chunks != latest)
            {
                chunks.Vectors = null;
            }
        }
    }

    private ChunkFile FileOf(Guid project) => new(directory.ChunkFile(project));

    private ProjectChunks Of(Guid project) => _projects.GetOrAdd(project, static _ => new ProjectChunks());

    private sealed class ProjectChunks
    {
        private volatile VectorTable? _vectors;
        private volatile ConcurrentDictionary<string, int> _termCounts = new(StringComparer.Ordinal);
        private long _usedAt;

        public SemaphoreSlim Writing { get; } = new(1);

        public VectorTable? Vectors
        {
            get => _vectors;
            set => _vectors = value;
        }

        /// <summary>How many chunks have a term, as far as it was asked since the last change.</summary>
        public ConcurrentDictionary<string, int> TermCounts
        {
            get => _termCounts;
            set => _termCounts = value;
        }

        public long UsedAt
        {
            get => Volatile.Read(ref _usedAt);
            set => Volatile.Write(ref _usedAt, value);
        }
    }
}
