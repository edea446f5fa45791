using Dragoman.Keys;
using Dragoman.Model;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Keys;

/// <summary>
/// The keys that a start brings along: the first one of a data directory without any, and those whose values the environment sets. They are stored when
/// the start has succeeded: one that fails leaves no key behind that nobody has seen, and takes nothing from a server that runs on the same directory.
/// </summary>
internal sealed partial class StartKeys : IHostedLifecycleService
{
    public const string BootstrapName = "bootstrap";

    private const string BootstrapVariable = "DRAGOMAN_BOOTSTRAP_KEY";
    private const string AdminVariable = "DRAGOMAN_ADMIN_KEY";

    private readonly Database _database;
    private readonly KeyRing _ring;
    private readonly KeyFeed _feed;
    private readonly TimeProvider _time;
    private readonly ILogger<StartKeys> _log;
    private readonly List<Chosen> _unsaved = [];
    private readonly string? _first;

    /// <param name="feed">Has read the keys that are there.</param>
    /// <param name="environment">Reads a variable of the environment.</param>
    /// <exception cref="InvalidDataException">A value of the environment will not do.</exception>
    public StartKeys(
        Database database, KeyRing ring, KeyFeed feed, TimeProvider time, ILogger<StartKeys> log, Func<string, string?> environment)
    {
        _database = database;
        _ring = ring;
        _feed = feed;
        _time = time;
        _log = log;
        ChosenKey = Read(environment, BootstrapVariable);
        using var connection = database.Connect();
        if (ChosenKey is not null)
        {
            Prepare(connection, new Chosen(BootstrapVariable, BootstrapName, KeyMode.Live, ring.Hash(ChosenKey), KeyRows.NewId()));
        }
        else if (!KeyRows.HasAny(connection))
        {
            _first = ApiKey.Create(KeyMode.Live);
        }

        if (Read(environment, AdminVariable) is { } adminKey)
        {
            if (adminKey == ChosenKey)
            {
                throw new InvalidDataException($"{AdminVariable} and {BootstrapVariable} must not be the same.");
            }

            Prepare(connection, new Chosen(AdminVariable, "admin", KeyMode.Admin, ring.Hash(adminKey), KeyRows.NewId()));
        }
    }

    /// <summary>The key made at this start, once it has succeeded; the only time that it can be seen.</summary>
    public string? NewKey { get; private set; }

    /// <summary>The key that the operator chose through DRAGOMAN_BOOTSTRAP_KEY.</summary>
    public string? ChosenKey { get; }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Everything has started, the addresses are listened on.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (_first is not null || _unsaved.Count > 0)
        {
            Save();
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string? Read(Func<string, string?> environment, string variable)
    {
        var value = environment(variable);
        value = string.IsNullOrWhiteSpace(value) ? null : value.Trim();
        return value is not null && ApiKey.Fault(value) is { } fault ? throw new InvalidDataException($"{variable} cannot be used: {fault}.") : value;
    }

    /// <summary>In force before the first call can come, stored after the start.</summary>
    private void Prepare(SqliteConnection connection, Chosen chosen)
    {
        switch (Judge(connection, null, chosen))
        {
            case (Verdict.Dead, _):
                LogDead(_log, chosen.Variable);
                break;
            case (Verdict.Fresh, _):
                _ring.Set(chosen.Hash, new Caller(chosen.NewId, chosen.Name, chosen.Mode));
                _unsaved.Add(chosen);
                break;
            case (Verdict.Replaces, var former):
                _ring.Set(chosen.Hash, former!);
                _unsaved.Add(chosen);
                break;
        }
    }

    private void Save()
    {
        using var connection = _database.Connect();
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            // Another process may have come between: what counts is what is there now.
            if (_first is not null && !KeyRows.HasAny(connection, transaction))
            {
                NewKey = _first;
                Insert(connection, transaction, KeyRows.NewId(), BootstrapName, KeyMode.Live, _ring.Hash(_first), _first[^4..]);
            }

            foreach (var chosen in _unsaved)
            {
                switch (Judge(connection, transaction, chosen))
                {
                    case (Verdict.Dead, _):
                        _ring.Remove(chosen.Hash);
                        LogDead(_log, chosen.Variable);
                        break;
                    case (Verdict.Fresh, _):
                        Insert(connection, transaction, chosen.NewId, chosen.Name, chosen.Mode, chosen.Hash, ending: null);
                        break;
                    case (Verdict.Replaces, var former):
                        Replace(connection, transaction, former!.KeyId, chosen.Hash);
                        break;
                }
            }

            transaction.Commit();
        }

        _feed.CatchUp();
    }

    /// <summary>What becomes of a value of the environment, and whose secret it replaces.</summary>
    private (Verdict, Caller?) Judge(SqliteConnection connection, SqliteTransaction? transaction, Chosen chosen)
    {
        var now = _time.GetUtcNow();
        using (var same = Select(connection, transaction, "hash = @hash", chosen))
        using (var reader = same.ExecuteReader())
        {
            if (reader.Read())
            {
                return !KeyRows.IsInForce(reader, now) ? (Verdict.Dead, null)
                    : KeyRows.ModeAt(reader) == chosen.Mode ? (Verdict.InForce, null)
                    : throw new InvalidDataException($"{chosen.Variable} holds a {KeyJson.ModeName(KeyRows.ModeAt(reader))} key of this data directory.");
            }
        }

        if (connection.Scalar("SELECT 1 FROM retired_secrets WHERE hash = @p", transaction, chosen.Hash.ToArray()) is not null)
        {
            return (Verdict.Dead, null);
        }

        using var former = Select(connection, transaction, "is_bootstrap AND mode = @mode ORDER BY number DESC", chosen);
        using var rows = former.ExecuteReader();
        while (rows.Read())
        {
            if (KeyRows.IsInForce(rows, now))
            {
                return (Verdict.Replaces, KeyRows.CallerAt(rows, new KeyRows.SharedLists()));
            }
        }

        return (Verdict.Fresh, null);
    }

    private static SqliteCommand Select(SqliteConnection connection, SqliteTransaction? transaction, string condition, Chosen chosen)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT {KeyRows.Columns} FROM keys WHERE {condition}";
        command.Parameters.AddWithValue("@hash", chosen.Hash.ToArray());
        command.Parameters.AddWithValue("@mode", KeyJson.ModeName(chosen.Mode));
        return command;
    }

    private void Insert(
        SqliteConnection connection, SqliteTransaction transaction, string id, string name, KeyMode mode, KeyHash hash, string? ending) =>
        KeyRows.Insert(connection, transaction, new KeyRow
        {
            Id = id,
            Name = name,
            Mode = mode,
            IsBootstrap = true,
            Hash = hash.ToArray(),
            Ending = ending,
            CreatedAt = _time.GetUtcNow(),
        });

    private void Replace(SqliteConnection connection, SqliteTransaction transaction, string id, KeyHash hash)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            UPDATE keys SET hash = @hash, ending = NULL, former_hash = NULL, former_secret_until = NULL, rotated_at = @now,
                revision = (SELECT max(revision) + 1 FROM keys)
            WHERE id = @id
            """;
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@hash", hash.ToArray());
        command.Parameters.AddWithValue("@now", _time.GetUtcNow().ToUnixTimeMilliseconds());
        command.ExecuteNonQuery();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Variable} holds a key that was revoked, has expired or was rotated out; it is not brought back. Set another value.")]
    private static partial void LogDead(ILogger logger, string variable);

    /// <param name="NewId">Its id, where it becomes a key of its own.</param>
    private readonly record struct Chosen(string Variable, string Name, KeyMode Mode, KeyHash Hash, string NewId);

    private enum Verdict
    {
        /// <summary>It is a key already.</summary>
        InForce,

        /// <summary>It was one.</summary>
        Dead,

        /// <summary>It takes the place of the secret that the variable set before, or of the first key's.</summary>
        Replaces,

        Fresh,
    }
}
