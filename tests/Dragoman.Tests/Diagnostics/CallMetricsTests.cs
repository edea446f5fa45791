using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Dragoman.Diagnostics;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dragoman.Tests.Diagnostics;

public sealed class CallMetricsTests
{
    [Theory]
    [InlineData(KeyMode.Live, true, "live")]
    [InlineData(KeyMode.Test, false, "test")]
    public void Settle_LiveAndTestCalls_AreKeptApartInMetricsAndLog(KeyMode mode, bool livemode, string word)
    {
        foreach (var error in new[] { null, new GatewayError(ErrorKind.UpstreamFailed, "The sandbox plays: it fails.") })
        {
            var tags = new List<Dictionary<string, object?>>();
            using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
            var meters = services.GetRequiredService<IMeterFactory>();
            var log = new Log();
            using var metrics = new CallMetrics(meters, log);
            using var listener = new MeterListener
            {
                InstrumentPublished = (instrument, listener) =>
                {
                    if (instrument.Meter.Scope == meters)
                    {
                        listener.EnableMeasurementEvents(instrument);
                    }
                },
            };
            listener.SetMeasurementEventCallback<double>((_, _, measured, _) => tags.Add(new(measured.ToArray())));
            listener.SetMeasurementEventCallback<long>((_, _, measured, _) => tags.Add(new(measured.ToArray())));
            listener.Start();

            metrics.Settle(NewCall(mode), null, new CallOutcome(error, new Usage { InputTokens = 2, OutputTokens = 3 }, TimeSpan.FromSeconds(1)));

            tags.Count.ShouldBe(3, "two counts of tokens and a duration");
            tags.ShouldAllBe(measured => (bool)measured["dragoman.livemode"]! == livemode);
            log.Lines.ShouldHaveSingleItem().ShouldContain($"for {word} key key_7");
        }
    }

    [Theory]
    [InlineData(null, LogLevel.Debug)]
    [InlineData(ErrorKind.RateLimited, LogLevel.Debug)]
    [InlineData(ErrorKind.UpstreamRateLimited, LogLevel.Warning)]
    [InlineData(ErrorKind.ModelNotConfigured, LogLevel.Warning)]
    public void Settle_CallBeyondALimit_IsNoWarning(ErrorKind? error, LogLevel level)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var log = new Log();
        using var metrics = new CallMetrics(services.GetRequiredService<IMeterFactory>(), log);

        metrics.Settle(NewCall(KeyMode.Live), null, new CallOutcome(error is { } kind ? new GatewayError(kind, "No.") : null, default, TimeSpan.Zero));

        log.Levels.ShouldHaveSingleItem().ShouldBe(level);
    }

    private static ChatCall NewCall(KeyMode mode) => new(
        new GatewaySnapshot { Providers = FrozenDictionary<string, ProviderSnapshot>.Empty, Upstream = new UpstreamLimits() },
        "dialect",
        new Caller("key_7", "name", mode),
        new ChatRequest { Model = "m", Messages = [] },
        0);

    private sealed class Log : ILogger<CallMetrics>
    {
        public List<string> Lines { get; } = [];

        public List<LogLevel> Levels { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Lines.Add(formatter(state, exception));
            Levels.Add(logLevel);
        }
    }
}
