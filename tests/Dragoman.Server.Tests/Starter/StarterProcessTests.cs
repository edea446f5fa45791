using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Dragoman.Server.Tests.Starter;

/// <summary>The process as such: its options, its beginning and its end.</summary>
[Collection(StarterTests.Name)]
public sealed class StarterProcessTests
{
    private const string Endless = """{"stream":true,"max_tokens":2000,"logit_bias":{"2":-100},"messages":[{"role":"user","content":"Tell me a very long story."}]}""";

    [Fact]
    public async Task Key_Set_IsAskedOfEveryCallButHealth()
    {
        await using StarterProcess starter = await StarterProcess.StartAsync(key: "right-key");

        ((int)(await starter.Http.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode).ShouldBe(200);
        ((int)(await starter.Http.GetAsync(new Uri("/v1/models", UriKind.Relative))).StatusCode).ShouldBe(401);
        ((int)(await starter.Http.GetAsync(new Uri("/elsewhere", UriKind.Relative))).StatusCode).ShouldBe(401);
        starter.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong-key");
        ((int)(await starter.Http.GetAsync(new Uri("/v1/models", UriKind.Relative))).StatusCode).ShouldBe(401);
        starter.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "right-key");
        ((int)(await starter.Http.GetAsync(new Uri("/v1/models", UriKind.Relative))).StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task Queue_Full_Answers429AndCancellationMakesRoom()
    {
        await using StarterProcess starter = await StarterProcess.StartAsync(["--slots", "1", "--queue", "1", "--model-name", "mine"]);
        starter.Ready.GetProperty("model").GetString().ShouldBe("mine");
        using var running = new CancellationTokenSource();
        using var queued = new CancellationTokenSource();
        using HttpResponseMessage first = await starter.OpenStreamAsync(Endless, running.Token);
        await starter.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() == 1);
        using HttpResponseMessage second = await starter.OpenStreamAsync(Endless, queued.Token);

        using HttpResponseMessage third = await starter.PostAsync(Endless);

        ((int)third.StatusCode).ShouldBe(429);
        third.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(10)); // Two calls ahead, one slot, and none has ended yet.
        using (var body = JsonDocument.Parse(await third.Content.ReadAsStringAsync()))
        {
            body.RootElement.GetProperty("error").GetProperty("code").GetString().ShouldBe("rate_limit_exceeded");
        }

        second.Dispose();
        await starter.WaitForHealthAsync(h => h.GetProperty("waiting").GetInt32() == 0);
        first.Dispose();
        await starter.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() == 0);
        using HttpResponseMessage fourth = await starter.PostAsync("""{"max_tokens":1,"messages":[{"role":"user","content":"Hi"}]}""");
        ((int)fourth.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task Context_Full_EndsTheAnswerWithLength()
    {
        await using StarterProcess starter = await StarterProcess.StartAsync(["--context", "64", "--slots", "1"]);

        using HttpResponseMessage response = await starter.PostAsync(
            """{"max_tokens":1000,"logit_bias":{"2":-100},"messages":[{"role":"user","content":"Tell me a story."}]}""");

        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        body.RootElement.GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("length");
        body.RootElement.GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBe(64);
    }

    [Theory]
    [InlineData("", 6)]
    [InlineData("\"max_tokens\":null,", 6)]
    [InlineData("\"max_tokens\":3,", 3)]
    [InlineData("\"max_tokens\":9,", 9)] // Who asks for more gets it.
    [InlineData("\"max_completion_tokens\":9,", 9)]
    public async Task MaxTokens_Option_LimitsAnswersWhoseCallersSetNone(string limit, int tokens)
    {
        await using StarterProcess starter = await StarterProcess.StartAsync(["--max-tokens", "6", "--slots", "1"]);

        using HttpResponseMessage response = await starter.PostAsync(
            $$"""{ {{limit}} "logit_bias":{"2":-100},"messages":[{"role":"user","content":"Tell me a story."}]}""");

        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        body.RootElement.GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("length");
        body.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(tokens);
    }

    [Fact]
    public async Task ParentPipe_StandardInputEnds_ProcessExits()
    {
        await using StarterProcess starter = await StarterProcess.StartAsync(["--parent-pipe"]);
        using HttpResponseMessage busy = await starter.OpenStreamAsync(Endless, CancellationToken.None);

        starter.CloseStandardInput();

        (await starter.WaitForExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Terminate_WhileStreaming_EndsInOrder()
    {
        await using StarterProcess starter = await StarterProcess.StartAsync();
        using HttpResponseMessage busy = await starter.OpenStreamAsync(Endless, CancellationToken.None);

        using (Process kill = Process.Start("kill", ["-TERM", $"{starter.ProcessId}"]))
        {
            await kill.WaitForExitAsync();
        }

        string stream = await busy.Content.ReadAsStringAsync();
        stream.ShouldContain("\"error\"");
        stream.ShouldNotContain("[DONE]");
        (await starter.WaitForExitAsync()).ShouldBe(0);
        (await starter.RestOfOutputAsync()).ShouldBe("");
    }

    [Theory]
    [InlineData("--model", "/nowhere/model.gguf", 1)]
    [InlineData("--native", "/nowhere", 1)]
    [InlineData("--urls", "http://192.0.2.1:1", 1)]
    [InlineData("--urls", "http://everywhere:1", 2)]
    [InlineData("--context", "4096", 1)]
    [InlineData("--slots", "none", 2)]
    [InlineData("--max-tokens", "0", 2)]
    public async Task Start_Impossible_ExitsWithAReason(string option, string value, int code)
    {
        await using StarterProcess starter = StarterProcess.Launch([option, value]);

        (await starter.WaitForExitAsync()).ShouldBe(code);
        starter.Errors.ShouldContain("dragoman-starter: ");
        (await starter.RestOfOutputAsync()).ShouldBe("");
    }

    [Fact]
    public async Task Start_DamagedModel_ExitsWithAReason()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("dragoman-starter-").FullName, "damaged.gguf");
        await File.WriteAllTextAsync(file, "GGUF but not really");
        await using StarterProcess starter = StarterProcess.Launch(["--model", file]);

        (await starter.WaitForExitAsync()).ShouldBe(1);
        starter.Errors.ShouldContain("cannot be loaded");
    }
}
