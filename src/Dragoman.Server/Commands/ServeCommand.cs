using System.CommandLine;

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
        DefaultValueFactory = _ => new DirectoryInfo(".dragoman"),
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
        try
        {
            await using var app = Gateway.Build(urls, dataDirectory, Environment.GetEnvironmentVariable);
            await app.StartAsync(cancellationToken);
            app.Services.GetRequiredService<Welcome>().Print(Console.Out, app.Urls, showKey);
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // The operator's own files and ports: said in one line, without a stack trace.
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}
