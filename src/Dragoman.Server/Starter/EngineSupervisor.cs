using System.Globalization;
using System.Security.Cryptography;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Server.Starter;

/// <summary>What tells the starter's engines apart.</summary>
internal sealed record EngineProfile
{
    /// <summary>What it is, for logs: <c>starter engine</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The model's name on the wire.</summary>
    public required string Model { get; init; }

    /// <summary>Without these it does not start.</summary>
    public required IReadOnlyList<StarterPart> Parts { get; init; }

    /// <summary>What it looks for only when it is needed: these are fetched while it runs.</summary>
    public IReadOnlyList<StarterPart> LaterParts { get; init; } = [];

    /// <summary>The program's options for it.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>What callers cannot have while it does not run, to be read before a colon.</summary>
    public required string Lacking { get; init; }

    /// <summary>A sentence on how to do without it, after a space; else empty.</summary>
    public string Instead { get; init; } = " With a provider's key, OPENAI_API_KEY for example, the operator can do without it.";
}

/// <summary>
/// Keeps an engine of the starter: starts it on need, looks after its health, starts it again with growing pauses when it dies, and ends it with the
/// server. The engine is a process of its own, because its native library may abort a process at any time.
/// </summary>
/// <param name="mayFetch">Whether missing parts may be fetched.</param>
internal abstract partial class EngineSupervisor(
    EngineProfile profile, StarterParts parts, bool mayFetch, IEnumerable<IChatProvider> wires, TimeProvider time, ILoggerFactory logs)
    : BackgroundService, ILocalEngine
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HealthEvery = TimeSpan.FromSeconds(10);
    private const int UnhealthyAfter = 3;

    private readonly ILogger<EngineSupervisor> _log = logs.CreateLogger<EngineSupervisor>();
    private readonly TaskCompletionSource _needed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile State _state = new(null);

    private volatile string? _failure;

    protected bool HasParts => AreThere(profile.Parts);

    /// <summary>Why there are no parts, where that is known.</summary>
    protected string? Failure => _failure;

    /// <summary>Whether every call will need the engine: then it may as well be there for the first one.</summary>
    protected virtual bool IsNeededAtOnce => false;

    public ValueTask<LocalEngineAddress> EnsureRunningAsync(CancellationToken cancellationToken)
    {
        _needed.TrySetResult();
        return _state.Address is { } address ? ValueTask.FromResult(address) : new ValueTask<LocalEngineAddress>(WaitAsync(cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (IsNeededAtOnce)
        {
            _needed.TrySetResult();
        }

        try
        {
            await _needed.Task.WaitAsync(stoppingToken);
            await KeepRunningAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Enter(new State(Unavailable("the gateway is shutting down.")));
        }
    }

    /// <summary>An option of the program; nothing where it is left to the program.</summary>
    protected static string[] EngineOption(string name, int? value) =>
        value is { } number ? [name, number.ToString(CultureInfo.InvariantCulture)] : [];

    private async Task<LocalEngineAddress> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = _state;
            if (state.Address is { } address)
            {
                return address;
            }

            await state.Left.Task.WaitAsync(cancellationToken);
        }
    }

    private void Enter(State state)
    {
        var former = _state;
        _state = state;
        former.Left.TrySetResult();
    }

    private async Task KeepRunningAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (true)
        {
            if (!HasParts && await FetchAsync(profile.Parts, new FetchState(this), stoppingToken) is { } reason)
            {
                // It may be had later: npm installed, the network back, the parts brought by hand.
                _failure = reason;
                Enter(new State(Unavailable(reason)));
                await Task.Delay(LongestPause, time, stoppingToken);
                continue;
            }

            _failure = null;
            Enter(new State(null));
            var key = RandomNumberGenerator.GetHexString(64, lowercase: true);
            var startedAt = time.GetTimestamp();
            await using (var engine = StarterProcess.Start(profile.Arguments, key, logs))
            {
                if (await engine.ReadyAsync(stoppingToken) is { } url)
                {
                    using var run = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                    var fetch = FetchLaterAsync(run.Token);
                    Enter(new State(new LocalEngineAddress(Target(url, key), null)));
                    LogRunning(_log, profile.Name, engine.Id, profile.Model);
                    await WatchAsync(engine, url, stoppingToken);

                    // From here on calls wait for the next start and do not ask a dead address.
                    Enter(new State(null));
                    await run.CancelAsync();
                    await fetch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }

            var ran = time.GetElapsedTime(startedAt);
            pause = ran > StableAfter ? FirstPause : pause;
            LogEnded(_log, profile.Name, ran.TotalSeconds, pause.TotalSeconds);

            // Calls wait out a short pause; a long one is told.
            Enter(pause <= LongestWait ? new State(null) : new State(Unavailable("it ended unexpectedly and will be started again.", pause)));
            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Returns when the engine has died, or was ended because it no longer answers.</summary>
    private async Task WatchAsync(StarterProcess engine, Uri url, CancellationToken stoppingToken)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = HealthEvery };
        for (var failures = 0; failures < UnhealthyAfter;)
        {
            if (await engine.ExitedWithinAsync(HealthEvery, stoppingToken))
            {
                return;
            }

            try
            {
                using var health = await http.GetAsync(new Uri("/health", UriKind.Relative), stoppingToken);
                failures = health.IsSuccessStatusCode ? 0 : failures + 1;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !stoppingToken.IsCancellationRequested)
            {
                failures++;
            }
        }

        LogUnhealthy(_log, profile.Name);
    }

    /// <summary>Fetches what the running engine will need, and tries again until it is there.</summary>
    private async Task FetchLaterAsync(CancellationToken cancellationToken)
    {
        while (mayFetch && !AreThere(profile.LaterParts)
            && await FetchAsync(profile.LaterParts, new Progress<FetchProgress>(), cancellationToken) is not null)
        {
            await Task.Delay(LongestPause, time, cancellationToken);
        }
    }

    /// <summary>Fetches missing parts. Why they cannot be had; <c>null</c> where they are there.</summary>
    private async Task<string?> FetchAsync(IReadOnlyList<StarterPart> wanted, IProgress<FetchProgress> progress, CancellationToken cancellationToken)
    {
        if (!mayFetch)
        {
            return "its parts are not on this machine. The operator runs: dragoman starter fetch";
        }

        try
        {
            LogFetching(_log, profile.Name);
            await parts.FetchAsync(wanted, progress, cancellationToken);
            return AreThere(wanted) ? null : "its parts are not whole.";
        }
        catch (StarterPartsException e)
        {
            LogNoParts(_log, profile.Name, e.Message);
            return $"its parts cannot be had: {e.Message}";
        }
    }

    private static bool AreThere(IReadOnlyList<StarterPart> wanted) => wanted.All(part => part.IsThere);

    private UpstreamTarget Target(Uri url, string key) => wires
        .First(wire => wire.Wire == WireFormat.OpenAIChat)
        .Locate(Vendors.Find(Vendors.Starter)!, Vendors.Starter, new Uri(url, "/v1"), profile.Model, key);

    private LocalEngineAddress Unavailable(string reason, TimeSpan? retryAfter = null) => new(null, new GatewayError(
        ErrorKind.StarterUnavailable,
        $"{profile.Lacking}: the {profile.Name} is not available, {reason}{profile.Instead}")
    {
        Provider = Vendors.Starter,
        RetryAfter = retryAfter,
    });

    /// <summary>What calls meet: an address, a refusal, or (absent) a start that is worth waiting for.</summary>
    private sealed record State(LocalEngineAddress? Address)
    {
        /// <summary>Completes when another state is entered.</summary>
        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Tells calls how far a fetch is.</summary>
    private sealed class FetchState(EngineSupervisor supervisor) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => supervisor.Enter(new State(supervisor.Unavailable(
            $"its parts are being fetched ({value.Percent} %).", TimeSpan.FromSeconds(5))));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The {Engine} runs (process {Pid}, {Model})")]
    private static partial void LogRunning(ILogger logger, string engine, int pid, string model);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Engine} ended after {Seconds:F1} s; it is started again in {Pause:F1} s")]
    private static partial void LogEnded(ILogger logger, string engine, double seconds, double pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Engine} no longer answers and is ended")]
    private static partial void LogUnhealthy(ILogger logger, string engine);

    [LoggerMessage(Level = LogLevel.Information, Message = "Fetching the {Engine}'s parts with npm")]
    private static partial void LogFetching(ILogger logger, string engine);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Engine}'s parts cannot be had: {Reason} Everything else works without them.")]
    private static partial void LogNoParts(ILogger logger, string engine, string reason);
}
