using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Dragoman.Bench;

/// <summary>What a hundred thousand keys cost: start and memory beside a directory with one key, the two taking turns.</summary>
internal static class KeysBench
{
    public static async Task<int> RunAsync(Options options)
    {
        var count = options.Number("keys", 100_000);
        var one = await MakeAsync(options["dragoman"], extra: 0);
        var many = await MakeAsync(options["dragoman"], extra: count);
        var runs = options.Number("runs", 7);
        List<(double Milliseconds, double Megabytes)> ofOne = [], ofMany = [];
        for (var run = 0; run < runs; run++)
        {
            ofOne.Add(await StartAsync(options["dragoman"], one));
            ofMany.Add(await StartAsync(options["dragoman"], many));
        }

        var (oneStart, oneMemory) = Medians(ofOne);
        var (manyStart, manyMemory) = Medians(ofMany);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            process start to ready, medians of {runs}: {oneStart:F0} ms with one key, {manyStart:F0} ms with {count:N0} ({manyStart / oneStart:F2} times)
            RSS then: {oneMemory:F0} MB with one key, {manyMemory:F0} MB with {count:N0} ({(manyMemory - oneMemory) * 1024 * 1024 / count:F0} bytes a key)
            """));
        one.Delete(recursive: true);
        many.Delete(recursive: true);
        return 0;
    }

    /// <summary>A directory with one key made by the command, and more of its kind.</summary>
    private static async Task<DirectoryInfo> MakeAsync(string dragoman, int extra)
    {
        var data = Directory.CreateTempSubdirectory("dragoman-bench");
        using (var command = Process.Start(new ProcessStartInfo(dragoman, ["keys", "create", "--name", "first", "--data", data.FullName])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!)
        {
            await command.WaitForExitAsync();
        }

        await using var connection = new SqliteConnection($"Data Source={Path.Combine(data.FullName, "dragoman.db")};Pooling=False");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO keys (id, revision, name, mode, is_bootstrap, hash, ending, project, dialects, models, requests_per_minute, created_at)
            VALUES (@id, (SELECT max(revision) + 1 FROM keys), @name, 'live', 0, @hash, 'abcd', @project, '["agentai"]', '["gpt*","claude-sonnet-4-6"]', 60, 0)
            """;
        foreach (var name in (string[])["@id", "@name", "@hash", "@project"])
        {
            insert.Parameters.Add(new SqliteParameter(name, null));
        }

        for (var i = 0; i < extra; i++)
        {
            insert.Parameters["@id"].Value = "key_" + RandomNumberGenerator.GetHexString(16, lowercase: true);
            insert.Parameters["@name"].Value = $"program {i}";
            insert.Parameters["@hash"].Value = RandomNumberGenerator.GetBytes(32);
            insert.Parameters["@project"].Value = $"team {i % 500}";
            await insert.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
        return data;
    }

    private static async Task<(double Milliseconds, double Megabytes)> StartAsync(string dragoman, DirectoryInfo data)
    {
        using var http = new HttpClient();
        var url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using var gateway = new ServerProcess(dragoman, ["serve", "--urls", url, "--data", data.FullName], new() { ["DRAGOMAN__Starter__Enabled"] = "false" });
        await gateway.WaitAsync(http, url + "/readyz");
        return (Stopwatch.GetElapsedTime(gateway.StartedAt).TotalMilliseconds, gateway.ResidentMegabytes);
    }

    private static (double Milliseconds, double Megabytes) Medians(List<(double Milliseconds, double Megabytes)> runs) =>
        (runs.Select(run => run.Milliseconds).Order().ElementAt(runs.Count / 2), runs.Select(run => run.Megabytes).Order().ElementAt(runs.Count / 2));
}
