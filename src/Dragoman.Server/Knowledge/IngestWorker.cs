using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Server.Storage;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Knowledge;

/// <summary>
/// Reads documents in the background: the oldest of each project, the projects in turns, two documents at a time. A failure that may go away leaves a document
/// pending, to be tried again after a growing pause, a number of times. At start it finishes what a death has left half done.
/// </summary>
internal sealed partial class IngestWorker(
    Database database, KnowledgeDirectory directory, Ingestion ingestion, Erasure erasure, IngestQueue queue, TimeProvider time, ILogger<IngestWorker> log)
    : BackgroundService
{
    private const int AtOnce = 2;

    private const string Deadly = "The gateway died while it read the document, which was tried too often to be tried again; it may want more memory than there is.";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>When each project had its last turn, counted in turns.</summary>
    private readonly Dictionary<Guid, long> _turns = [];
    private readonly List<(Guid Project, Guid Document, bool IsDeleting)> _leftOver = [];
    private readonly List<Guid> _leftOverProjects = [];
    private Task _firstWake = Task.CompletedTask;
    private bool _hasWork;

    /// <summary>Looks for what was left before any call can add to it. In plain SQL: the start waits for it.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        directory.SweepUploads();
        _firstWake = queue.NextWake();
        using var connection = database.Connect();
        using (var documents = connection.Read("SELECT project, id, status = 'Deleting' FROM documents WHERE status IN ('Processing', 'Deleting')", null))
        {
            while (documents.Read())
            {
                _leftOver.Add((documents.GetGuid(0), documents.GetGuid(1), documents.GetBoolean(2)));
            }
        }

        using (var projects = connection.Read("SELECT id FROM projects WHERE is_deleting", null))
        {
            while (projects.Read())
            {
                _leftOverProjects.Add(projects.GetGuid(0));
            }
        }

        _hasWork = _leftOver.Count > 0 || connection.Scalar("SELECT 1 FROM documents WHERE status = 'Pending' LIMIT 1") is not null;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var free = new SemaphoreSlim(AtOnce);
        try
        {
            await UntilDone(ResumeAsync, stoppingToken);
            if (!_hasWork)
            {
                await _firstWake.WaitAsync(stoppingToken); // Until then EF, which takes its time to start, is not needed.
            }

            while (true)
            {
                await free.WaitAsync(stoppingToken);
                var wake = queue.NextWake();
                var (document, project, pause) = await ClaimOrReleaseAsync(free, stoppingToken);
                if (document is null)
                {
                    await WaitAsync(wake, pause, stoppingToken);
                    continue;
                }

                _ = ReadAndReleaseAsync(document, project!, free, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is under way ends, too, and is begun again at the next start.
            for (var i = 0; i < AtOnce; i++)
            {
                await free.WaitAsync(CancellationToken.None);
            }
        }
    }

    private async Task<bool> ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (var project in _leftOverProjects)
        {
            await erasure.EraseProjectAsync(project);
        }

        foreach (var documents in _leftOver.Where(it => it.IsDeleting).GroupBy(it => it.Project, it => it.Document))
        {
            await erasure.EraseDocumentsAsync(documents.Key, [.. documents]);
        }

        foreach (var (project, document, _) in _leftOver.Where(it => !it.IsDeleting))
        {
            await ingestion.UndoAsync(project, document, cancellationToken);
        }

        if (_hasWork)
        {
            await using var db = database.Context();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var left = db.Documents.Where(row => row.Status == DocumentStatus.Processing);
            await left.ExecuteUpdateAsync(row => row.SetProperty(it => it.FailedTries, it => it.FailedTries + IngestResult.GraveTry), cancellationToken);
            await left.Where(row => row.FailedTries >= IngestResult.MostTries).ExecuteUpdateAsync(
                row => row.SetProperty(it => it.Status, DocumentStatus.Failed).SetProperty(it => it.Error, Deadly), cancellationToken);
            await left.ExecuteUpdateAsync(row => row.SetProperty(it => it.Status, DocumentStatus.Pending), cancellationToken);
            await db.Documents.Where(row => row.RetryAt != null)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.RetryAt, (DateTimeOffset?)null), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            LogResumed(log, _leftOver.Count);
        }

        return true;
    }

    /// <summary>As <see cref="ClaimAsync"/>; gives the turn back where there is no document for it, or the server stops.</summary>
    private async Task<(DocumentRow? Document, Project? Project, TimeSpan? Pause)> ClaimOrReleaseAsync(SemaphoreSlim free, CancellationToken stoppingToken)
    {
        var isTaken = false;
        try
        {
            var claim = await UntilDone(ClaimAsync, stoppingToken);
            isTaken = claim.Document is not null;
            return claim;
        }
        finally
        {
            if (!isTaken)
            {
                free.Release();
            }
        }
    }

    /// <summary>The next document, marked as under way; or how long there is none, unless one is added.</summary>
    private async Task<(DocumentRow? Document, Project? Project, TimeSpan? Pause)> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var pending = db.Documents.Where(row => row.Status == DocumentStatus.Pending);
        var heads = await pending.Where(row => row.RetryAt == null || row.RetryAt <= now)
            .GroupBy(row => row.Project).Select(rows => new { Project = rows.Key, Number = rows.Min(row => row.Number) })
            .ToListAsync(cancellationToken);
        if (heads.OrderBy(head => _turns.GetValueOrDefault(head.Project)).ThenBy(head => head.Number).FirstOrDefault() is not { } next)
        {
            var retry = await pending.MinAsync(row => row.RetryAt, cancellationToken);
            return (null, null, retry - now);
        }

        _turns[next.Project] = _turns.Count == 0 ? 1 : _turns.Values.Max() + 1;
        var document = await db.Documents.SingleAsync(row => row.Number == next.Number, cancellationToken);
        var project = await db.Projects.AsNoTracking().SingleAsync(row => row.Id == next.Project, cancellationToken);
        (document.Status, document.StartedAt, document.RetryAt) = (DocumentStatus.Processing, now, null);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return (document, ProjectStore.ProjectOf(project), null);
    }

    private async Task ReadAndReleaseAsync(DocumentRow document, Project project, SemaphoreSlim free, CancellationToken stoppingToken)
    {
        await Task.Yield(); // The next may be claimed meanwhile.
        try
        {
            var startedAt = time.GetTimestamp();
            var result = await ReadAsync(document, project, stoppingToken);
            if (result.Error is null)
            {
                var took = time.GetElapsedTime(startedAt);
                LogDone(log, document.Id, document.Project, result.ChunkCount, took);
            }
            else if (document.FailedTries + result.Tries < IngestResult.MostTries)
            {
                await RetryLaterAsync(document, result.Error, result.Tries, stoppingToken);
                return;
            }
            else
            {
                LogFailed(log, document.Id, document.Project, result.Error.Kind);
                await SetAsync(document.Id, DocumentStatus.Failed, result.Error.Message, document.FailedTries, null, stoppingToken);
            }

            queue.Complete(document.Id, result.Error);
        }
        catch (OperationCanceledException)
        {
            // Deleted, which whoever deletes it sees to; or the server stops, and the next start begins it again.
            if (stoppingToken.IsCancellationRequested)
            {
                await ReturnAsync(document.Id);
            }
        }
        finally
        {
            free.Release();
        }
    }

    /// <exception cref="OperationCanceledException">It was deleted, or the server stops.</exception>
    private async Task<IngestResult> ReadAsync(DocumentRow document, Project project, CancellationToken stoppingToken)
    {
        using var run = queue.Begin(document.Id, stoppingToken);
        try
        {
            var result = await ingestion.RunAsync(document, project, run.Token);
            if (result.Error?.Kind == ErrorKind.Canceled)
            {
                run.Token.ThrowIfCancellationRequested();
            }

            return result;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFault(log, document.Id, e);
            return IngestResult.Of(e);
        }
    }

    /// <summary>What the server's end interrupts was no failed try; what its death interrupts is left as it is.</summary>
    private async Task ReturnAsync(Guid document)
    {
        try
        {
            await using var db = database.Context();
            await db.Documents.Where(row => row.Id == document && row.Status == DocumentStatus.Processing)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.Status, DocumentStatus.Pending), CancellationToken.None);
        }
        catch (Exception e)
        {
            LogTrouble(log, e);
        }
    }

    private async Task RetryLaterAsync(DocumentRow document, GatewayError error, int tries, CancellationToken cancellationToken)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(document.FailedTries, 10));
        pause = TimeSpan.FromTicks(Math.Min(Math.Max(pause.Ticks, error.RetryAfter?.Ticks ?? 0), LongestPause.Ticks));
        LogRetried(log, document.Id, document.Project, error.Kind, pause);
        await SetAsync(
            document.Id, DocumentStatus.Pending, $"{error.Message} It is tried again.", document.FailedTries + tries, time.GetUtcNow() + pause, cancellationToken);
        queue.Wake();
    }

    /// <summary>Without effect where it was deleted meanwhile.</summary>
    private Task<int> SetAsync(
        Guid document, DocumentStatus status, string error, int failedTries, DateTimeOffset? retryAt, CancellationToken cancellationToken) =>
        UntilDone(
            async token =>
            {
                await using var db = database.Context();
                return await db.Documents.Where(row => row.Id == document && row.Status == DocumentStatus.Processing).ExecuteUpdateAsync(
                    row => row.SetProperty(it => it.Status, status).SetProperty(it => it.Error, error).SetProperty(it => it.FailedTries, failedTries)
                        .SetProperty(it => it.RetryAt, retryAt),
                    token);
            },
            cancellationToken);

    private async Task WaitAsync(Task wake, TimeSpan? pause, CancellationToken cancellationToken)
    {
        try
        {
            await wake.WaitAsync(pause is { } atMost ? Max(atMost, TimeSpan.FromMilliseconds(1)) : Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // A document's pause is over.
        }

        static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
    }

    /// <summary>A database or disk that fails is waited for: the worker outlives it.</summary>
    private async Task<T> UntilDone<T>(Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await step(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogTrouble(log, e);
                await Task.Delay(FirstPause, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Document {Document} of project {Project} is done: {Chunks} chunks in {Took}")]
    private static partial void LogDone(ILogger logger, Guid document, Guid project, int chunks, TimeSpan took);

    [LoggerMessage(Level = LogLevel.Information, Message = "Document {Document} of project {Project} failed: {Kind}")]
    private static partial void LogFailed(ILogger logger, Guid document, Guid project, ErrorKind kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Document {Document} of project {Project} waits: {Kind}, tried again in {Pause}")]
    private static partial void LogRetried(ILogger logger, Guid document, Guid project, ErrorKind kind, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Information, Message = "Documents that were under way at the last end, and go on now: {Count}")]
    private static partial void LogResumed(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Document {Document} met a fault")]
    private static partial void LogFault(ILogger logger, Guid document, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The documents' database failed, and is tried again")]
    private static partial void LogTrouble(ILogger logger, Exception exception);
}
