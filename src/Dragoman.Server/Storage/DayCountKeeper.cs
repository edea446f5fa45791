using Dragoman.Policies.RateLimiting;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Storage;

/// <summary>
/// Keeps the requests of each key's running day over a restart: read at start, written once a second and at stop, beside the calls. A process that is
/// killed forgets the last second at most. A database that fails is told in the log and tried again, and no call notices.
/// </summary>
internal sealed partial class DayCountKeeper(Database database, RateLimitPolicy limits, TimeProvider time, ILogger<DayCountKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);

    /// <summary>Taken from the limits and not in the database yet.</summary>
    private readonly Dictionary<(string KeyId, string Dialect), DayCount> _unsaved = [];
    private long _sweptAt;
    private bool _isFailing;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Try(Restore);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Try(Save);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Try(Save);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; what is left is saved then.
        }
    }

    private void Try(Action step)
    {
        try
        {
            step();
            _isFailing = false;
        }
        catch (Exception e)
        {
            // Told once, not once a second.
            if (!_isFailing)
            {
                LogFailed(log, e is SqliteException failure ? Database.Describe(failure) : e.Message);
            }

            _isFailing = true;
        }
    }

    private void Restore()
    {
        using var connection = database.Connect();
        Sweep(connection, null);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT key_id, dialect, ends_at, requests FROM day_counts";
        using var reader = command.ExecuteReader();
        limits.Restore(Rows());

        IEnumerable<DayCount> Rows()
        {
            while (reader.Read())
            {
                yield return new DayCount(
                    reader.GetString(0), reader.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)), reader.GetInt64(3));
            }
        }
    }

    private void Save()
    {
        foreach (var day in limits.TakeChanged())
        {
            _unsaved[(day.KeyId, day.Dialect)] = day;
        }

        if (_unsaved.Count == 0)
        {
            return;
        }

        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction(deferred: false);
        if (time.GetElapsedTime(_sweptAt) >= SweepInterval)
        {
            Sweep(connection, transaction);
        }

        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            INSERT INTO day_counts (key_id, dialect, ends_at, requests)
            SELECT id, @dialect, @ends, @requests FROM keys WHERE id = @key
            ON CONFLICT (key_id, dialect) DO UPDATE SET ends_at = excluded.ends_at, requests = excluded.requests
            """;
        var (key, dialect) = (command.Parameters.Add("@key", SqliteType.Text), command.Parameters.Add("@dialect", SqliteType.Text));
        var (ends, requests) = (command.Parameters.Add("@ends", SqliteType.Integer), command.Parameters.Add("@requests", SqliteType.Integer));
        List<DayCount> early = [];
        foreach (var day in _unsaved.Values)
        {
            (key.Value, dialect.Value) = (day.KeyId, day.Dialect);
            (ends.Value, requests.Value) = (day.EndsAt.ToUnixTimeMilliseconds(), day.Requests);
            if (command.ExecuteNonQuery() == 0 && day.EndsAt > time.GetUtcNow())
            {
                early.Add(day); // A key that the start brings is in force a moment before it is stored. One that never will be holds up nobody else's.
            }
        }

        transaction.Commit();
        _unsaved.Clear();
        foreach (var day in early)
        {
            _unsaved.Add((day.KeyId, day.Dialect), day);
        }
    }

    /// <summary>Days that have ended are of no use to anybody.</summary>
    private void Sweep(SqliteConnection connection, SqliteTransaction? transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "DELETE FROM day_counts WHERE ends_at <= @now";
        command.Parameters.AddWithValue("@now", time.GetUtcNow().ToUnixTimeMilliseconds());
        command.ExecuteNonQuery();
        _sweptAt = time.GetTimestamp();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Requests a day are counted in memory alone until the database is back: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
