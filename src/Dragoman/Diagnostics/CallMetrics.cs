using System.Diagnostics;
using System.Diagnostics.Metrics;
using Dragoman.Model;
using Dragoman.Pipeline;
using Microsoft.Extensions.Logging;

namespace Dragoman.Diagnostics;

/// <summary>Tells of every call when it is settled: metrics by OpenTelemetry's <c>gen_ai.*</c> names, and a log line without any content.</summary>
public sealed partial class CallMetrics : IPolicy, IDisposable
{
    public const string MeterName = "Dragoman";

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _tokens;
    private readonly ILogger<CallMetrics> _log;

    public CallMetrics(IMeterFactory meters, ILogger<CallMetrics> log)
    {
        _log = log;
        _meter = meters.Create(MeterName);
        _duration = _meter.CreateHistogram<double>("gen_ai.server.request.duration", "s", "From admission to the end of the answer.");
        _tokens = _meter.CreateCounter<long>("gen_ai.client.token.usage", "{token}", "Tokens by kind.");
    }

    public ValueTask<Admission> AdmitAsync(Call call, CancellationToken cancellationToken) => ValueTask.FromResult(Admission.Admit());

    public void Settle(Call call, object? reservation, in CallOutcome outcome)
    {
        if (_duration.Enabled || _tokens.Enabled)
        {
            Measure(call, outcome);
        }

        var level = LevelOf(outcome.Error);
        if (!_log.IsEnabled(level))
        {
            return;
        }

        var mode = call.Caller.IsLive ? "live" : "test";
        var (model, servedBy) = (TerminalText.Of(call.Model), TerminalText.Of(call.ServedBy ?? "nowhere"));
        if (outcome.Error is { } error)
        {
            LogFailed(_log, level, call.Dialect, model, mode, call.Caller.KeyId, error.Kind, call.Attempts.Count, servedBy, outcome.Duration.TotalMilliseconds);
        }
        else
        {
            LogServed(_log, call.Dialect, model, servedBy, mode, call.Caller.KeyId, outcome.Usage.InputTokens, outcome.Usage.OutputTokens,
                outcome.Duration.TotalMilliseconds);
        }
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>A caller beyond its limit may try as often as it likes: those lines would be its to fill the log with.</summary>
    private static LogLevel LevelOf(GatewayError? error) =>
        error is null or { Kind: ErrorKind.RateLimited or ErrorKind.BudgetExceeded } ? LogLevel.Debug : LogLevel.Warning;

    private void Measure(Call call, in CallOutcome outcome)
    {
        var tags = new TagList
        {
            { "dragoman.dialect", call.Dialect },
            { "dragoman.livemode", call.Caller.IsLive },
        };

        // The name of a model that did not answer may be any caller's invention, and each would be a series of its own.
        if (outcome.Error is null)
        {
            tags.Add("gen_ai.response.model", call.ServedBy);
        }

        _tokens.Add(outcome.Usage.InputTokens, [.. tags, new("gen_ai.token.type", "input")]);
        _tokens.Add(outcome.Usage.OutputTokens, [.. tags, new("gen_ai.token.type", "output")]);
        if (outcome.Error is { } error)
        {
            tags.Add("error.type", error.Kind.ToString());
        }

        _duration.Record(outcome.Duration.TotalSeconds, tags);
    }

    [LoggerMessage(Level = LogLevel.Debug,
        Message = "{Dialect} {Model} served by {ServedBy} for {Mode} key {Key}: {InputTokens} in, {OutputTokens} out, {Milliseconds:F0} ms")]
    private static partial void LogServed(
        ILogger logger, string dialect, string model, string servedBy, string mode, string key, long inputTokens, long outputTokens, double milliseconds);

    [LoggerMessage(
        Message = "{Dialect} {Model} failed for {Mode} key {Key}: {Error}, attempts {Attempts}, last at {ServedBy}, {Milliseconds:F0} ms")]
    private static partial void LogFailed(
        ILogger logger, LogLevel level, string dialect, string model, string mode, string key, ErrorKind error, int attempts, string servedBy,
        double milliseconds);
}
