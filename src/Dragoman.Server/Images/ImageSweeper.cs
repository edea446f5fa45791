using Dragoman.Images;

namespace Dragoman.Server.Images;

/// <summary>Deletes pictures whose time is over: at start, beside it, and then each hour; a slice at a time, so that no call waits for the disk.</summary>
internal sealed partial class ImageSweeper(IImageStore store, TimeProvider time, ILogger<ImageSweeper> log) : BackgroundService
{
    private const int Slice = 200;
    private static readonly TimeSpan BetweenSlices = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenSweeps, time);
        try
        {
            do
            {
                await SweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; the next start goes on.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var deleted = 0;
        try
        {
            await foreach (var pictures in store.SweepAsync(time.GetUtcNow(), Slice, cancellationToken))
            {
                deleted += pictures;
                await Task.Delay(BetweenSlices, time, cancellationToken);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: an exception that leaves a background service ends the server.
            LogFailed(log, e.Message);
        }

        if (deleted > 0)
        {
            LogSwept(log, deleted);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Pictures deleted whose time was over: {Count}")]
    private static partial void LogSwept(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pictures whose time is over could not be deleted; the next try is in an hour. {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
