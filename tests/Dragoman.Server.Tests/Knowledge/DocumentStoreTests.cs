using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Server.Storage;
using Dragoman.Tests;

namespace Dragoman.Server.Tests.Knowledge;

public sealed class DocumentStoreTests
{
    [Fact]
    public async Task Text_Added_IsDoneAndFoundWithItsPlace()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();

        var document = await rig.AddDoneAsync(project, "The fox is red.\n\nThe whale is blue.", """{"kind":"animals"}""");

        document.ChunkCount.ShouldBe(2);
        document.StartedAt.ShouldNotBeNull();
        (await rig.Documents.ListAsync(project.Id, default)).ShouldBe([document]);
        (await rig.Documents.CountChunksAsync(project.Id, default)).ShouldBe(2);
        var found = await rig.FindAsync(project, "Part > One the whale is blue.");
        found.ChunkCount.ShouldBe(2);
        var best = found.Candidates.MaxBy(candidate => candidate.Cosine)!;
        best.Cosine.ShouldBe(1, 1e-6);
        best.Chunk.ShouldBe(new Chunk
        {
            Id = best.Chunk.Id, Document = document.Id, Position = 1, Text = "The whale is blue.", Heading = "Part > One", Page = 7, MetadataJson = """{"kind":"animals"}""",
        });
        rig.Embeddings.Embedded.ShouldContain("Part > One\nThe whale is blue.");
        (await rig.Projects.FindAsync(KnowledgeRig.Owner, project.Id, default))!.Dimensions.ShouldBe(48);
    }

    [Fact]
    public async Task File_Added_IsInItsPlaceForItsOwnerAlone()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();

        var result = await rig.AddFileAsync(project, "A file.");

        result.Document!.Status.ShouldBe(DocumentStatus.Done);
        rig.Reader.Read.ShouldHaveSingleItem().Path.ShouldBe(rig.Folder.DocumentFile(project.Id, result.Document.Id));
        Directory.GetFiles(rig.Folder.Uploads).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(rig.Data, "*", SearchOption.AllDirectories).Where(DataDirectory.IsOpenToOthers).ShouldBeEmpty();
    }

    [Fact]
    public async Task Upload_NotAdded_IsGone()
    {
        await using var rig = new KnowledgeRig();

        await using (var upload = rig.Documents.CreateUpload())
        {
            upload.Content.Write("half a file"u8);
        }

        Directory.GetFiles(rig.Folder.Uploads).ShouldBeEmpty();
    }

    [Fact]
    public async Task SameContent_AddedAgain_IsOneDocument()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var (project, other) = (await rig.CreateAsync(), await rig.CreateAsync("other"));
        var first = await rig.AddDoneAsync(project, "one text", """{"v":1}""");

        var again = await rig.AddDoneAsync(project, "one text", """{"v":1}""");
        var ofOtherMetadata = await rig.AddDoneAsync(project, "one text", """{"v":2}""");
        var elsewhere = await rig.AddDoneAsync(other, "one text");
        var asFile = await rig.AddFileAsync(project, "one text");

        again.Id.ShouldBe(first.Id);
        elsewhere.Id.ShouldNotBe(first.Id);
        asFile.Document!.Id.ShouldNotBe(first.Id, "it is read in another way");
        (await rig.FindAsync(project, "one text", filter: """{"v":2}""")).Candidates.ShouldHaveSingleItem().Chunk.MetadataJson.ShouldBe("""{"v":2}""");
        ofOtherMetadata.Id.ShouldNotBe(first.Id, "or a filter would find it no more by what was said of it first");
        (await rig.FindAsync(project, "one text", filter: """{"v":1}""")).Candidates.ShouldHaveSingleItem().Chunk.MetadataJson.ShouldBe("""{"v":1}""");
        rig.Reader.Read.Count.ShouldBe(4);
    }

    [Fact]
    public async Task SameContent_AddedAtOnce_IsOneDocument()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => rig.AddAsync(project, "one text"))));

        results.ShouldAllBe(result => result.Document!.Status == DocumentStatus.Done);
        results.Select(result => result.Document!.Id).Distinct().ShouldHaveSingleItem();
        (await rig.Documents.ListAsync(project.Id, default)).ShouldHaveSingleItem();
        Directory.GetFiles(Path.GetDirectoryName(rig.Folder.DocumentFile(project.Id, Guid.Empty))!).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Add_WaitOver_GoesOnInTheBackground()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        rig.Reader.Hold();

        var pending = (await rig.AddAsync(project, "slow", wait: TimeSpan.Zero)).Document!;
        pending.Status.ShouldBeOneOf(DocumentStatus.Pending, DocumentStatus.Processing);
        (await rig.FindAsync(project, "slow")).Candidates.ShouldBeEmpty();
        rig.Reader.LetGo();

        (await rig.UntilAsync(project, pending.Id, it => it.Status == DocumentStatus.Done)).ChunkCount.ShouldBe(1);
    }

    [Fact]
    public async Task Add_CallerGoesAway_TheDocumentIsReadAllTheSame()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        rig.Reader.Hold();
        using var caller = new CancellationTokenSource();

        var adding = rig.Documents.AddAsync(
            project, KnowledgeRig.Caller, [new NewDocument { Kind = DocumentKind.Page, FileType = "url", Address = "https://example.org/" }], KnowledgeRig.Long, caller.Token);
        while (rig.Reader.Read.IsEmpty)
        {
            await Task.Yield();
        }

        caller.Cancel();
        await Should.ThrowAsync<OperationCanceledException>(async () => await adding);
        rig.Reader.LetGo();

        var document = (await rig.Documents.ListAsync(project.Id, default)).ShouldHaveSingleItem();
        await rig.UntilAsync(project, document.Id, it => it.Status == DocumentStatus.Done);
    }

    [Fact]
    public async Task Add_Many_TellsWhatBecameOfEach()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        var fault = new GatewayError(ErrorKind.UnsupportedMediaType, "It cannot be read.");
        rig.Reader.Fail = text => text.EndsWith('0') ? fault : null;
        var texts = Enumerable.Range(0, 40).Select(i => $"text {i}").Append("text 1");

        var results = await rig.Documents.AddAsync(
            project,
            KnowledgeRig.Caller,
            [.. texts.Select(text => new NewDocument { Kind = DocumentKind.Text, FileType = "text", Text = text })],
            KnowledgeRig.Long,
            default);

        results.Index().Where(result => result.Item.Document is null).Select(result => result.Index).ShouldBe([0, 10, 20, 30]);
        results[0].Error.ShouldBe(fault); // Failed while the others were stored, and is told as it was all the same.
        results[40].Document!.Id.ShouldBe(results[1].Document!.Id);
        (await rig.Documents.ListAsync(project.Id, default)).Count.ShouldBe(36);
    }

    [Fact]
    public async Task Document_FailsWithinTheWait_IsNotKept()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        rig.Reader.Fail = _ => new GatewayError(ErrorKind.InvalidRequest, "It is not a PDF.");

        var result = await rig.AddFileAsync(project, "unreadable");

        result.Document.ShouldBeNull();
        result.Error.ShouldBe(new GatewayError(ErrorKind.InvalidRequest, "It is not a PDF."));
        (await rig.Documents.ListAsync(project.Id, default)).ShouldBeEmpty();
        rig.FilesWith("unreadable").ShouldBeEmpty();
    }

    [Fact]
    public async Task Document_FailsAfterTheWait_IsKeptWithItsErrorAndReadAgainWhenAddedAgain()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        rig.Reader.Hold();
        rig.Reader.Fail = _ => new GatewayError(ErrorKind.InvalidRequest, "It is not a PDF.");
        var document = (await rig.AddAsync(project, "text", wait: TimeSpan.Zero)).Document!;
        rig.Reader.LetGo();
        (await rig.UntilAsync(project, document.Id, it => it.Status == DocumentStatus.Failed)).Error.ShouldBe("It is not a PDF.");

        rig.Reader.Fail = _ => null;
        var again = await rig.AddDoneAsync(project, "text");

        again.Id.ShouldBe(document.Id);
        again.Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("", "No text was found")]
    [InlineData("a\n\nb\n\nc\n\nd", "It has more than 3 chunks")]
    public async Task Document_WithNoOrTooManyChunks_Fails(string text, string message)
    {
        await using var rig = await KnowledgeRig.StartAsync();
        rig.Settings = Limited(3);
        var project = await rig.CreateAsync();

        (await rig.AddAsync(project, text)).Error!.Message.ShouldStartWith(message);
        (await rig.Documents.CountChunksAsync(project.Id, default)).ShouldBe(0);
    }

    [Fact]
    public async Task Document_VectorsOfAnotherLength_Fails()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        await rig.AddDoneAsync(project, "first");
        rig.Embeddings.Dimensions = 64;

        (await rig.AddAsync(project, "second")).Error!.Message.ShouldContain("64 dimensions, and the project's have 48");

        (await rig.FindAsync(project, "first")).ChunkCount.ShouldBe(1);
    }

    [Fact]
    public async Task Embedder_AwayForAWhile_TheDocumentWaitsAndIsTriedAgain()
    {
        var time = new FakeTime();
        await using var rig = await KnowledgeRig.StartAsync(time: time);
        var project = await rig.CreateAsync();
        rig.Embeddings.Error = new GatewayError(ErrorKind.UpstreamOverloaded, "The embedder is overloaded.");
        var document = (await rig.AddAsync(project, "text", wait: TimeSpan.Zero)).Document!;

        for (var tries = 1; tries <= 3; tries++)
        {
            var told = await rig.UntilAsync(project, document.Id, it => it.Status == DocumentStatus.Pending && it.Error is not null && rig.Embeddings.Embedded.Count == tries);
            told.Error.ShouldBe("The embedder is overloaded. It is tried again.");
            var pause = TimeSpan.FromSeconds(5 << (tries - 1));
            time.Advance(pause - TimeSpan.FromMilliseconds(1));
            rig.Embeddings.Embedded.Count.ShouldBe(tries);
            if (tries == 3)
            {
                rig.Embeddings.Error = null;
            }

            await AdvanceUntil(time, () => rig.Embeddings.Embedded.Count > tries);
        }

        (await rig.UntilAsync(project, document.Id, it => it.Status == DocumentStatus.Done)).Error.ShouldBeNull();
    }

    [Fact]
    public async Task Document_Deleted_LeavesNoTrace()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        var kept = await rig.AddDoneAsync(project, "ordinary words remain");
        var gone = await rig.AddDoneAsync(project, "Xylophone words.\n\nAccordion words, 手風琴.", """{"composer":"vivaldi"}""");
        var file = await rig.AddFileAsync(project, "bandoneon words");
        (await rig.FindTextsAsync(project, "xylophone")).ShouldHaveSingleItem();

        (await rig.Documents.DeleteAsync(project.Id, gone.Id, default)).ShouldBeTrue();
        (await rig.Documents.DeleteAsync(project.Id, file.Document!.Id, default)).ShouldBeTrue();

        (await rig.Documents.DeleteAsync(project.Id, gone.Id, default)).ShouldBeFalse();
        (await rig.Documents.FindAsync(project.Id, gone.Id, default)).ShouldBeNull();
        (await rig.Documents.ListAsync(project.Id, default)).ShouldBe([kept]);
        (await rig.FindTextsAsync(project, "xylophone", "accordion", "bandoneon", "手風琴")).ShouldBeEmpty();
        var found = await rig.FindAsync(project, "xylophone words", terms: ["xylophon", "words"]);
        found.Candidates.ShouldHaveSingleItem().Chunk.Document.ShouldBe(kept.Id);
        found.ChunkCount.ShouldBe(1);
        found.ChunksWithTerm.ShouldBe([0, 1]);

        // Stems are what the full text keeps.
        foreach (var word in new[] { "xylophon", "accordion", "bandoneon", "vivaldi", "手", gone.Id.ToString("D"), gone.Id.ToString("D").ToUpperInvariant() })
        {
            rig.FilesWith(word).ShouldBeEmpty(word);
        }
    }

    [Fact]
    public async Task DeleteAll_AlsoWhatIsUnderWay_NothingComesBack()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        await rig.AddDoneAsync(project, "xylophone");
        rig.Reader.Hold();
        var waiting = rig.AddAsync(project, "accordion");
        while (rig.Reader.Read.Count < 2)
        {
            await Task.Yield();
        }

        await rig.Documents.DeleteAllAsync(project.Id, default);

        (await waiting).Error!.Kind.ShouldBe(ErrorKind.NotFound);
        rig.Reader.LetGo();
        (await rig.Documents.ListAsync(project.Id, default)).ShouldBeEmpty();
        (await rig.Documents.CountChunksAsync(project.Id, default)).ShouldBe(0);
        await rig.AddDoneAsync(project, "afterwards");
        (await rig.FindAsync(project, "accordion")).ChunkCount.ShouldBe(1);
        rig.FilesWith("xylophon").Concat(rig.FilesWith("accordion")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Chunks_DeletedOneByOne_TheDocumentGoesWithTheLast()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        var document = await rig.AddDoneAsync(project, "xylophone\n\naccordion");
        await rig.AddDoneAsync(project, "other");
        var chunks = await rig.Documents.ListChunksAsync(project.Id, DocumentFilter.None, 10, default);
        chunks.Select(chunk => chunk.Text).ShouldBe(["xylophone", "accordion", "other"]);

        (await rig.Documents.DeleteChunksAsync(project.Id, [chunks[0].Id, Guid.NewGuid()], default)).ShouldBe(1);

        (await rig.Documents.FindAsync(project.Id, document.Id, default))!.ChunkCount.ShouldBe(1);
        (await rig.FindTextsAsync(project, "xylophone")).ShouldBeEmpty();
        (await rig.FindTextsAsync(project, "accordion")).ShouldHaveSingleItem();
        (await rig.Documents.DeleteChunksAsync(project.Id, [chunks[0].Id, chunks[1].Id], default)).ShouldBe(1);
        (await rig.Documents.FindAsync(project.Id, document.Id, default)).ShouldBeNull();
        (await rig.Documents.CountChunksAsync(project.Id, default)).ShouldBe(1);
        (await rig.Documents.DeleteChunksAsync(project.Id, [chunks[1].Id], default)).ShouldBe(0);
        rig.FilesWith("xylophon").Concat(rig.FilesWith("accordion")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Content_AddedAgainAfterAChunkWasDeleted_IsWholeAgain()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        await rig.AddDoneAsync(project, "xylophone\n\naccordion");
        var chunks = await rig.Documents.ListChunksAsync(project.Id, DocumentFilter.None, 10, default);
        (await rig.Documents.DeleteChunksAsync(project.Id, [chunks[0].Id], default)).ShouldBe(1);

        var again = await rig.AddDoneAsync(project, "xylophone\n\naccordion");

        again.ChunkCount.ShouldBe(2);
        (await rig.FindTextsAsync(project, "xylophone")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task ProjectOfAnother_ItsDocuments_AreNotThere()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var (project, other) = (await rig.CreateAsync(), await rig.CreateAsync("other"));
        var document = await rig.AddDoneAsync(project, "mine");

        (await rig.Documents.FindAsync(other.Id, document.Id, default)).ShouldBeNull();
        (await rig.Documents.DeleteAsync(other.Id, document.Id, default)).ShouldBeFalse();
        var chunk = (await rig.Documents.ListChunksAsync(project.Id, DocumentFilter.None, 1, default)).ShouldHaveSingleItem();
        (await rig.Documents.DeleteChunksAsync(other.Id, [chunk.Id], default)).ShouldBe(0);
        (await rig.FindAsync(other, "mine")).Candidates.ShouldBeEmpty();
        (await rig.Documents.ListChunksAsync(other.Id, DocumentFilter.None, 1, default)).ShouldBeEmpty();
    }

    private static Routing.GatewaySnapshot Limited(int chunks) => new()
    {
        Providers = System.Collections.Frozen.FrozenDictionary<string, Routing.ProviderSnapshot>.Empty,
        Upstream = new Routing.UpstreamLimits(),
        Knowledge = new Routing.KnowledgeSettings { MaxChunksPerDocument = chunks },
    };

    /// <summary>The worker may take up its timer a moment after the clock has passed.</summary>
    private static async Task AdvanceUntil(FakeTime time, Func<bool> condition)
    {
        while (!condition())
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Delay(1);
        }
    }
}
