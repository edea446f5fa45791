using System.Globalization;
using System.Net.Http.Headers;
using Dragoman.Keys;
using Dragoman.Model;
using Dragoman.Server.Keys;
using Dragoman.Server.Storage;
using Dragoman.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>Limits as an agent.ai client meets them: who is let through, what the headers tell, what a bad key is answered.</summary>
public sealed class LimitTests
{
    private static readonly string[] Newer = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "ratelimit-reset-date"];

    private static readonly string[] Older =
    [
        "x-agentai-ratelimit-policy", "x-agentai-ratelimit-limit", "x-agentai-ratelimit-remaining", "x-agentai-ratelimit-resetat",
        "x-agentai-ratelimit-breached",
    ];

    [Fact]
    public async Task Limit_ManyClientsAtOnce_LetsExactlySoManyThrough()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        var clients = Enumerable.Range(0, 16).Select(_ => gateway.NewClient()).ToList();

        var answers = await Task.WhenAll(Enumerable.Range(0, 160).Select(i => gateway.InvokeAsync($"number {i}", client: clients[i % 16])));

        answers.Count(answer => answer.HttpStatus == 200).ShouldBe(20);
        upstream.Requests.Count.ShouldBe(20);
        foreach (var refused in answers.Where(answer => answer.HttpStatus != 200))
        {
            refused.HttpStatus.ShouldBe(429);
            refused.Status.ShouldBe(429);
            refused.Response.ShouldBeNull();
            refused.Error.ShouldStartWith("20 requests a minute are the limit of this key in the agentai API; try again in ");
            Number(refused, "retry-after").ShouldBeInRange(1, 60);
            refused.Headers["ratelimit-limit"].ShouldBe("20");
            refused.Headers["ratelimit-remaining"].ShouldBe("0");
            refused.ServedBy.ShouldBeNull();
        }

        // Each of those let through was told another number of the day's requests.
        answers.Where(answer => answer.HttpStatus == 200).Select(answer => Number(answer, "ratelimit-remaining")).Order()
            .ShouldBe(Enumerable.Range(980, 20).Select(number => (long)number));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Headers_OfTheNewerGeneration_TellTheDay()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");

        var before = DateTimeOffset.UtcNow;
        (await gateway.InvokeAsync("Hello")).Headers["ratelimit-remaining"].ShouldBe("999");
        var answer = await gateway.InvokeAsync("Hello");

        answer.Headers["ratelimit-limit"].ShouldBe("1000");
        answer.Headers["ratelimit-remaining"].ShouldBe("998");
        var resetsAt = DateTimeOffset.FromUnixTimeSeconds(Number(answer, "ratelimit-reset"));
        (resetsAt - before).ShouldBeInRange(TimeSpan.FromDays(1), TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        DateTimeOffset.ParseExact(answer.Headers["ratelimit-reset-date"], "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            .ShouldBe(resetsAt);
        answer.Headers.ShouldNotContainKey("retry-after");
        answer.Headers.Keys.Intersect(Older).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("newer", true, false)]
    [InlineData("older", false, true)]
    [InlineData("both", true, true)]
    public async Task Headers_OfTheGenerationThatTheOperatorChose(string generation, bool newer, bool older)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(
            RunningGateway.EnvironmentOf(upstream, "OPENAI"),
            $$"""{ "Dialects": { "agentai": { "RateLimitHeaders": "{{generation}}", "Limits": { "RequestsPerMinute": 1 } } } }""");

        var (served, refused) = (await gateway.InvokeAsync("Hello"), await gateway.InvokeAsync("Hello"));

        refused.HttpStatus.ShouldBe(429);
        foreach (var answer in new[] { served, refused })
        {
            answer.Headers.Keys.Intersect(Newer).Count().ShouldBe(newer ? Newer.Length : 0);
            answer.Headers.Keys.Intersect(Older).Count().ShouldBe(older ? Older.Length : 0);
        }

        if (older)
        {
            served.Headers["x-agentai-ratelimit-policy"].ShouldBe("1000 per 24 hours");
            served.Headers["x-agentai-ratelimit-remaining"].ShouldBe("999");
            served.Headers["x-agentai-ratelimit-breached"].ShouldBe("False");
            refused.Headers["x-agentai-ratelimit-policy"].ShouldBe("1 per 60 seconds");
            refused.Headers["x-agentai-ratelimit-remaining"].ShouldBe("0");
            refused.Headers["x-agentai-ratelimit-breached"].ShouldBe("True");
        }
    }

    [Fact]
    public async Task Headers_OfRequestsThatBecameNoCall_TellTheDayAndCountNothing()
    {
        await using var gateway = await RunningGateway.StartAsync();

        (await gateway.PostAsync("{")).HttpStatus.ShouldBe(400);
        var (malformed, unknown) = (await gateway.PostAsync("{}"), await gateway.PostAsync("{}", "/v1/action/nothing"));
        using var wrongMethod = await gateway.Client.GetAsync(new Uri("/v1/action/invoke_llm", UriKind.Relative));

        (malformed.HttpStatus, unknown.HttpStatus, (int)wrongMethod.StatusCode).ShouldBe((400, 404, 405));
        malformed.Headers["ratelimit-remaining"].ShouldBe("1000");
        unknown.Headers["ratelimit-remaining"].ShouldBe("1000");
        wrongMethod.Headers.GetValues("ratelimit-remaining").ShouldBe(["1000"]);
    }

    [Fact]
    public async Task Headers_KeyWithoutADay_TellTheMinute_AndWithoutAnyLimitNothing()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        using var minute = await gateway.NewClientAsync(new CallLimits { RequestsPerDay = CallLimits.None });
        using var free = await gateway.NewClientAsync(new CallLimits { RequestsPerMinute = CallLimits.None, RequestsPerDay = CallLimits.None });

        (await gateway.InvokeAsync("Hello", client: minute)).Headers["ratelimit-limit"].ShouldBe("20");
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => gateway.InvokeAsync("Hello", client: free)));

        answers.ShouldAllBe(answer => answer.HttpStatus == 200 && !answer.Headers.Keys.Intersect(Newer).Any());
    }

    [Fact]
    public async Task KeysOwnLimits_AreToldByWhatTheyCount()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        using var tokens = await gateway.NewClientAsync(new CallLimits { TokensPerMinute = 600, RequestsPerMinute = CallLimits.None, RequestsPerDay = CallLimits.None });
        using var small = await gateway.NewClientAsync(new CallLimits { TokensPerMinute = 2 });

        // 400 characters are reckoned as 100 tokens, so a call is let through while 499 or fewer are taken, by the upstream's own count.
        var (taken, before) = (0, 0);
        Answer answer;
        while ((answer = await gateway.InvokeAsync(string.Concat(Enumerable.Repeat("word", 100)), client: tokens)).HttpStatus == 200)
        {
            (before, taken) = (taken, taken + answer.Json.GetProperty("metadata").GetProperty("usage").GetProperty("total_tokens").GetInt32());
        }

        before.ShouldBeLessThanOrEqualTo(499);
        taken.ShouldBeGreaterThan(499);
        answer.HttpStatus.ShouldBe(429);
        answer.Error.ShouldStartWith("600 tokens a minute are the limit of this key; try again in ");
        answer.Headers["ratelimit-limit"].ShouldBe("600");

        var never = await gateway.InvokeAsync("How are you today, sir?", client: small);
        never.HttpStatus.ShouldBe(429);
        never.Headers.ShouldNotContainKey("retry-after");
        never.Error.ShouldContain("this call alone");
    }

    [Fact]
    public async Task CallsAtOnce_AClientHangsUp_ItsPlaceIsFreeAgain()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        using var client = await gateway.NewClientAsync(new CallLimits { ConcurrentCalls = 1, RequestsPerMinute = CallLimits.None });
        upstream.EnqueueForModel("gpt-4o", Reply.Text("too late").HeldBy(new Gate()));
        using var gone = new CancellationTokenSource();

        var running = gateway.InvokeAsync("Hello", client: client, cancellationToken: gone.Token);
        await upstream.WaitForRequestAsync();
        var refused = await gateway.InvokeAsync("Hello", client: client);
        refused.HttpStatus.ShouldBe(429);
        refused.Error.ShouldStartWith("1 call at once is the limit of this key");
        refused.Headers["retry-after"].ShouldBe("1");
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);

        // The server learns of it when the system tells.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await gateway.InvokeAsync("Hello", client: client)).HttpStatus == 429)
        {
            await Task.Delay(10, limit.Token);
        }
    }

    [Fact]
    public async Task Restart_GivesNoDayAnew()
    {
        var data = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        await using var upstream = await TestUpstream.StartAsync();
        await using (var former = await RunningGateway.StartAsync(RunningGateway.EnvironmentOf(upstream, "OPENAI"), data: data))
        {
            await former.InvokeAsync("Hello");
            (await former.InvokeAsync("Hello")).Headers["ratelimit-remaining"].ShouldBe("998");
        }

        await using (var gateway = await RunningGateway.StartAsync(RunningGateway.EnvironmentOf(upstream, "OPENAI"), data: data))
        {
            (await gateway.InvokeAsync("Hello")).Headers["ratelimit-remaining"].ShouldBe("997");
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Kill_ForgetsNoCallThatWasWritten()
    {
        var data = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        await using var upstream = await TestUpstream.StartAsync();
        await using (var former = await GatewayProcess.StartAsync(RunningGateway.EnvironmentOf(upstream, "OPENAI"), data))
        {
            await former.InvokeAsync("Hello");
            (await former.InvokeAsync("Hello")).Headers["ratelimit-remaining"].ShouldBe("998");
            using var database = Database.Open(data);
            using var connection = database.Connect();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (connection.Scalar("SELECT requests FROM day_counts WHERE dialect = 'agentai'") is not 2L)
            {
                await Task.Delay(20, limit.Token);
            }

            former.Process.Kill();
            await former.Process.WaitForExitAsync();
        }

        await using (var gateway = await GatewayProcess.StartAsync(RunningGateway.EnvironmentOf(upstream, "OPENAI"), data))
        {
            (await gateway.InvokeAsync("Hello")).Headers["ratelimit-remaining"].ShouldBe("997");
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task UpstreamsOwn429_IsNoBreachOfTheCallersLimit()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(
            RunningGateway.EnvironmentOf(upstream, "OPENAI"), """{ "Dialects": { "agentai": { "RateLimitHeaders": "both" } } }""");
        upstream.EnqueueForModel("gpt-4o", Reply.RateLimited("7"));

        var answer = await gateway.InvokeAsync("Hello");

        answer.HttpStatus.ShouldBe(429);
        answer.Headers["retry-after"].ShouldBe("7");
        answer.Headers["ratelimit-limit"].ShouldBe("1000");
        answer.Headers["ratelimit-remaining"].ShouldBe("999");
        answer.Headers["x-agentai-ratelimit-breached"].ShouldBe("False");
    }

    [Theory]
    [InlineData("401", null)]
    [InlineData("401", "dgm_live_nobody-has-this-one")]
    [InlineData("401", "revoked")]
    [InlineData("401", "dgm_live_expired-before-now")]
    [InlineData("200", null)]
    [InlineData("200", "dgm_live_nobody-has-this-one")]
    [InlineData("200", "revoked")]
    [InlineData("200", "dgm_live_expired-before-now")]
    public async Task BadKey_IsAnsweredUnderTheStatusThatTheOperatorChose(string status, string? key)
    {
        await using var gateway = await RunningGateway.StartAsync(settings: $$"""{ "Dialects": { "agentai": { "BadKeyStatus": "{{status}}" } } }""");
        var ring = gateway.Services.GetRequiredService<KeyRing>();
        var keys = gateway.Services.GetRequiredService<KeyStore>();
        var revoked = await keys.CreateAsync(new KeyDraft("revoked", KeyMode.Live), default);
        await keys.RevokeAsync(revoked.Key.Id, default);
        ring.Set(
            ring.Hash("dgm_live_expired-before-now"), new Caller("expired", "expired", KeyMode.Live) { ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(-1) });
        using var client = gateway.NewClient();
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key == "revoked" ? revoked.Secret : key);

        var answer = await gateway.InvokeAsync("Hello", client: client);

        answer.HttpStatus.ShouldBe(int.Parse(status, CultureInfo.InvariantCulture));
        answer.Status.ShouldBe(401);
        answer.Response.ShouldBeNull();
        answer.Error.ShouldContain("API key");
        answer.Headers.ContainsKey("www-authenticate").ShouldBe(status == "401");
        answer.Headers.Keys.Intersect(Newer).ShouldBeEmpty();
    }

    private static long Number(Answer answer, string header) => long.Parse(answer.Headers[header], CultureInfo.InvariantCulture);
}
