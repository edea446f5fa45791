using Dragoman.Routing;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Dragoman.Configuration;

/// <summary>
/// The snapshot in force. A change of the file makes another, swapped in whole; one with a mistake is refused aloud and the last good one stays.
/// </summary>
public sealed partial class SnapshotSource : IDisposable
{
    // Editors write a file in several steps; what counts is the state after the last of them.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);

    private readonly SettingsFiles _files;
    private readonly SnapshotCompiler _compiler;
    private readonly Func<string, string?> _environment;
    private readonly ILogger<SnapshotSource> _log;
    private readonly PhysicalFileProvider _watcher;
    private readonly IDisposable _watch;
    private readonly ITimer _settled;
    private readonly Lock _reloading = new();
    private volatile GatewaySnapshot _current;

    /// <exception cref="InvalidDataException">The settings are wrong; the message lists every mistake.</exception>
    public SnapshotSource(
        SettingsFiles files, SnapshotCompiler compiler, Func<string, string?> environment, TimeProvider time, ILogger<SnapshotSource> log)
    {
        _files = files;
        _compiler = compiler;
        _environment = environment;
        _log = log;
        _current = Compile();
        _settled = time.CreateTimer(_ => Reload(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _watcher = new PhysicalFileProvider(files.DataDirectory);
        _watch = ChangeToken.OnChange(
            () => _watcher.Watch(SettingsFiles.FileName),
            () => _settled.Change(Settling, Timeout.InfiniteTimeSpan));
    }

    public GatewaySnapshot Current => _current;

    /// <summary>Reads the settings anew. Whether they were good.</summary>
    public bool Reload()
    {
        lock (_reloading)
        {
            try
            {
                _current = Compile();
                LogReloaded(_log, _current.Providers.Count);
                return true;
            }
            catch (InvalidDataException e)
            {
                LogKept(_log, e.Message);
                return false;
            }
            catch (Exception e)
            {
                // This runs on a timer's thread, where an exception would end the process.
                LogFault(_log, e.GetType().Name);
                return false;
            }
        }
    }

    public void Dispose()
    {
        _watch.Dispose();
        _watcher.Dispose();
        _settled.Dispose();
    }

    private GatewaySnapshot Compile()
    {
        var result = _compiler.Compile(_files.Read(), _environment);
        return result.Snapshot
            ?? throw new InvalidDataException(string.Join(Environment.NewLine, result.Mistakes.Prepend("The settings have mistakes:")));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Settings reloaded; providers configured: {Providers}")]
    private static partial void LogReloaded(ILogger logger, int providers);

    [LoggerMessage(Level = LogLevel.Error, Message = "New settings refused, the last good ones stay in force. {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "New settings met a program error ({Fault}), the last good ones stay in force.")]
    private static partial void LogFault(ILogger logger, string fault);
}
