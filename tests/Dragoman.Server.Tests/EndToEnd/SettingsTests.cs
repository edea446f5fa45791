using Dragoman.Testing;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>Settings of a running gateway: a change counts at once, a mistake never.</summary>
public sealed class SettingsTests
{
    [Fact]
    public async Task SettingsFile_Changed_NextCallsFollowIt()
    {
        await using var first = await TestUpstream.StartAsync();
        await using var second = await TestUpstream.StartAsync();
        first.DefaultReply = Reply.Text("first");
        second.DefaultReply = Reply.Text("second");
        await using var gateway = await RunningGateway.StartAsync(settings: Provider(first));
        (await gateway.InvokeAsync("Hello")).Response.ShouldBe("first");

        await File.WriteAllTextAsync(Path.Combine(gateway.Data, "dragoman.json"), Provider(second));
        await UntilAsync(async () => (await gateway.InvokeAsync("Hello")).Response == "second");

        await File.WriteAllTextAsync(Path.Combine(gateway.Data, "dragoman.json"), """{ "Providers": { "openai": { "BaseUrl": "nonsense" """);
        await UntilAsync(() => Task.FromResult(gateway.Log.Contains("refused", StringComparison.Ordinal)));
        (await gateway.InvokeAsync("Hello")).Response.ShouldBe("second");

        await File.WriteAllTextAsync(
            Path.Combine(gateway.Data, "dragoman.json"), """{ "Providers": { "openai": { "BaseUrl": "nonsense" }, "opnai": { "ApiKey": "x" } } }""");
        await UntilAsync(() => Task.FromResult(gateway.Log.Contains("opnai", StringComparison.Ordinal)));
        gateway.Log.ShouldContain("Did you mean openai?");
        gateway.Log.ShouldContain("base URL of openai");
        (await gateway.InvokeAsync("Hello")).Response.ShouldBe("second");
        gateway.Log.ShouldNotContain(RunningGateway.Canary);
    }

    [Fact]
    public async Task SettingsFile_BrokenAtStart_EndsTheStartWithEveryMistake()
    {
        var thrown = await Should.ThrowAsync<InvalidDataException>(() => RunningGateway.StartAsync(
            settings: """{ "Providers": { "opnai": {} }, "Upstream": { "MaxAttempts": 0 }, "Nonsense": 1 }"""));
        thrown.Message.ShouldContain("opnai");
        thrown.Message.ShouldContain("MaxAttempts");
        thrown.Message.ShouldContain("Nonsense");
    }

    /// <summary>Without limits, for a test asks until it sees the change.</summary>
    private static string Provider(TestUpstream upstream) => $$"""
        {
          "Providers": { "openai": { "BaseUrl": "{{upstream.BaseUrl}}/v1", "ApiKey": "{{RunningGateway.Canary}}" } },
          "Dialects": { "agentai": { "Limits": { "RequestsPerMinute": "none", "RequestsPerDay": "none" } } }
        }
        """;

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(20);
        }
    }
}
