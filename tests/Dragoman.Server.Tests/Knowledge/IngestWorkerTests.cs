using Dragoman.Knowledge;
using Dragoman.Server.Storage;

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
}
