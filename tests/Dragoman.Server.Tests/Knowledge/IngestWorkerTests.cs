using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Server.Knowledge;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Tests.Knowledge;

public sealed class IngestWorkerTests
{
    [Fact]
    public async Task Projects_AreServedInTurns_TheOldestDocumentFirst()
    {
        await using var rig = new KnowledgeRig();
        var (big, small) = (await rig.CreateAsync("big"), await rig.CreateAsync("small"));
        foreach (var text in new[] { "b1", "b2", "b3", "b4" })
        {
            await rig.AddAsync(big, text, wait: TimeSpan.Zero);
        }

        await rig.AddAsync(small, "s1", wait: TimeSpan.Zero);
        var last = await rig.AddAsync(small, "s2", wait: TimeSpan.Zero);
        rig.Reader.Hold();

        await rig.StartWorkerAsync();
        while (rig.Reader.Read.Count < 2)
        {
            await Task.Yield();
        }

        rig.Reader.Read.Select(source => source.Text).ShouldBe(["b1", "s1"], ignoreOrder: true);
        (await rig.Documents.ListAsync(big.Id, default)).Count(document => document.Status == DocumentStatus.Processing).ShouldBe(1, "two at a time, of all projects");
        rig.Reader.LetGo();
        await rig.UntilAsync(small, last.Document!.Id, document => document.Status == DocumentStatus.Done);
        rig.Reader.Read.Select(source => source.Text).Take(4).ShouldBe(["b1", "s1", "b2", "s2"], ignoreOrder: true);
        foreach (var document in await rig.Documents.ListAsync(big.Id, default))
        {
            await rig.UntilAsync(big, document.Id, it => it.Status == DocumentStatus.Done);
        }
    }

    [Fact]
    public async Task Start_AfterADeath_FinishesWhatWasHalfDone()
    {
        var data = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        Project project, doomed;
        Guid half, deleting, pending;
        await using (var rig = await KnowledgeRig.StartAsync(data))
        {
            project = await rig.CreateAsync();
            doomed = await rig.CreateAsync("doomed");
            half = (await rig.AddDoneAsync(project, "half done")).Id;
            deleting = (await rig.AddDoneAsync(project, "xylophone")).Id;
            await rig.AddDoneAsync(doomed, "accordion");
            rig.Reader.Hold();
            pending = (await rig.AddAsync(project, "was pending", wait: TimeSpan.Zero)).Document!.Id;
            File.WriteAllText(Path.Combine(rig.Folder.Uploads, "half-an-upload"), "bandoneon");
        }

        using (var database = Database.Open(data))
        using (var connection = database.Connect())
        {
            // Chunks are stored, and the database was not told; a deletion had just been marked.
            connection.Execute("UPDATE documents SET status = 'Processing', chunk_count = 0 WHERE id = '" + half.ToString("D").ToUpperInvariant() + "'");
            connection.Execute("UPDATE documents SET status = 'Deleting', content_hash = NULL WHERE id = '" + deleting.ToString("D").ToUpperInvariant() + "'");
            connection.Execute("UPDATE projects SET is_deleting = 1 WHERE id = '" + doomed.Id.ToString("D").ToUpperInvariant() + "'");
        }

        await using (var rig = await KnowledgeRig.StartAsync(data))
        {
            await rig.UntilAsync(project, half, document => document.Status == DocumentStatus.Done);
            await rig.UntilAsync(project, pending, document => document.Status == DocumentStatus.Done);
            (await rig.Documents.ListChunksAsync(project.Id, DocumentFilter.None, 10, default)).Select(chunk => chunk.Text).Order().ShouldBe(["half done", "was pending"]);
            (await rig.FindAsync(project, "xylophone")).ChunkCount.ShouldBe(2);
            rig.Folder.HasProject(doomed.Id).ShouldBeFalse();
            rig.FilesWith("xylophon").Concat(rig.FilesWith("accordion")).Concat(rig.FilesWith("bandoneon")).ShouldBeEmpty();
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Stop_WhileADocumentIsRead_IsPrompt_AndTheNextStartGoesOn()
    {
        var data = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        Project project;
        Guid document;
        await using (var rig = await KnowledgeRig.StartAsync(data))
        {
            project = await rig.CreateAsync();
            rig.Reader.Hold();
            document = (await rig.AddAsync(project, "slow", wait: TimeSpan.Zero)).Document!.Id;
            await rig.UntilAsync(project, document, it => it.Status == DocumentStatus.Processing);
        }

        await using (var rig = await KnowledgeRig.StartAsync(data))
        {
            await rig.UntilAsync(project, document, it => it.Status == DocumentStatus.Done);
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Disk_GivesOut_TheDocumentWaits()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        rig.Reader.Fail = _ => throw new IOException("No space left on device");

        var document = (await rig.AddAsync(project, "text", wait: TimeSpan.Zero)).Document!;

        (await rig.UntilAsync(project, document.Id, it => it is { Status: DocumentStatus.Pending, Error: not null })).Error!.ShouldStartWith("The gateway's disk is full");
    }

    [Fact]
    public async Task Start_AfterDeathsAtOneDocument_TakesItUpThreeTimesInAll()
    {
        var data = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        Project project;
        Guid document;
        await using (var rig = new KnowledgeRig(data))
        {
            project = await rig.CreateAsync();
            document = (await rig.AddAsync(project, "deadly", wait: TimeSpan.Zero)).Document!.Id;
        }

        for (var death = 1; death <= 3; death++)
        {
            await using var rig = new KnowledgeRig(data);
            rig.Reader.Hold();
            await rig.StartWorkerAsync();
            while (rig.Reader.Read.IsEmpty)
            {
                await Task.Yield();
            }

            await rig.StopWorkerAsync();
            (await rig.Documents.FindAsync(project.Id, document, default))!.Status.ShouldBe(DocumentStatus.Pending, "a stop is no death");
            Execute(rig, "UPDATE documents SET status = 'Processing'");
        }

        await using (var rig = await KnowledgeRig.StartAsync(data))
        {
            (await rig.UntilAsync(project, document, it => it.Status == DocumentStatus.Failed)).Error!.ShouldStartWith("The gateway died while it read the document");
            await rig.AddDoneAsync(project, "another");
            rig.Reader.Read.ShouldHaveSingleItem().Text.ShouldBe("another");
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Stop_ThatAReaderTellsAsAnError_IsNoFailure()
    {
        await using var rig = new KnowledgeRig();
        var project = await rig.CreateAsync();
        var document = (await rig.AddAsync(project, "text", wait: TimeSpan.Zero)).Document!;
        var stop = new TaskCompletionSource<Task>();
        rig.Reader.Fail = _ =>
        {
            stop.SetResult(rig.StopWorkerAsync());
            return new GatewayError(ErrorKind.Canceled, "The client went away.");
        };
        await rig.StartWorkerAsync();

        await await stop.Task;

        var found = (await rig.Documents.FindAsync(project.Id, document.Id, default))!;
        (found.Status, found.Error).ShouldBe((DocumentStatus.Pending, null));
    }

    [Fact]
    public async Task Database_RefusesTheEnd_NoChunkIsLeft()
    {
        await using var rig = new KnowledgeRig();
        var project = await rig.CreateAsync();
        var document = (await rig.AddAsync(project, "xylophone", wait: TimeSpan.Zero)).Document!;
        Execute(rig, "CREATE TRIGGER refuse BEFORE UPDATE ON documents WHEN NEW.status = 'Done' BEGIN SELECT RAISE(ABORT, 'no'); END");
        await rig.StartWorkerAsync();

        await rig.UntilAsync(project, document.Id, it => it.Status == DocumentStatus.Failed);

        (await rig.Documents.ListChunksAsync(project.Id, DocumentFilter.None, 10, default)).ShouldBeEmpty();
        (await rig.FindAsync(project, "xylophone")).ChunkCount.ShouldBe(0);
    }

    [Fact]
    public async Task Disk_HasGivenOutTooOften_TheDocumentIsGivenUp()
    {
        await using var rig = new KnowledgeRig();
        var project = await rig.CreateAsync();
        var document = (await rig.AddAsync(project, "text", wait: TimeSpan.Zero)).Document!;
        Execute(rig, "UPDATE documents SET failed_tries = 19");
        rig.Reader.Fail = _ => throw new IOException("No space left on device");
        await rig.StartWorkerAsync();

        (await rig.UntilAsync(project, document.Id, it => it.Status == DocumentStatus.Failed)).Error!.ShouldStartWith("The gateway's disk is full");
    }

    [Fact]
    public async Task File_IsMissing_TheDocumentFailsAtOnce()
    {
        await using var rig = new KnowledgeRig();
        var project = await rig.CreateAsync();
        var document = (await rig.AddAsync(project, "text", wait: TimeSpan.Zero)).Document!;
        File.Delete(rig.Folder.DocumentFile(project.Id, document.Id));
        await rig.StartWorkerAsync();

        (await rig.UntilAsync(project, document.Id, it => it.Status == DocumentStatus.Failed)).Error!.ShouldStartWith("Its content is missing");
    }

    [Fact]
    public void Faults_TakeAsManyTriesAsTheyTrouble()
    {
        IngestResult.Of(new IOException()).Tries.ShouldBe(1);
        IngestResult.Of(new SqliteException("full", 13)).Tries.ShouldBe(1);
        IngestResult.Of(new SqliteException("busy", 5)).Tries.ShouldBe(IngestResult.GraveTry);
        IngestResult.Of(new DbUpdateException("locked", new SqliteException("locked", 6))).Tries.ShouldBe(IngestResult.GraveTry);
        IngestResult.Of(new InsufficientMemoryException()).Tries.ShouldBe(IngestResult.GraveTry);
        IngestResult.Of(new FileNotFoundException()).Tries.ShouldBe(IngestResult.MostTries);
        IngestResult.Of(new DirectoryNotFoundException()).Tries.ShouldBe(IngestResult.MostTries);
        IngestResult.Of(new InvalidOperationException()).Tries.ShouldBe(IngestResult.MostTries);
    }

    private static void Execute(KnowledgeRig rig, string sql)
    {
        using var connection = rig.Database.Connect();
        connection.Execute(sql);
    }
}
