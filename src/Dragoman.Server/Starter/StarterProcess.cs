using System.Diagnostics;
using System.Text.Json;

namespace Dragoman.Server.Starter;

/// <summary>
/// One run of the engine's process. It holds its standard input open: when the server goes, by whatever death, the input ends and the engine with it.
/// </summary>
internal sealed partial class StarterProcess : IAsyncDisposable
{
    // The engine needs no secret of the server's, so it is handed none.
    private static readonly string[] InheritedVariables =
        ["PATH", "HOME", "TMPDIR", "LANG", "DOTNET_ROOT", "DOTNET_ROOT_X64", "SystemRoot", "TEMP"];

    private static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri?> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _log;

    private StarterProcess(Process process, ILogger log)
    {
        _process = process;
        _log = log;
    }

    /// <summary>The system's number of a process that has told its address.</summary>
    public int Id => _process.Id;

    /// <param name="arguments">What it serves: the program's options beside those that tie it to this process.</param>
    /// <param name="key">What callers must send it.</param>
    public static StarterProcess Start(IEnumerable<string> arguments, string key, ILoggerFactory logs)
    {
        var start = new ProcessStartInfo(EngineProgram.Executable, ["serve", "--parent-pipe", "--urls", "http://127.0.0.1:0", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var inherited = InheritedVariables.Select(name => (name, value: Environment.GetEnvironmentVariable(name))).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in inherited.Where(variable => variable.value is not null))
        {
            start.Environment[name] = value;
        }

        start.Environment["DRAGOMAN_STARTER_KEY"] = key;
        var log = logs.CreateLogger("Dragoman.Starter");
        var engine = new StarterProcess(new Process { StartInfo = start, EnableRaisingEvents = true }, log);
        engine.Run();
        return engine;
    }

    /// <summary>The engine's address once its model is loaded; <c>null</c> where it died before, or took longer than any model takes.</summary>
    public async Task<Uri?> ReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _ready.Task.WaitAsync(LongestLoad, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public async Task<bool> ExitedWithinAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(wait);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            if (!await ExitedWithinAsync(TimeSpan.FromSeconds(3), CancellationToken.None))
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It is gone already.
        }

        _process.Dispose();
    }

    private void Run()
    {
        _process.Exited += (_, _) => _ready.TrySetResult(null);
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) =>
        {
            if (!string.IsNullOrWhiteSpace(line.Data))
            {
                LogSaid(_log, line.Data);
            }
        };
        try
        {
            _process.Start();
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            LogNoExecutable(_log, e.Message);
            _ready.TrySetResult(null);
        }
    }

    /// <summary>Waits for <c>{"event":"ready","url":"http://127.0.0.1:43123","model":"…"}</c>.</summary>
    private void Read(string? line)
    {
        if (line is null || !line.StartsWith('{'))
        {
            return;
        }

        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("event", out var name) && name.ValueEquals("ready"))
            {
                _ready.TrySetResult(new Uri(json.RootElement.GetProperty("url").GetString()!));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            LogSaid(_log, line);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Line}")]
    private static partial void LogSaid(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Error, Message = "The starter engine's executable cannot be started: {Reason}")]
    private static partial void LogNoExecutable(ILogger logger, string reason);
}
