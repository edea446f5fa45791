using Dragoman.Knowledge;

namespace Dragoman.Server.Tests.Knowledge;

public sealed class ChunkIndexTests
{
    [Fact]
    public async Task Find_ByVectorAndByWord_GivesTheUnionWithExactCosines()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        var texts = Enumerable.Range(0, 200).Select(i => $"number{i} of the things that are w{i % 7} and v{i % 11}").ToArray();
        await rig.AddDoneAsync(project, string.Join("\n\n", texts));

        var found = await rig.FindAsync(project, "w3 and v5 things", count: 10, terms: ["number42", "absent"]);

        found.ChunkCount.ShouldBe(200);
        found.ChunksWithTerm.ShouldBe([1, 0]);
        var question = WordEmbeddings.VectorOf("w3 and v5 things");
        double Exact(string text) => WordEmbeddings.VectorOf("Part > One\n" + text).Zip(question, (left, right) => (double)left * right).Sum();
        found.Candidates.Where(candidate => Math.Abs(candidate.Cosine - Exact(candidate.Chunk.Text)) > 1e-5).ShouldBeEmpty();
        var worst = texts.Select(Exact).OrderDescending().ElementAt(9);
        found.Candidates.Count(candidate => candidate.Cosine >= worst - 1e-6).ShouldBeGreaterThanOrEqualTo(10);
        found.Candidates.Single(candidate => candidate.TextScore > 0).Chunk.Text.ShouldStartWith("number42 ");
        found.Candidates.Select(candidate => candidate.Chunk.Id).Distinct().Count().ShouldBe(found.Candidates.Count);
    }

    [Theory]
    [InlineData("""{"lang":"en"}""", "a b")]
    [InlineData("""{"lang":["en","de"]}""", "a b c")]
    [InlineData("""{"lang":"en","year":2024}""", "a")]
    [InlineData("""{"year":2024.0}""", "a")]
    [InlineData("""{"year":"2024"}""", "c")]
    [InlineData("""{"tags":"x"}""", "b c")]
    [InlineData("""{"tags":["y","q"]}""", "b")]
    [InlineData("""{"open":true}""", "a")]
    [InlineData("""{"open":1}""", "b")]
    [InlineData("""{"open":null}""", "c")]
    [InlineData("""{"deep":{"er":1}}""", "c")]
    [InlineData("""{"absent":"en"}""", "")]
    [InlineData("""{"lang":[]}""", "")]
    [InlineData("""{"la\"ng.$[0]":"q"}""", "d")]
    [InlineData("""{"lang":"en' OR 1=1 --"}""", "")]
    public async Task Find_Filtered_SeesTheDocumentsThatFit(string filter, string expected)
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        await rig.AddDoneAsync(project, "word a", """{"lang":"en","year":2024,"open":true}""");
        await rig.AddDoneAsync(project, "word b", """{"lang":"en","year":2025,"tags":["x","y"],"open":1}""");
        await rig.AddDoneAsync(project, "word c", """{"lang":"de","year":"2024","tags":"x","open":null,"deep":{"er":1}}""");
        await rig.AddDoneAsync(project, "word d", """{"la\"ng.$[0]":"q"}""");

        var found = await rig.FindAsync(project, "word", filter: filter);
        var listed = await rig.Documents.ListChunksAsync(project.Id, new DocumentFilter(filter), 10, default);

        string.Join(' ', found.Candidates.Select(candidate => candidate.Chunk.Text[5..]).Order()).ShouldBe(expected);
        string.Join(' ', listed.Select(chunk => chunk.Text[5..])).ShouldBe(expected);
        found.Candidates.ShouldAllBe(candidate => candidate.TextScore > 0);
    }

    [Fact]
    public async Task Find_Canceled_EndsAmidAFilter()
    {
        // Long enough that nothing but the interruption ends it within the test.
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        var many = string.Join(',', Enumerable.Repeat(1, 8000));
        for (var i = 0; i < 20; i++)
        {
            await rig.AddDoneAsync(project, $"word {i}", $$"""{"a":[{{many}}]}""");
        }

        var filter = new DocumentFilter($$"""{"a":[{{string.Join(',', Enumerable.Repeat(2, 4000))}}]}""");
        var query = new ChunkQuery(WordEmbeddings.VectorOf("word"), ["word"], 5, filter);
        foreach (var ask in new Func<CancellationToken, Task>[]
                 {
                     async token => await rig.Index.FindAsync(project.Id, query, token),
                     async token => await rig.Documents.ListChunksAsync(project.Id, filter, 10, token),
                 })
        {
            using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
            await Should.ThrowAsync<OperationCanceledException>(() => ask(leaving.Token));
            (await rig.FindAsync(project, "word")).Candidates.Count.ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public async Task Find_AsManyAsAnybodyCanAsk_GivesAll()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        await rig.AddDoneAsync(project, "one\n\ntwo\n\nthree");

        (await rig.FindAsync(project, "one", count: int.MaxValue)).Candidates.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Find_Terms_AreNeverSyntax()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        await rig.AddDoneAsync(project, "cp --no-clobber keeps \"what\" is there\n\nnothing else");

        (await rig.FindTextsAsync(project, "--no-clobber")).ShouldHaveSingleItem();
        (await rig.FindTextsAsync(project, "\"what\"")).ShouldHaveSingleItem();
        (await rig.FindTextsAsync(project, "clobber no")).ShouldBeEmpty();
        foreach (var term in new[]
                 {
                     "\"", "\"\"", "*", "clob*", "NEAR(", "NEAR(cp clobber)", "text:clobber", "{text heading}: cp", "^nothing", "cp AND keeps", "cp OR else", "NOT", "- cp",
                     "+", "(", ")", "'; DROP TABLE words; --", "\0", "cp\0keeps", "", " ", "\ud800", "%", "\\", "%s%n",
                 })
        {
            var found = await rig.FindAsync(project, "keeps", terms: [term]);
            found.ChunksWithTerm.ShouldHaveSingleItem(term);
            found.Candidates.Count(candidate => candidate.TextScore > 0).ShouldBe(term == "cp\0keeps" ? 0 : found.ChunksWithTerm[0], term);
        }

        (await rig.FindAsync(project, "keeps", terms: [.. Enumerable.Repeat("cp", 300)])).Candidates.ShouldNotBeEmpty();
        (await rig.FindAsync(project, "keeps", terms: [])).Candidates.ShouldAllBe(candidate => candidate.TextScore == 0);
    }

    [Theory]
    [InlineData("The cats were running home", "run cat")]
    [InlineData("Über die Straße fährt ein Zug", "strasse|uber|fahrt", 2)]
    [InlineData("La forêt où l'été s'achève", "foret|ete|acheve")]
    [InlineData("Поезд идёт на север", "север|ПОЕЗД")]
    [InlineData("Η θάλασσα είναι ήρεμη", "ΘΆΛΑΣΣΑ")]
    [InlineData("東京タワーは高いです。", "東京|タワー")]
    [InlineData("我们在上海的图书馆", "上海|图书馆")]
    [InlineData("서울 타워는 높다", "서울")]
    [InlineData("القطار يصل غدا", "القطار")]
    public async Task Find_TextOfManyLanguages_FindsItsWords(string text, string terms, int? expected = null)
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        await rig.AddDoneAsync(project, text + "\n\nsomething else");

        var words = terms.Split('|', ' ');
        var found = await rig.FindAsync(project, "x", terms: words);

        found.ChunksWithTerm.Sum().ShouldBe(expected ?? words.Length);
        found.Candidates.Single(candidate => candidate.TextScore > 0).Chunk.Text.ShouldBe(text);
    }

    [Fact]
    public async Task Find_MemoryOfManyProjects_IsLetGoAndLoadedAgain()
    {
        await using var rig = await KnowledgeRig.StartAsync(memoryBound: 1);
        var projects = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => rig.CreateAsync($"p{i}")));
        foreach (var project in projects)
        {
            await rig.AddDoneAsync(project, $"word of {project.Name}");
        }

        for (var round = 0; round < 2; round++)
        {
            foreach (var project in projects)
            {
                (await rig.FindAsync(project, "word")).Candidates.ShouldHaveSingleItem().Chunk.Text.ShouldBe($"word of {project.Name}");
            }
        }

        await rig.AddDoneAsync(projects[0], "another word");
        (await rig.FindAsync(projects[0], "word")).Candidates.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Find_VectorOfAnotherLength_IsRefused()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        await rig.AddDoneAsync(project, "word");

        await Should.ThrowAsync<ArgumentException>(async () => await rig.Index.FindAsync(project.Id, new ChunkQuery(new float[3], [], 5, DocumentFilter.None), default));
    }

    [Fact]
    public async Task AddsSearchesAndDeletes_AtOnce_SearchesSeeWholeDocumentsOrNothing()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var project = await rig.CreateAsync();
        const int Chunks = 5;
        using var over = new CancellationTokenSource();

        var searches = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            var seen = 0;
            while (!over.IsCancellationRequested)
            {
                var found = await rig.FindAsync(project, "common word", count: 1000, terms: ["common"]);
                found.Candidates.GroupBy(candidate => candidate.Chunk.Document).ShouldAllBe(document => document.Count() == Chunks);
                found.Candidates.ShouldAllBe(candidate => candidate.TextScore > 0);
                seen += found.Candidates.Count;
            }

            return seen;
        })).ToArray();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            List<Guid> mine = [];
            for (var i = 0; i < 8; i++)
            {
                var text = string.Join("\n\n", Enumerable.Range(0, Chunks).Select(chunk => $"common word w{writer}i{i}c{chunk}"));
                mine.Add((await rig.AddDoneAsync(project, text)).Id);
                if (i % 2 == 1)
                {
                    (await rig.Documents.DeleteAsync(project.Id, mine[0], default)).ShouldBeTrue();
                    mine.RemoveAt(0);
                }
            }

            return mine;
        })).ToArray();
        var left = (await Task.WhenAll(writers)).SelectMany(ids => ids).ToHashSet();
        over.Cancel();

        (await Task.WhenAll(searches)).ShouldAllBe(seen => seen > 0);
        var last = await rig.FindAsync(project, "common word", count: 1000);
        last.Candidates.Select(candidate => candidate.Chunk.Document).Distinct().ShouldBe(left, ignoreOrder: true);
        last.ChunkCount.ShouldBe(left.Count * Chunks);
        (await rig.Documents.CountChunksAsync(project.Id, default)).ShouldBe(left.Count * Chunks);
    }
}
