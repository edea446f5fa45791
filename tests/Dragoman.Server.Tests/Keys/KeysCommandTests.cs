using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Dragoman.Server.Storage;
using Dragoman.Server.Tests.EndToEnd;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Tests.Keys;

/// <summary><c>dragoman keys</c> as it is called, beside a running server and without one.</summary>
public sealed class KeysCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dragoman-test").FullName;

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task Commands_OneAfterTheOther_DoWhatTheySay()
    {
        var made = await RunAsync("create", "--name", "Ann's programs", "--project", "shop", "--rpm", "60", "--rpd", "none", "--models", "gpt*,claude-sonnet-4-6", "--dialects", "agentai", "--expires", "30d");
        made.ExitCode.ShouldBe(0, made.Errors);
        var key = made.Output.TrimEnd('\n');
        key.ShouldMatch("^dgm_live_[A-Za-z0-9]{40}$", "alone on standard output");
        made.Errors.ShouldContain("Ann's programs");
        made.Errors.ShouldNotContain(key);

        var listed = await RunAsync("list");
        listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        listed.Output.ShouldContain("rpm 60, rpd none");
        listed.Output.ShouldContain("…" + key[^4..]);
        var json = (await JsonAsync("list", "--json")).EnumerateArray().ShouldHaveSingleItem();
        var id = json.GetProperty("id").GetString()!;
        json.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["id", "name", "mode", "status", "ending", "project", "dialects", "models", "requests_per_minute", "requests_per_day", "tokens_per_minute",
                "concurrent_calls", "created_at", "expires_at", "revoked_at", "rotated_at", "former_secret_until"]);
        json.GetProperty("requests_per_minute").GetInt32().ShouldBe(60);
        json.GetProperty("requests_per_day").GetString().ShouldBe("none");
        json.GetProperty("tokens_per_minute").ValueKind.ShouldBe(JsonValueKind.Null);
        json.GetProperty("created_at").GetString().ShouldEndWith("Z");

        var updated = await JsonAsync("update", id, "--project", "", "--rpm", "default", "--tpm", "5000", "--models", "all", "--expires", "never", "--json");
        updated.GetProperty("project").ValueKind.ShouldBe(JsonValueKind.Null);
        updated.GetProperty("models").ValueKind.ShouldBe(JsonValueKind.Null);
        updated.GetProperty("expires_at").ValueKind.ShouldBe(JsonValueKind.Null);
        updated.GetProperty("requests_per_minute").ValueKind.ShouldBe(JsonValueKind.Null);
        updated.GetProperty("requests_per_day").GetString().ShouldBe("none");
        updated.GetProperty("tokens_per_minute").GetInt32().ShouldBe(5000);
        updated.GetProperty("dialects").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldBe("agentai");

        var rotated = await JsonAsync("rotate", id, "--overlap", "1h", "--json");
        rotated.GetProperty("key").GetString().ShouldNotBe(key);
        rotated.GetProperty("former_secret_until").ValueKind.ShouldBe(JsonValueKind.String);
        (await RunAsync("rotate", id)).Output.ShouldMatch("^dgm_live_[A-Za-z0-9]{40}\n$");
        (await RunAsync("revoke", id)).Output.ShouldContain("revoked");
        (await RunAsync("show", id)).Output.ShouldContain("status            revoked");
        (await RunAsync("list")).Output.ShouldNotContain(id);
        (await RunAsync("list", "--all", "--project", "nobody")).Output.ShouldNotContain(id);
        (await RunAsync("list", "--all", "--mode", "live")).Output.ShouldContain(id);
        (await RunAsync("rotate", id)).Errors.ShouldContain("revoked");
    }

    [Fact]
    public async Task Commands_DirectoryWithoutDatabase_SayItAndMakeNothing()
    {
        foreach (var arguments in (string[][])[["list"], ["show", "key_0"], ["update", "key_0", "--name", "x"], ["rotate", "key_0"], ["revoke", "key_0"]])
        {
            var (exitCode, output, errors) = await RunAsync(arguments);
            exitCode.ShouldBe(1);
            output.ShouldBeEmpty();
            errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("no database");
        }

        Directory.Exists(Data).ShouldBeFalse();
    }

    [Fact]
    public async Task Commands_Mistakes_AreToldInALine()
    {
        (await RunAsync("create", "--name", "first")).ExitCode.ShouldBe(0);
        foreach (var (arguments, word) in (ValueTuple<string[], string>[])
        [
            (["create"], "--name"),
            (["create", "--name", ""], "name"),
            (["create", "--name", "x", "--mode", "royal"], "royal"),
            (["create", "--name", "x", "--rpm", "0"], "--rpm"),
            (["create", "--name", "x", "--tpm", "99999999999"], "--tpm"),
            (["create", "--name", "x", "--expires", "2001-01-31"], "--expires must be in the future"),
            (["create", "--name", "x", "--expires", "soon"], "--expires"),
            (["create", "--name", "x", "--expires", "99999999d"], "--expires"),
            (["create", "--name", "x", "--dialects", "latin"], "--dialects names one that does not exist. There are: agentai"),
            (["create", "--name", "x", "--models", "a*b"], "star"),
            (["create", "--name", "x", "--budget", "5"], "--budget"),
            (["show", "key_0"], "key_0"),
            (["update", "key_0", "--name", "x"], "key_0"),
            (["update", "key_0"], "nothing to change"),
            (["rotate", "key_0"], "key_0"),
            (["rotate", "key_0", "--overlap", "31d"], "--overlap must be between 0 and 30 days"),
            (["rotate", "key_0", "--overlap", "a while"], "--overlap"),
            (["revoke", "key_0"], "key_0"),
        ])
        {
            var (exitCode, output, errors) = await RunAsync(arguments);
            var call = string.Join(' ', arguments);
            exitCode.ShouldBe(1, call);
            output.ShouldBeEmpty(call);
            errors.ShouldContain(word, customMessage: call);
            errors.ShouldNotContain("   at ", customMessage: call);
            errors.Length.ShouldBeLessThan(300, call);
        }

        (await JsonAsync("list", "--all", "--json")).GetArrayLength().ShouldBe(1);
        var file = Path.Combine(Data, "keys.secret");
        (await RunOnAsync(file, "create", "--name", "x")).Errors.ShouldBe($"The data directory {file} cannot be made: there is a file of that name.\n");
    }

    [Theory]
    [InlineData("no database", "damaged")]
    [InlineData("another program's", "another program's")]
    [InlineData("a directory", "cannot be opened")]
    [InlineData("no secret", "keys.secret is missing")]
    public async Task ServeAndCommands_DirectoryThatCannotBeUsed_EndInALine(string what, string word)
    {
        Directory.CreateDirectory(Data);
        var file = Path.Combine(Data, "dragoman.db");
        switch (what)
        {
            case "no database":
                await File.WriteAllTextAsync(file, string.Concat(Enumerable.Repeat("Dear aunt, ", 1000)));
                break;
            case "a directory":
                Directory.CreateDirectory(file);
                break;
            case "no secret":
                (await RunAsync("create", "--name", "x")).ExitCode.ShouldBe(0);
                File.Delete(Path.Combine(Data, "keys.secret"));
                break;
            default:
                using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
                {
                    connection.Open();
                    connection.Execute("CREATE TABLE users (name TEXT)");
                }

                break;
        }

        foreach (var (exitCode, output, errors) in new[]
        {
            await RunAsync("create", "--name", "x"), await GatewayProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", Data]),
        })
        {
            exitCode.ShouldBe(1);
            output.ShouldBeEmpty();
            errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain(word);
        }
    }

    [Fact]
    public async Task Serve_DirectoryThatCannotBeWritten_EndsInALine()
    {
        // Nobody may write there, not even root.
        var (exitCode, _, errors) = await GatewayProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", "/proc/dragoman"]);
        exitCode.ShouldBe(1);
        errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("/proc/dragoman");
    }

    [Fact]
    public async Task Create_EightAtOnceOnAFreshDirectory_AllWork()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => RunAsync("create", "--name", $"k{i}")));

        made.ShouldAllBe(run => run.ExitCode == 0, string.Concat(made.Select(run => run.Errors)));
        using var rig = new KeyRig(Data);
        made.Select(run => rig.Ring.Find(run.Output.Trim())?.KeyId).ShouldBeUnique();
        made.ShouldAllBe(run => rig.Opens(run.Output.Trim()));
    }

    [Fact]
    public async Task Changes_WhileTheServerRuns_AreSeenWithinASecond()
    {
        await using var gateway = await GatewayProcess.StartAsync(new() { ["DRAGOMAN__Starter__Enabled"] = "false" });

        // With no model at all a caller who is let in is told 404.
        var key = (await RunOnAsync(gateway.Data, "create", "--name", "x")).Output.Trim();
        await ShouldBecomeAsync(gateway, key, HttpStatusCode.NotFound);
        var id = (await RunOnAsync(gateway.Data, "list", "--json")).Output is var list
            ? JsonDocument.Parse(list).RootElement.EnumerateArray().Single(member => member.GetProperty("name").GetString() == "x").GetProperty("id").GetString()!
            : "";

        (await RunOnAsync(gateway.Data, "update", id, "--expires", "1d")).ExitCode.ShouldBe(0);
        var rotated = (await RunOnAsync(gateway.Data, "rotate", id)).Output.Trim();
        await ShouldBecomeAsync(gateway, rotated, HttpStatusCode.NotFound);
        await ShouldBecomeAsync(gateway, key, HttpStatusCode.Unauthorized);
        (await RunOnAsync(gateway.Data, "revoke", id)).ExitCode.ShouldBe(0);
        await ShouldBecomeAsync(gateway, rotated, HttpStatusCode.Unauthorized);
        await ShouldBecomeAsync(gateway, RunningGateway.Key, HttpStatusCode.NotFound);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Within a second of the command's return: the promise itself, hence the look at the clock.</summary>
    private static async Task ShouldBecomeAsync(GatewayProcess gateway, string key, HttpStatusCode status)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var asked = Stopwatch.GetElapsedTime(since);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/action/invoke_llm") { Content = new StringContent("""{"instructions":"Hello"}""") };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.TryAddWithoutValidation("X-API-Key", key);
            using var bare = new HttpClient { BaseAddress = gateway.Client.BaseAddress };
            using var response = await bare.SendAsync(request);
            if (response.StatusCode == status)
            {
                return;
            }

            asked.ShouldBeLessThan(TimeSpan.FromSeconds(1), $"still {response.StatusCode}");
        }
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) => RunOnAsync(Data, arguments);

    private static Task<(int ExitCode, string Output, string Errors)> RunOnAsync(string data, params string[] arguments) =>
        GatewayProcess.RunAsync(["keys", .. arguments, "--data", data]);

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(arguments);
        exitCode.ShouldBe(0, errors);
        return JsonDocument.Parse(output).RootElement;
    }
}
