using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Storage;

/// <summary>
/// The file <c>dragoman.db</c> of a data directory: SQLite, shared by a running server and the commands. What a transaction has committed survives the
/// death of the process and of the machine.
/// </summary>
internal sealed class Database : IDisposable
{
    private const string FileName = "dragoman.db";

    private readonly string _connectionString;

    private Database(string path)
    {
        Path = path;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            ForeignKeys = true,

            // Seconds that a command waits for another process's transaction.
            DefaultTimeout = 30,
        }.ToString();
    }

    public string Path { get; }

    public static bool IsIn(string dataDirectory) => File.Exists(System.IO.Path.Combine(dataDirectory, FileName));

    /// <summary>Makes the file where it is missing, and brings its tables up to date.</summary>
    /// <exception cref="InvalidDataException">It is another program's database, or a newer version's.</exception>
    /// <exception cref="SqliteException">It cannot be read or written; <see cref="Describe"/> words it.</exception>
    public static Database Open(string dataDirectory)
    {
        var path = System.IO.Path.Combine(dataDirectory, FileName);
        DataDirectory.CreateFile(path);
        var database = new Database(path);
        try
        {
            using var connection = database.Connect();
            MigrationScripts.Apply(connection);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>What an operator is told of a failure that is the file's or the machine's, in one line.</summary>
    public static string Describe(SqliteException e) => e.SqliteErrorCode switch
    {
        5 or 6 => $"{FileName} in the data directory is held by another process, and was not given free in time.",
        8 => $"{FileName} in the data directory cannot be written: it or its directory is read-only.",
        11 or 26 => $"{FileName} in the data directory is damaged or no database; put back a copy of it.",
        13 => $"{FileName} in the data directory cannot be written: the disk is full.",
        14 => $"{FileName} in the data directory cannot be opened; it and its directory must be readable and writable.",
        _ => $"{FileName} in the data directory cannot be used (SQLite error {e.SqliteErrorCode}, {e.SqliteExtendedErrorCode}).",
    };

    /// <summary>An open connection.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();

            // A commit is on the disk before it returns, and what is deleted is overwritten.
            connection.Execute("PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Leaves nothing of what was deleted in the file of the last transactions, either.</summary>
    public void Truncate()
    {
        using var connection = Connect();
        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>A context over a connection of its own, open until the context is disposed of.</summary>
    public DragomanDb Context() =>
        new(new DbContextOptionsBuilder<DragomanDb>().UseSqlite(Connect(), contextOwnsConnection: true).Options);

    public void Dispose()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }
}

internal static class SqliteConnections
{
    public static int Execute(this SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement with parameters. How many rows it changed.</summary>
    public static int Run(this SqliteConnection connection, string sql, SqliteTransaction? transaction, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(sql, transaction, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>The rows of a query with parameters; disposing of them ends it.</summary>
    public static SqliteDataReader Read(this SqliteConnection connection, string sql, SqliteTransaction? transaction, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        // The reader outlives the command, which holds nothing else.
        var command = connection.Command(sql, transaction, parameters);
        return command.ExecuteReader();
    }

    public static SqliteCommand Command(this SqliteConnection connection, string sql, SqliteTransaction? transaction, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    /// <summary>The first column of the first row; <c>null</c> where there is none.</summary>
    public static object? Scalar(this SqliteConnection connection, string sql, SqliteTransaction? transaction = null, byte[]? parameter = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        if (parameter is not null)
        {
            command.Parameters.AddWithValue("@p", parameter);
        }

        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }
}
