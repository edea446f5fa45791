using Dragoman.Routing;
using Microsoft.Extensions.Logging;

namespace Dragoman.Configuration;

/// <summary>
/// The snapshot in force. A change of the file makes another, swapped in whole; one with a mistake is refused aloud and the last good one stays.
/// </summary>
public sealed partial class SnapshotSource : IDisposable
{
    // A look costs one system call, sees every way of replacing a file (a rename, a symbolic link turned elsewhere), and works where no notices of
    // changes are to be had.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly SettingsFiles _files;
    private readonly SnapshotCompiler _compiler;
    private readonly Func<string, string?> _environment;
    private readonly ILogger<SnapshotSource> _log;
    private readonly ITimer _looks;
    private readonly Lock _reloading = new();
    private volatile GatewaySnapshot _current;
    private FileState _compiled;
    private FileState _seen;

    /// <exception cref="InvalidDataException">The settings are wrong; the message lists every mistake.</exception>
    public SnapshotSource(
        SettingsFiles files, SnapshotCompiler compiler, Func<string, string?> environment, TimeProvider time, ILogger<SnapshotSource> log)
    {
        _files = files;
        _compiler = compiler;
        _environment = environment;
        _log = log;
        _seen = _compiled = FileState.Of(files.FilePath);
        _current = Compile();
        _looks = time.CreateTimer(_ => Look(), null, BetweenLooks, BetweenLooks);
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

    public void Dispose() => _looks.Dispose();

    /// <summary>
    /// Reloads when the file is another than the one that was compiled last, and the same at two looks running: editors write in several steps, and
    /// what counts is the state after the last of them.
    /// </summary>
    private void Look()
    {
        var now = FileState.Of(_files.FilePath);
        var isSettled = now == _seen;
        _seen = now;
        if (isSettled && now != _compiled)
        {
            _compiled = now;
            Reload();
        }
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

    private readonly record struct FileState(bool Exists, DateTime Written, long Length)
    {
        public static FileState Of(string path)
        {
            try
            {
                var file = new FileInfo(path);
                file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                return file.Exists ? new FileState(true, file.LastWriteTimeUtc, file.Length) : default;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return default; // Gone between two calls, or not to be looked at: as good as absent.
            }
        }
    }
}
