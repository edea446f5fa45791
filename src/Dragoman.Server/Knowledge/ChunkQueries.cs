using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Dragoman.Knowledge;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Knowledge;

/// <summary>What is asked of a <see cref="ChunkFile"/>.</summary>
internal static class ChunkQueries
{
    // Lists, and single values as lists of one, side by side; 1 and 1.0 are equal, 1 and true are not.
    private const string MatchingSql = """
        SELECT number FROM documents WHERE NOT EXISTS (
            SELECT 1 FROM json_each(@filter) AS wanted WHERE NOT EXISTS (
                SELECT 1
                FROM json_each(documents.metadata) AS own,
                    json_each(CASE own.type WHEN 'array' THEN own.value WHEN 'object' THEN json_array(json(own.value))
                        WHEN 'true' THEN '[true]' WHEN 'false' THEN '[false]' ELSE json_array(own.value) END) AS has,
                    json_each(CASE wanted.type WHEN 'array' THEN wanted.value WHEN 'object' THEN json_array(json(wanted.value))
                        WHEN 'true' THEN '[true]' WHEN 'false' THEN '[false]' ELSE json_array(wanted.value) END) AS any
                WHERE own.key = wanted.key AND has.value IS any.value AND replace(has.type, 'real', 'integer') = replace(any.type, 'real', 'integer')))
        """;

    private const string ChunkSql = """
        SELECT chunks.number, chunks.id, documents.id, documents.name, chunks.position, chunks.text, chunks.heading, chunks.page, documents.metadata
        FROM chunks JOIN documents ON documents.number = chunks.document
        """;

    /// <summary>Ends what the connection is asked, with <c>SQLITE_INTERRUPT</c>, once the token is canceled, until it is disposed of.</summary>
    public static CancellationTokenRegistration InterruptOn(this SqliteConnection connection, CancellationToken cancellationToken) =>
        cancellationToken.Register(static handle => SQLitePCL.raw.sqlite3_interrupt((SQLitePCL.sqlite3)handle!), connection.Handle);

    /// <summary>Numbers of the documents that the filter lets through; <c>null</c> where it lets all through.</summary>
    public static HashSet<long>? Matching(this SqliteConnection connection, DocumentFilter filter)
    {
        if (filter == DocumentFilter.None)
        {
            return null;
        }

        using var rows = connection.Read(MatchingSql, null, ("@filter", filter.Json));
        HashSet<long> numbers = [];
        while (rows.Read())
        {
            numbers.Add(rows.GetInt64(0));
        }

        return numbers;
    }

    /// <summary>How many chunks have the term.</summary>
    /// <param name="words">The term's words, as <see cref="WordText.Split"/> gives them.</param>
    public static int CountWith(this SqliteConnection connection, SqliteTransaction transaction, string term, IReadOnlyList<string> words)
    {
        using var command = words.Count switch
        {
            0 => null,
            1 => connection.Command("SELECT doc FROM terms WHERE term = @word", transaction, ("@word", words[0])),
            _ => connection.Command("SELECT count(*) FROM words WHERE words MATCH @phrase", transaction, ("@phrase", WordText.Phrase(term))),
        };
        return Convert.ToInt32(command?.ExecuteScalar() ?? 0, CultureInfo.InvariantCulture);
    }

    /// <summary>Every chunk up to the horizon that has one of the terms, with its BM25: the higher the better.</summary>
    public static Dictionary<long, double> TextScores(
        this SqliteConnection connection, SqliteTransaction transaction, IEnumerable<string> terms, long horizon)
    {
        var expression = string.Join(" OR ", terms.Select(WordText.Phrase));
        Dictionary<long, double> scores = [];
        if (expression.Length > 0)
        {
            using var rows = connection.Read(
                "SELECT rowid, -bm25(words) FROM words WHERE words MATCH @terms AND rowid <= @horizon", transaction, ("@terms", expression), ("@horizon", horizon));
            while (rows.Read())
            {
                scores.Add(rows.GetInt64(0), rows.GetDouble(1));
            }
        }

        return scores;
    }

    /// <summary>The vectors' dot products with this one. Chunks that are gone are left out.</summary>
    public static Dictionary<long, double> Cosines(
        this SqliteConnection connection, SqliteTransaction transaction, IEnumerable<long> chunks, ReadOnlySpan<float> vector)
    {
        Dictionary<long, double> cosines = [];
        using var rows = connection.Read(
            "SELECT chunk, vector FROM vectors WHERE chunk IN (SELECT value FROM json_each(@chunks))", transaction, ("@chunks", JsonList(chunks)));
        while (rows.Read())
        {
            cosines.Add(rows.GetInt64(0), Dot(rows.Vector(1), vector));
        }

        return cosines;
    }

    public static Dictionary<long, Chunk> Chunks(this SqliteConnection connection, SqliteTransaction transaction, IEnumerable<long> numbers)
    {
        Dictionary<long, Chunk> chunks = [];
        using var rows = connection.Read(
            $"{ChunkSql} WHERE chunks.number IN (SELECT value FROM json_each(@numbers))", transaction, ("@numbers", JsonList(numbers)));
        while (rows.Read())
        {
            chunks.Add(rows.GetInt64(0), ChunkOf(rows));
        }

        return chunks;
    }

    /// <summary>In the order in which they were stored.</summary>
    public static List<Chunk> FirstChunks(this SqliteConnection connection, DocumentFilter filter, int limit)
    {
        var documents = filter == DocumentFilter.None ? "" : $"WHERE chunks.document IN ({MatchingSql})";
        List<Chunk> chunks = [];
        using var rows = connection.Read($"{ChunkSql} {documents} ORDER BY chunks.number LIMIT @limit", null, ("@filter", filter.Json), ("@limit", limit));
        while (rows.Read())
        {
            chunks.Add(ChunkOf(rows));
        }

        return chunks;
    }

    /// <summary>All vectors; <c>null</c> where there are none.</summary>
    public static VectorTable? LoadVectors(this SqliteConnection connection, CancellationToken cancellationToken)
    {
        using var rows = connection.Read("SELECT chunk, document, vector FROM vectors ORDER BY chunk", null);
        if (!rows.Read())
        {
            return null;
        }

        var table = new VectorTable(rows.Vector(2).Length);
        var writer = table.Write();
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Add(rows.GetInt64(0), rows.GetInt64(1), rows.Vector(2));
        }
        while (rows.Read());
        writer.Publish();
        return table;
    }

    /// <summary>Where it lies in SQLite's memory; good until the next row.</summary>
    private static ReadOnlySpan<float> Vector(this SqliteDataReader rows, int column) =>
        MemoryMarshal.Cast<byte, float>(SQLitePCL.raw.sqlite3_column_blob(rows.Handle, column));

    private static Chunk ChunkOf(SqliteDataReader row) => new()
    {
        Id = row.GetGuid(1),
        Document = row.GetGuid(2),
        DocumentName = row.IsDBNull(3) ? null : row.GetString(3),
        Position = row.GetInt32(4),
        Text = row.GetString(5),
        Heading = row.IsDBNull(6) ? null : row.GetString(6),
        Page = row.IsDBNull(7) ? null : row.GetInt32(7),
        MetadataJson = row.GetString(8),
    };

    private static string JsonList(IEnumerable<long> numbers) => $"[{string.Join(',', numbers)}]";

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sums = Vector<float>.Zero;
        var i = 0;
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sums += new Vector<float>(left[i..]) * new Vector<float>(right[i..]);
        }

        double dot = System.Numerics.Vector.Sum(sums);
        for (; i < left.Length; i++)
        {
            dot += left[i] * right[i];
        }

        return dot;
    }
}
