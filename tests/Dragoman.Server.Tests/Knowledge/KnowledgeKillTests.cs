using Dragoman.Knowledge;
using Dragoman.Server.Knowledge;
using Dragoman.Server.Storage;

namespace Dragoman.Server.Tests.Knowledge;

/// <summary>kill -9 at any moment: what was said to be done is found whole, what was said to be deleted is gone, and nothing is found in part.</summary>
public sealed class KnowledgeKillTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("dragoman-test").FullName;
    private readonly Random _random = new(20261122);

    [Fact]
    public async Task Documents_KilledAtRandomMoments_AreWholeOrNotThere()
    {
        Project project;
        await using (var rig = new KnowledgeRig(_data))
        {
            project = await rig.CreateAsync();
        }

        HashSet<string> done = [], gone = [];
        for (var round = 0; round < 4; round++)
        {
            using var process = KnowledgeChurn.Start(_data);
            var lines = _random.Next(5, 30);
            var said = "";
            for (var seen = 0; seen < lines; seen++)
            {
                said += (await process.StandardOutput.ReadLineAsync()).ShouldNotBeNull("it ended by itself") + "\n";
            }

            // At some moment of what comes next, not at a line's end.
            Thread.SpinWait(_random.Next(1, 500_000));
            process.Kill();
            await process.WaitForExitAsync();
            said += await process.StandardOutput.ReadToEndAsync();
            foreach (var line in said[..(said.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                _ = line[0] switch
                {
                    '+' => done.Add(line[2..]),
                    '?' => done.Remove(line[2..]),
                    _ => gone.Add(line[2..]),
                };
            }

            await using var rig = await KnowledgeRig.StartAsync(_data);
            while (rig.Unfinished())
            {
                await Task.Delay(5);
            }

            var chunks = await rig.Documents.ListChunksAsync(project.Id, DocumentFilter.None, int.MaxValue, default);
            var names = chunks.GroupBy(chunk => chunk.Text.Split(' ')[0]).ToDictionary(group => group.Key, group => group.Count());
            names.Values.ShouldAllBe(count => count == KnowledgeChurn.Chunks);
            done.ShouldBeSubsetOf(names.Keys);
            names.Keys.Intersect(gone).ShouldBeEmpty();
            var found = await rig.FindAsync(project, "anything", count: 10_000, terms: ["part1"]);
            found.Candidates.Count.ShouldBe(chunks.Count);
            found.ChunksWithTerm.ShouldBe([names.Count]);
            (await rig.Documents.CountChunksAsync(project.Id, default)).ShouldBe(chunks.Count);
            using var connection = new ChunkFile(rig.Folder.ChunkFile(project.Id)).Connect();
            connection.Scalar("PRAGMA integrity_check").ShouldBe("ok");
        }

        done.Count.ShouldBeGreaterThan(5);
        gone.Count.ShouldBeGreaterThan(3);
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);
}
