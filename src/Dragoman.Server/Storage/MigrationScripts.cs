using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Storage;

/// <summary>
/// Brings a database's tables up to date with the scripts beside the migrations, in one transaction, and keeps EF's own record of it. EF's runner would
/// do the same at several times the cost of a whole start, and leaves a lock behind when it is killed (docs/decisions/0008-migration-scripts.md).
/// </summary>
internal static class MigrationScripts
{
    private const string Suffix = ".sql";

    /// <summary>Ids in the order of application, each with its script.</summary>
    public static IReadOnlyList<(string Id, string Sql)> All { get; } = Load();

    /// <exception cref="InvalidDataException">The database is another program's, or a newer version's.</exception>
    /// <exception cref="SqliteException">The file cannot be read or written.</exception>
    public static void Apply(SqliteConnection connection)
    {
        if (Missing(connection, null).Count == 0)
        {
            return; // By far the most starts: nothing is written and nobody waits.
        }

        // Readers and a writer side by side. The file remembers it; no transaction may hold it.
        connection.Execute("PRAGMA journal_mode = WAL");

        // Takes the lock of writers at once, so that two processes come one after the other; the second finds nothing missing.
        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var (_, sql) in Missing(connection, transaction))
        {
            connection.Execute(sql, transaction);
        }

        transaction.Commit();
    }

    private static List<(string Id, string Sql)> Missing(SqliteConnection connection, SqliteTransaction? transaction)
    {
        var applied = Applied(connection, transaction);
        if (applied.Count > 0 && applied[0] != All[0].Id)
        {
            throw new InvalidDataException("dragoman.db in the data directory is another program's database.");
        }

        if (applied.Find(id => All.All(migration => migration.Id != id)) is { } unknown)
        {
            throw new InvalidDataException($"dragoman.db in the data directory is from a newer version of Dragoman (it has the migration {unknown}).");
        }

        return [.. All.Where(migration => !applied.Contains(migration.Id))];
    }

    private static List<string> Applied(SqliteConnection connection, SqliteTransaction? transaction)
    {
        if (connection.Scalar("SELECT 1 FROM sqlite_master WHERE name = '__EFMigrationsHistory'", transaction) is null)
        {
            return connection.Scalar("SELECT 1 FROM sqlite_master", transaction) is null
                ? []
                : throw new InvalidDataException("dragoman.db in the data directory is another program's database.");
        }

        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """SELECT "MigrationId" FROM "__EFMigrationsHistory" ORDER BY "MigrationId" """;
        using var reader = command.ExecuteReader();
        List<string> applied = [];
        while (reader.Read())
        {
            applied.Add(reader.GetString(0));
        }

        return applied;
    }

    private static (string Id, string Sql)[] Load()
    {
        var assembly = typeof(MigrationScripts).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return (name[..^Suffix.Length], reader.ReadToEnd());
            })];
    }
}
