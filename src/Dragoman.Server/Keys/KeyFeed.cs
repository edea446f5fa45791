using Dragoman.Keys;
using Dragoman.Model;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Keys;

/// <summary>
/// Keeps the ring, by which callers are known, in step with the database: all keys in force at start, and from then on whatever changes, whichever
/// process changed it. A database that cannot be read leaves the ring as it is.
/// </summary>
internal sealed partial class KeyFeed : IDisposable
{
    /// <summary>A look at a database in which nothing changed costs one statement that reads no table.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly Database _database;
    private readonly KeyRing _ring;
    private readonly TimeProvider _time;
    private readonly ILogger<KeyFeed> _log;
    private readonly ITimer _looks;
    private readonly Lock _reading = new();
    private readonly Dictionary<string, Hashes> _held = new(StringComparer.Ordinal);
    private SqliteConnection? _connection;
    private long _version = -1;
    private long _revision;
    private bool _isFailing;
    private bool _isDisposed;

    /// <exception cref="SqliteException">The keys cannot be read.</exception>
    public KeyFeed(Database database, KeyRing ring, TimeProvider time, ILogger<KeyFeed> log)
    {
        _database = database;
        _ring = ring;
        _time = time;
        _log = log;
        Read();
        _looks = time.CreateTimer(_ => Look(), null, BetweenLooks, BetweenLooks);
    }

    /// <summary>Whatever was committed before is in force when this returns.</summary>
    public void CatchUp()
    {
        lock (_reading)
        {
            TryRead();
        }
    }

    public void Dispose()
    {
        _looks.Dispose();
        lock (_reading)
        {
            _isDisposed = true;
            _connection?.Dispose();
        }
    }

    private void Look()
    {
        if (_reading.TryEnter()) // A look that takes long is not joined by others.
        {
            try
            {
                TryRead();
            }
            finally
            {
                _reading.Exit();
            }
        }
    }

    private void TryRead()
    {
        if (_isDisposed)
        {
            return;
        }

        try
        {
            Read();
            if (_isFailing)
            {
                _isFailing = false;
                LogBack(_log);
            }
        }
        catch (Exception e)
        {
            // On a timer's thread an exception would end the process. The next look begins anew, with a connection of its own.
            _connection?.Dispose();
            _connection = null;
            if (!_isFailing)
            {
                _isFailing = true;
                LogFailing(_log, e is SqliteException fault ? Database.Describe(fault) : e.GetType().Name);
            }
        }
    }

    private void Read()
    {
        if (_connection is null)
        {
            _connection = _database.Connect();
            _version = -1;
        }

        // Another number than before where another connection has committed something.
        var version = (long)_connection.Scalar("PRAGMA data_version")!;
        if (version == _version)
        {
            return;
        }

        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT {KeyRows.Columns} FROM keys WHERE revision > @seen ORDER BY revision";
        command.Parameters.AddWithValue("@seen", _revision);
        using var reader = command.ExecuteReader();
        var now = _time.GetUtcNow();
        var lists = new KeyRows.SharedLists();
        while (reader.Read())
        {
            Apply(reader, lists, now);
            _revision = KeyRows.RevisionAt(reader);
        }

        _version = version;
    }

    private void Apply(SqliteDataReader reader, KeyRows.SharedLists lists, DateTimeOffset now)
    {
        var id = KeyRows.IdAt(reader);
        var held = _held.GetValueOrDefault(id);
        Hashes hashes = default;
        try
        {
            if (KeyRows.IsInForce(reader, now))
            {
                hashes = Enforce(reader, KeyRows.CallerAt(reader, lists), now);
            }
        }
        catch (Exception e) when (e is not SqliteException)
        {
            // Whatever a column holds that none of its kind should: closed, and nobody else is the worse for it.
            LogDamaged(_log, id);
        }

        // What is new is in force before what is old no longer is: at no moment is a good key refused.
        foreach (var hash in (ReadOnlySpan<KeyHash?>)[held.Current, held.Former])
        {
            if (hash is { } old && old != hashes.Current && old != hashes.Former)
            {
                _ring.Remove(old);
            }
        }

        if (hashes.Current is null)
        {
            _held.Remove(id);
        }
        else
        {
            _held[id] = hashes;
        }
    }

    private Hashes Enforce(SqliteDataReader reader, Caller caller, DateTimeOffset now)
    {
        var current = KeyRows.HashAt(reader);
        var (former, until) = KeyRows.FormerAt(reader);
        _ring.Set(current, caller);
        if (former is null || until <= now)
        {
            return new Hashes(current, null);
        }

        // It needs no clearing away at its end: the door looks at the time.
        _ring.Set(former.Value, caller with { ExpiresAt = caller.ExpiresAt < until ? caller.ExpiresAt : until });
        return new Hashes(current, former);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Key {Id} is damaged in the database and opens nothing.")]
    private static partial void LogDamaged(ILogger logger, string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Changes of keys cannot be seen just now, the keys known stay in force. {Reason}")]
    private static partial void LogFailing(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Changes of keys are seen again.")]
    private static partial void LogBack(ILogger logger);

    /// <summary>By which hashes the ring holds a key; none at all for a key that is not in force.</summary>
    private readonly record struct Hashes(KeyHash? Current, KeyHash? Former);
}
