using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dragoman.Providers;
using Dragoman.Routing;
using Dragoman.Server.Tests.Starter;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>The embedder's engine as the gateway's child.</summary>
public sealed partial class EmbedderSupervisionTests
{
    // With a provider the language model's engine is not started.
    private static readonly Dictionary<string, string> Provider = new() { ["OPENAI_API_KEY"] = "sk-any", ["DRAGOMAN_CACHE"] = StarterParts.Cache };

    [Fact]
    public async Task Engine_Killed_IsStartedAgainAndTheNextCallAnswered()
    {
        StarterParts.Require();
        await using var gateway = await RunningGateway.StartAsync(Provider);
        EnginePid(gateway).ShouldBeNull(); // Nobody has asked for vectors yet.
        var engine = gateway.Services.GetRequiredService<IEmbeddingEngine>();
        (await EmbedAsync(await TargetAsync(engine))).ShouldContain("\"all-minilm-l6-v2\"");
        var first = EnginePid(gateway).ShouldNotBeNull();

        using (var process = Process.GetProcessById(first))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        // The gateway learns of the death a moment later; until then the dead address is told.
        await UntilAsync(() => EnginePid(gateway) != first);
        (await EmbedAsync(await TargetAsync(engine))).ShouldContain("\"all-minilm-l6-v2\"");
    }

    [Fact]
    public async Task Gateway_Ends_TheEngineEndsToo()
    {
        StarterParts.Require();
        int pid;
        await using (var gateway = await RunningGateway.StartAsync(Provider))
        {
            await TargetAsync(gateway.Services.GetRequiredService<IEmbeddingEngine>());
            pid = EnginePid(gateway).ShouldNotBeNull();
        }

        await UntilAsync(() => !GatewayProcess.IsAlive(pid));
    }

    [Fact]
    public async Task Parts_NotThereAndNotToBeFetched_CallerIsToldPlainly()
    {
        var cache = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        await using var gateway = await RunningGateway.StartAsync(
            new(Provider) { ["DRAGOMAN_CACHE"] = cache }, """{ "Starter": { "Fetch": false } }""");

        var address = await gateway.Services.GetRequiredService<IEmbeddingEngine>().EnsureRunningAsync(CancellationToken.None);

        var error = address.Error.ShouldNotBeNull();
        error.Message.ShouldContain("the starter's embedder is not available");
        error.Message.ShouldContain("dragoman starter fetch");
        Directory.Delete(cache, recursive: true);
    }

    /// <summary>The engine that the gateway started last.</summary>
    private static int? EnginePid(RunningGateway gateway) =>
        RunsLine().Matches(gateway.Log).LastOrDefault() is { } line ? int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    private static async Task<UpstreamTarget> TargetAsync(IEmbeddingEngine engine) =>
        (await engine.EnsureRunningAsync(CancellationToken.None)).Target.ShouldNotBeNull();

    private static async Task<string> EmbedAsync(UpstreamTarget target)
    {
        using var client = new HttpClient();
        foreach (var (name, value) in target.Headers)
        {
            client.DefaultRequestHeaders.Add(name, value);
        }

        using var response = await client.PostAsync(
            new Uri(target.PlainUri, "../embeddings"), new StringContent("""{"input":"a"}""", Encoding.UTF8, "application/json"));
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
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

    [GeneratedRegex(@"The starter's embedder runs \(process (\d+)")]
    private static partial Regex RunsLine();
}
