using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Knowledge;

/// <summary>
/// One project's <c>chunks.db</c>: its documents' chunks, their vectors and their full text. What a transaction has committed survives the death of the process
/// and of the machine; what is deleted is overwritten.
/// </summary>
internal sealed class ChunkFile(string path)
{
    public const string Tokenizer = "porter unicode61 remove_diacritics 2";

    /// <summary>
    /// Numbers of chunks rise and are never used again: a search sees those up to one number. The full text is of its own, as <see cref="WordText"/> writes it;
    /// <c>terms</c> counts the chunks of each of its words.
    /// </summary>
    private const string Schema = $"""
        BEGIN;
        CREATE TABLE documents (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            name TEXT,
            metadata TEXT NOT NULL
        );
        CREATE TABLE chunks (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            document INTEGER NOT NULL REFERENCES documents (number) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            page INTEGER,
            heading TEXT,
            text TEXT NOT NULL
        );
        CREATE INDEX chunks_document ON chunks (document);
        CREATE TABLE vectors (
            chunk INTEGER PRIMARY KEY REFERENCES chunks (number) ON DELETE CASCADE,
            document INTEGER NOT NULL,
            vector BLOB NOT NULL
        );
        CREATE VIRTUAL TABLE words USING fts5 (text, heading, content = '', tokenize = '{Tokenizer}');
        INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
        CREATE VIRTUAL TABLE terms USING fts5vocab (words, row);
        PRAGMA user_version = 1;
        COMMIT;
        """;

    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWrite,
        ForeignKeys = true,
        DefaultTimeout = 30,
    }.ToString();

    /// <summary>An open connection to the file, which is there.</summary>
    /// <exception cref="SqliteException">It is not, or cannot be read or written.</exception>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            connection.Execute("PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes the file, whose folder is there, with nothing in it.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="SqliteException">It cannot be written.</exception>
    public void Create()
    {
        DataDirectory.CreateFile(path);
        using var connection = Connect();
        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute(Schema);
    }

    /// <summary>Closes what is kept open, so that the file can be deleted.</summary>
    public void Close()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }
}
