using System.Collections.Frozen;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Policies.RateLimiting;
using Dragoman.Routing;
using Dragoman.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Dragoman.Server.Tests.Storage;

/// <summary>Requests a day over a restart, in a database on disk.</summary>
public sealed class DayCountKeeperTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("dragoman-test").FullName;
    private readonly Database _database;

    public DayCountKeeperTests()
    {
        _database = Database.Open(_data);
        using var connection = _database.Connect();
        connection.Execute("""
            INSERT INTO keys (id, revision, name, mode, is_bootstrap, hash, created_at) VALUES ('k', 1, 'k', 'live', 0, randomblob(32), 0);
            """);
    }

    [Fact]
    public async Task Stop_ThenStart_GoesOnWithTheDay()
    {
        await using (var former = await Process.StartAsync(_database))
        {
            former.Ask(3).ShouldBe(3);
            await former.StopAsync();
        }

        await using var process = await Process.StartAsync(_database);
        process.Ask(9).ShouldBe(7);
    }

    [Fact]
    public async Task Running_WritesWhatChanged()
    {
        await using var process = await Process.StartAsync(_database);
        process.Ask(3);
        await UntilAsync(() => Rows() == "test 3,all 3");
        process.Ask(2);
        await UntilAsync(() => Rows() == "test 5,all 5");
    }

    [Fact]
    public async Task Killed_ThenStarted_ForgetsNothingThatWasWritten()
    {
        // A process that is killed stops nothing: this one is left as it stands.
        await using var former = await Process.StartAsync(_database);
        former.Ask(4);
        await UntilAsync(() => Rows() == "test 4,all 4");

        await using var process = await Process.StartAsync(_database);
        process.Ask(9).ShouldBe(6);
    }

    [Fact]
    public async Task Start_DaysThatHaveEnded_AreSweptOut()
    {
        using (var connection = _database.Connect())
        {
            connection.Execute("INSERT INTO day_counts (key_id, dialect, ends_at, requests) VALUES ('k', '', 1000, 10), ('k', 'old', 1000, 10)");
        }

        await using var process = await Process.StartAsync(_database);
        Rows().ShouldBe("");
        process.Ask(99).ShouldBe(10);
    }

    [Fact]
    public async Task Database_Fails_CallsGoOnAndAreWrittenWhenItIsBack()
    {
        await using var process = await Process.StartAsync(_database);
        using (var connection = _database.Connect())
        {
            connection.Execute("ALTER TABLE day_counts RENAME TO elsewhere");
        }

        process.Ask(3).ShouldBe(3);
        await UntilAsync(() => process.HasFailed);
        process.Ask(2).ShouldBe(2);
        using (var connection = _database.Connect())
        {
            connection.Execute("ALTER TABLE elsewhere RENAME TO day_counts");
        }

        await UntilAsync(() => Rows() == "test 5,all 5");
    }

    [Fact]
    public async Task Running_KeyThatIsNotStored_HoldsUpNobodyElseAndIsWrittenWhenItIs()
    {
        await using var process = await Process.StartAsync(_database);
        process.Ask(2, "early").ShouldBe(2);
        process.Ask(3);
        await UntilAsync(() => Rows() == "test 3,all 3");
        process.HasFailed.ShouldBeFalse();
        using (var connection = _database.Connect())
        {
            connection.Execute("""
                INSERT INTO keys (id, revision, name, mode, is_bootstrap, hash, created_at) VALUES ('early', 2, 'k', 'live', 0, randomblob(32), 0);
                """);
        }

        await UntilAsync(() => Rows() == "test 2,test 3,all 2,all 3");
    }

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private string Rows()
    {
        using var connection = _database.Connect();
        return connection.Scalar(
            "SELECT group_concat(iif(dialect = '', 'all', dialect) || ' ' || requests) FROM (SELECT * FROM day_counts ORDER BY dialect DESC, key_id)") as string ?? "";
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>What of a server matters here: the limits and their keeper, with one key of ten requests a day.</summary>
    private sealed class Process : IAsyncDisposable
    {
        private readonly RateLimitPolicy _limits = new(TimeProvider.System);
        private readonly FailureLog _log = new();
        private DayCountKeeper? _keeper;

        public bool HasFailed => _log.HasFailed;

        public static async Task<Process> StartAsync(Database database)
        {
            var process = new Process();
            process._keeper = new DayCountKeeper(database, process._limits, TimeProvider.System, process._log);
            await process._keeper.StartAsync(default);
            return process;
        }

        /// <summary>How many of so many calls are admitted.</summary>
        public int Ask(int times, string key = "k") => Enumerable.Range(0, times).Count(_ => Ask(key));

        public Task StopAsync() => _keeper!.StopAsync(default);

        public ValueTask DisposeAsync()
        {
            _keeper!.Dispose();
            return ValueTask.CompletedTask;
        }

        private bool Ask(string key)
        {
            var settings = new GatewaySnapshot { Providers = FrozenDictionary<string, ProviderSnapshot>.Empty, Upstream = new UpstreamLimits() };
            var caller = new Caller(key, "k", KeyMode.Live) { Limits = new CallLimits { RequestsPerDay = 10 } };
            var request = new ChatRequest { Model = "m", Messages = [] };
            var admission = _limits.AdmitAsync(new ChatCall(settings, "test", caller, request, 0), default);
            return admission is { IsCompleted: true, Result.Refusal: null };
        }
    }

    private sealed class FailureLog : ILogger<DayCountKeeper>
    {
        public bool HasFailed { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            HasFailed |= logLevel == LogLevel.Error;
    }
}
