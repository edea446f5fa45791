using System.CommandLine;
using System.Net.Sockets;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Commands;

/// <summary><c>dragoman serve</c>: the gateway itself.</summary>
internal static class ServeCommand
{
    private static readonly Option<string> Urls = new("--urls")
    {
        Description = "Addresses to listen on, separated by semicolons.",
        DefaultValueFactory = _ => "http://127.0.0.1:8080",
    };

    private static readonly Option<DirectoryInfo> Data = new("--data")
    {
        Description = "The directory that holds all state.",
        DefaultValueFactory = _ => new DirectoryInfo(DataDirectory.Standard),
    };

    private static readonly Option<bool> ShowKey = new("--show-key")
    {
        Description = "Print the key of DRAGOMAN_BOOTSTRAP_KEY at start, for a machine of your own.",
    };

    public static Command Create()
    {
        var command = new Command("serve", "Start the gateway.") { Urls, Data, ShowKey };
        command.SetAction((arguments, cancellationToken) => RunAsync(
            arguments.GetValue(Urls)!, arguments.GetValue(Data)!.FullName, arguments.GetValue(ShowKey), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string urls, string dataDirectory, bool showKey, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(urls))
        {
            await Console.Error.WriteLineAsync("--urls names no address; http://127.0.0.1:8080 is one.");
            return 1;
        }

        WebApplication app;
        try
        {
            app = Gateway.Build(urls, dataDirectory, Environment.GetEnvironmentVariable);
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or InvalidOperationException
            or FormatException or ArgumentException or SocketException or SqliteException)
        {
            // The operator's own addresses, files and settings: said in one line, without a stack trace.
            await Console.Error.WriteLineAsync($"dragoman cannot start: {(e is SqliteException fault ? Database.Describe(fault) : e.Message)}");
            return 1;
        }

        await using (app)
        {
            if (DataDirectory.IsOpenToOthers(dataDirectory))
            {
                await Console.Error.WriteLineAsync($"Others on this machine may look into {dataDirectory}; its keys are safer after: chmod 700");
            }

            app.Services.GetRequiredService<Welcome>().Print(Console.Out, app.Urls, showKey);
            await app.WaitForShutdownAsync(cancellationToken);
        }

        return 0;
    }
}
