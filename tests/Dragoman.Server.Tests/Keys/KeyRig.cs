using System.Collections.Concurrent;
using Dragoman.Keys;
using Dragoman.Server.Keys;
using Dragoman.Server.Storage;
using Dragoman.Tests;
using Microsoft.Extensions.Logging;

namespace Dragoman.Server.Tests.Keys;

/// <summary>A data directory as one process has it open, and a clock that stands still until it is told to go on.</summary>
internal sealed class KeyRig : IDisposable
{
    private readonly KeyDirectory _directory;
    private readonly bool _isOwner;

    public KeyRig(string? data = null, FakeTime? time = null)
    {
        _isOwner = data is null;
        Data = data ?? Directory.CreateTempSubdirectory("dragoman-test").FullName;
        Time = time ?? new FakeTime();
        _directory = KeyDirectory.Open(Data);
        Feed = new KeyFeed(Database, Ring, Time, new Log<KeyFeed>(this));
        Store = new KeyStore(Database, Ring, new KeyRules(["agentai", "gainly"]), Time, Feed);
    }

    public string Data { get; }

    public FakeTime Time { get; }

    public Database Database => _directory.Database;

    public KeyRing Ring => _directory.Ring;

    public KeyFeed Feed { get; }

    public KeyStore Store { get; }

    public ConcurrentQueue<string> Lines { get; } = [];

    public static CancellationToken None => CancellationToken.None;

    /// <summary>Another process on the same directory, by the same clock.</summary>
    public KeyRig Another() => new(Data, Time);

    /// <summary>Whether the door would let the key in.</summary>
    public bool Opens(string key) => Ring.Find(key) is { } caller && !(caller.ExpiresAt <= Time.GetUtcNow());

    /// <summary>As the next start would have it, with this in the environment.</summary>
    public StartKeys Start(string? bootstrapKey = null, string? adminKey = null) => new(
        Database, Ring, Feed, Time, new Log<StartKeys>(this), name => name == "DRAGOMAN_BOOTSTRAP_KEY" ? bootstrapKey : adminKey);

    public void Sql(string sql)
    {
        using var connection = Database.Connect();
        connection.Execute(sql);
    }

    public void Dispose()
    {
        Feed.Dispose();
        _directory.Dispose();
        if (_isOwner)
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    private sealed class Log<T>(KeyRig rig) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            rig.Lines.Enqueue($"{logLevel} {formatter(state, exception)}");
    }
}
