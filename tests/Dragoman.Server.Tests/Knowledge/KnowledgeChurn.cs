using System.Diagnostics;

namespace Dragoman.Server.Tests.Knowledge;

/// <summary>
/// A process that adds and deletes documents as fast as it can until it is killed. It says <c>+ TEXT</c> when a document is done, <c>? TEXT</c> before it
/// deletes one and <c>- TEXT</c> after.
/// </summary>
internal static class KnowledgeChurn
{
    public const string Argument = "churn-documents";

    public static async Task<int> RunAsync(string data)
    {
        await using var rig = await KnowledgeRig.StartAsync(data);
        var project = (await rig.Projects.ListAsync(KnowledgeRig.Owner, default)).Single();
        List<(string Name, Guid Id)> there = [];
        for (var i = 0; ; i++)
        {
            var name = $"d{Guid.NewGuid():N}";
            var result = await rig.AddFileAsync(project, TextOf(name));
            there.Add((name, result.Document!.Id));
            Say($"+ {name}");
            if (i % 3 == 2)
            {
                Say($"? {there[0].Name}");
                await rig.Documents.DeleteAsync(project.Id, there[0].Id, default);
                Say($"- {there[0].Name}");
                there.RemoveAt(0);
            }
        }
    }

    public const int Chunks = 3;

    public static Process Start(string data) => Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Dragoman.Server.Tests"), [Argument, data]) { RedirectStandardOutput = true })!;

    private static string TextOf(string name) => string.Join("\n\n", Enumerable.Range(0, Chunks).Select(i => $"{name} part{i}"));

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
