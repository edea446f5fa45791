using System.Globalization;
using System.Text.Json;

namespace Dragoman.Server.Tests.Starter;

/// <summary>The process that serves the embedder: its lanes, its neighbour, its beginning and its end.</summary>
public sealed class EmbedderProcessTests
{
    // More than can be done before the test's other calls have come.
    private static readonly object ManyTexts = new { input = Enumerable.Repeat(string.Concat(Enumerable.Repeat("word ", 510)), 1500) };

    [Fact]
    public async Task Lanes_DocumentsAreBeingStored_QuestionsAreAnsweredMeanwhile()
    {
        await using StarterProcess starter = await StarterProcess.StartAsync(["--embedder", StarterParts.Embedder]);
        using var leaving = new CancellationTokenSource();
        Task<HttpResponseMessage> storing = starter.EmbedAsync(ManyTexts, canWait: true, leaving.Token);
        await starter.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() > 0, "embedder");

        using HttpResponseMessage question = await starter.EmbedAsync(new { input = "How do I reset my password?" });

        ((int)question.StatusCode).ShouldBe(200);
        storing.IsCompleted.ShouldBeFalse();
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(storing);
        await starter.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() + h.GetProperty("waiting").GetInt32() == 0, "embedder");
    }

    [Fact]
    public async Task Queue_Full_Answers429InThatLaneAlone()
    {
        await using StarterProcess starter = await StarterProcess.StartAsync(["--embedder", StarterParts.Embedder, "--embedder-queue", "1", "--embedder-threads", "1"]);
        using var leaving = new CancellationTokenSource();
        Task<HttpResponseMessage> storing = starter.EmbedAsync(ManyTexts, canWait: true, leaving.Token);
        await starter.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() > 0, "embedder");

        using HttpResponseMessage refused = await starter.EmbedAsync(new { input = "a" }, canWait: true);
        using HttpResponseMessage question = await starter.EmbedAsync(new { input = "a" });

        ((int)refused.StatusCode).ShouldBe(429);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        using var body = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
        body.RootElement.GetProperty("error").GetProperty("code").GetString().ShouldBe("rate_limit_exceeded");
        ((int)question.StatusCode).ShouldBe(200);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(storing);
    }

    [Fact]
    public async Task Serve_BothModels_BothAnswer()
    {
        StarterParts.Require();
        await using StarterProcess starter = await StarterProcess.StartAsync(["--embedder", StarterParts.Embedder, "--model", StarterParts.Model, "--slots", "1"]);

        using HttpResponseMessage vector = await starter.EmbedAsync(new { input = "a" });
        using HttpResponseMessage answer = await starter.PostAsync("""{"max_tokens":1,"messages":[{"role":"user","content":"Hi"}]}""");
        using var models = JsonDocument.Parse(await starter.Http.GetStringAsync(new Uri("/v1/models", UriKind.Relative)));

        ((int)vector.StatusCode).ShouldBe(200);
        ((int)answer.StatusCode).ShouldBe(200);
        models.RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString())
            .ShouldBe(["tinyllama-1.1b-chat", "all-minilm-l6-v2"]);
    }

    [Fact]
    public async Task Threads_ThatStoreDocuments_GiveWayToAllOthers()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Reads /proc.");
        }

        await using StarterProcess starter = await StarterProcess.StartAsync(["--embedder", StarterParts.Embedder, "--embedder-threads", "1"]);
        using HttpResponseMessage vector = await starter.EmbedAsync(new { input = "a" });

        string[] threads = [.. Directory.EnumerateDirectories($"/proc/{starter.ProcessId}/task").Select(thread => File.ReadAllText(Path.Combine(thread, "stat")))];

        // Behind the name in parentheses, the policy of scheduling is the thirty-ninth field; 5 is SCHED_IDLE.
        threads.Where(stat => stat.Contains("(embed", StringComparison.Ordinal))
            .Select(stat => int.Parse(stat.Split(") ")[^1].Split(' ')[38], CultureInfo.InvariantCulture)).ShouldBe([0, 5], ignoreOrder: true);
    }

    [Fact]
    public async Task ParentPipe_StandardInputEndsWhileEmbedding_ProcessExits()
    {
        await using StarterProcess starter = await StarterProcess.StartAsync(["--embedder", StarterParts.Embedder, "--parent-pipe"]);
        Task<HttpResponseMessage> storing = starter.EmbedAsync(ManyTexts, canWait: true);
        await starter.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() > 0, "embedder");

        starter.CloseStandardInput();

        (await starter.WaitForExitAsync()).ShouldBe(0);
        await Should.ThrowAsync<HttpRequestException>(storing);
    }

    [Fact]
    public async Task Start_LanguageModelAsEmbedder_ExitsWithAReason()
    {
        StarterParts.Require();
        await using StarterProcess starter = StarterProcess.Launch(["--embedder", StarterParts.Model]);

        (await starter.WaitForExitAsync()).ShouldBe(1);
        starter.Errors.ShouldContain("the model given as embedder is none");
    }
}
