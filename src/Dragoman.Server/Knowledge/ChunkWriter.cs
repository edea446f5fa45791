using System.Runtime.InteropServices;
using System.Text.Json;
using Dragoman.Knowledge;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Knowledge;

/// <summary>The right to change one project's chunks, which one at a time has, until it is disposed of. What it changes searches see at once and whole.</summary>
/// <param name="vectors">The project's vectors in memory; <c>null</c> where they are not loaded.</param>
internal sealed class ChunkWriter(ChunkFile file, VectorTable? vectors, Action release) : IDisposable
{
    /// <summary>Stores a document in place of a former state of it.</summary>
    /// <param name="embedded">A vector of each chunk, all of one length.</param>
    /// <exception cref="SqliteException">Nothing is stored.</exception>
    public void Store(Guid document, string? name, string metadataJson, IReadOnlyList<ChunkText> chunks, IReadOnlyList<float[]> embedded)
    {
        long number;
        var numbers = new List<long>(chunks.Count);
        using (var connection = file.Connect())
        {
            using var transaction = connection.BeginTransaction();
            RemoveDocuments(connection, transaction, [document]);
            number = InsertDocument(connection, transaction, document, name, metadataJson);
            using var chunk = connection.Command(
                """
                INSERT INTO chunks (id, document, position, page, heading, text) VALUES (@id, @document, @position, @page, @heading, @text)
                RETURNING number
                """,
                transaction, ("@id", null), ("@document", number), ("@position", 0), ("@page", null), ("@heading", null), ("@text", null));
            using var vector = connection.Command(
                "INSERT INTO vectors (chunk, document, vector) VALUES (@chunk, @document, @vector)",
                transaction, ("@chunk", 0L), ("@document", number), ("@vector", null));
            using var words = connection.Command(
                "INSERT INTO words (rowid, text, heading) VALUES (@chunk, @text, @heading)", transaction, ("@chunk", 0L), ("@text", ""), ("@heading", ""));
            for (var i = 0; i < chunks.Count; i++)
            {
                Set(chunk, ("@id", Guid.NewGuid().ToString("D")), ("@position", i), ("@page", chunks[i].Page), ("@heading", chunks[i].Heading), ("@text", chunks[i].Text));
                numbers.Add((long)chunk.ExecuteScalar()!);
                Set(vector, ("@chunk", numbers[i]), ("@vector", MemoryMarshal.AsBytes(embedded[i].AsSpan()).ToArray()));
                vector.ExecuteNonQuery();
                Set(words, ("@chunk", numbers[i]), ("@text", WordText.Spaced(chunks[i].Text)), ("@heading", WordText.Spaced(chunks[i].Heading ?? "")));
                words.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        vectors?.Append(number, numbers, embedded);
    }

    /// <summary>Documents are gone with all their chunks, and no trace of them is left in the file.</summary>
    public void Remove(IReadOnlyCollection<Guid> documents)
    {
        using var connection = file.Connect();
        HashSet<long> numbers;
        using (var transaction = connection.BeginTransaction())
        {
            numbers = RemoveDocuments(connection, transaction, documents);
            transaction.Commit();
        }

        vectors?.Remove((document, _) => numbers.Contains(document));
        Truncate(connection);
    }

    /// <summary>How many chunks each document that has some of these has besides.</summary>
    public Dictionary<Guid, int> CountOthers(IReadOnlyCollection<Guid> chunks)
    {
        Dictionary<Guid, int> counts = [];
        using var connection = file.Connect();
        using var rows = connection.Read(
            """
            SELECT documents.id, (SELECT count(*) FROM chunks WHERE document = documents.number AND id NOT IN (SELECT value FROM json_each(@chunks)))
            FROM documents WHERE number IN (SELECT document FROM chunks WHERE id IN (SELECT value FROM json_each(@chunks)))
            """,
            null, ("@chunks", JsonList(chunks)));
        while (rows.Read())
        {
            counts.Add(rows.GetGuid(0), rows.GetInt32(1));
        }

        return counts;
    }

    /// <summary>How many were there.</summary>
    public int RemoveChunks(IReadOnlyCollection<Guid> chunks)
    {
        using var connection = file.Connect();
        List<long> numbers;
        using (var transaction = connection.BeginTransaction())
        {
            numbers = RemoveWords(connection, transaction, "chunks.id IN (SELECT value FROM json_each(@ids))", JsonList(chunks));
            connection.Run("DELETE FROM chunks WHERE id IN (SELECT value FROM json_each(@ids))", transaction, ("@ids", JsonList(chunks)));
            transaction.Commit();
        }

        var gone = numbers.ToHashSet();
        vectors?.Remove((_, chunk) => gone.Contains(chunk));
        Truncate(connection);
        return numbers.Count;
    }

    public void Dispose() => release();

    /// <summary>Their numbers.</summary>
    private static HashSet<long> RemoveDocuments(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyCollection<Guid> documents)
    {
        var ids = JsonList(documents);
        HashSet<long> numbers = [];
        using (var rows = connection.Read("SELECT number FROM documents WHERE id IN (SELECT value FROM json_each(@ids))", transaction, ("@ids", ids)))
        {
            while (rows.Read())
            {
                numbers.Add(rows.GetInt64(0));
            }
        }

        if (numbers.Count > 0)
        {
            RemoveWords(
                connection, transaction, "chunks.document IN (SELECT number FROM documents WHERE id IN (SELECT value FROM json_each(@ids)))", ids);
            connection.Run("DELETE FROM documents WHERE id IN (SELECT value FROM json_each(@ids))", transaction, ("@ids", ids));
        }

        return numbers;
    }

    /// <summary>The full text wants to be told what it shall forget. The chunks' numbers.</summary>
    private static List<long> RemoveWords(SqliteConnection connection, SqliteTransaction transaction, string condition, string ids)
    {
        List<long> numbers = [];
        using var words = connection.Command(
            "INSERT INTO words (words, rowid, text, heading) VALUES ('delete', @chunk, @text, @heading)",
            transaction, ("@chunk", 0L), ("@text", ""), ("@heading", ""));
        using var chunks = connection.Read($"SELECT number, text, heading FROM chunks WHERE {condition}", transaction, ("@ids", ids));
        while (chunks.Read())
        {
            numbers.Add(chunks.GetInt64(0));
            Set(
                words,
                ("@chunk", numbers[^1]),
                ("@text", WordText.Spaced(chunks.GetString(1))),
                ("@heading", chunks.IsDBNull(2) ? "" : WordText.Spaced(chunks.GetString(2))));
            words.ExecuteNonQuery();
        }

        return numbers;
    }

    private static long InsertDocument(SqliteConnection connection, SqliteTransaction transaction, Guid document, string? name, string metadataJson)
    {
        using var command = connection.Command(
            "INSERT INTO documents (id, name, metadata) VALUES (@id, @name, @metadata) RETURNING number",
            transaction, ("@id", document.ToString("D")), ("@name", name), ("@metadata", metadataJson));
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Overwritten in the file is not enough: the last transactions have a file of their own.</summary>
    private static void Truncate(SqliteConnection connection) => connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    private static void Set(SqliteCommand command, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        foreach (var (name, value) in values)
        {
            command.Parameters[name].Value = value ?? DBNull.Value;
        }
    }

    private static string JsonList(IEnumerable<Guid> ids) => JsonSerializer.Serialize(ids.Select(id => id.ToString("D")));
}
