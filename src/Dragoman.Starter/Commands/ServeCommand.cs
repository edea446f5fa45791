using System.Runtime.InteropServices;
using System.Text.Json;
using Dragoman.Starter.Embedding;
using Dragoman.Starter.Generation;
using Dragoman.Starter.Http;
using Dragoman.Starter.Pictures;

namespace Dragoman.Starter.Commands;

/// <summary>Serves until it is told to stop: by SIGTERM or SIGINT in an orderly manner, by the end of standard input at once.</summary>
internal static partial class ServeCommand
{
    public const string KeyVariable = "DRAGOMAN_STARTER_KEY";

    public static async Task<int> RunAsync(StarterOptions options)
    {
        if (options.ParentPipe)
        {
            ExitWithParent();
        }

        var host = new EngineHost(options, TimeProvider.System);
        await using WebApplication app = StarterServer.Build(options, host, Environment.GetEnvironmentVariable(KeyVariable));
        ILoggerFactory loggers = app.Services.GetRequiredService<ILoggerFactory>();
        await StartAsync(app, options.Urls);

        using ChatModel? chat = options.Model is null ? null : await Task.Run(() => ChatModel.Load(options, loggers, TimeProvider.System));
        using Embedder? embedder = options.ServesEmbedder ? await Task.Run(() => Embedder.Load(options, loggers, TimeProvider.System)) : null;
        using PictureEngine? pictures = options.Vips is null ? null : PictureEngine.Load(options, loggers, TimeProvider.System);
        (host.Chat, host.Embedder, host.Pictures) = (chat, embedder, pictures);
        // Ends what is under way; it would otherwise hold the shutdown up.
        using CancellationTokenRegistration stop = app.Lifetime.ApplicationStopping.Register(() =>
        {
            chat?.Engine.Dispose();
            embedder?.Engine.Dispose();
        });

        string url = StarterServer.Address(app);
        string models = string.Join(", ", host.Names);
        ILogger logger = loggers.CreateLogger(typeof(ServeCommand));
        LogReady(logger, url, models);
        Console.WriteLine(JsonSerializer.Serialize(new ReadyLine("ready", url, host.Names is [var first, ..] ? first : null), WireJson.Default.ReadyLine));
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task StartAsync(WebApplication app, string urls)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new StarterException($"cannot listen on {urls}: {e.Message}", e);
        }
    }

    /// <summary>
    /// The parent holds the other end of standard input. When it goes, even by SIGKILL, the system closes that end and this process
    /// leaves: without clean-up, for the native threads would be computing while the libraries' destructors run.
    /// </summary>
    private static void ExitWithParent()
    {
        var thread = new Thread(() =>
        {
            try
            {
                using Stream input = Console.OpenStandardInput();
                Span<byte> buffer = stackalloc byte[256];
                while (input.Read(buffer) > 0)
                {
                }
            }
            catch (IOException)
            {
                // A broken pipe is an end as well.
            }

            ExitNow();
        })
        { IsBackground = true, Name = "parent" };
        thread.Start();
    }

    private static void ExitNow()
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(0);
        }

        QuickExit(0);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void QuickExit(int code);

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready at {Url}: {Models}")]
    private static partial void LogReady(ILogger logger, string url, string models);
}
