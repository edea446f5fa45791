using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Dragoman.Model;
using Dragoman.Pipeline;

namespace Dragoman.Tests.Dialects;

/// <summary>
/// What every endpoint that streams owes its callers: each step as it comes, an upstream that waits for a slow client and ends with one that leaves, and no
/// whole end for what broke. On real Kestrel, with a fake gateway.
/// </summary>
public abstract class StreamConformance
{
    /// <summary>The path of the endpoint under test.</summary>
    protected abstract string Path { get; }

    /// <summary>A body that asks <paramref name="text"/>, and for a stream.</summary>
    protected abstract string Body(string text);

    /// <summary>The message of an error that was told before any stream.</summary>
    protected abstract string MessageOf(JsonElement error);

    internal abstract Task<DialectServer> StartAsync();

    [Fact]
    public async Task Answer_ReadToItsEnd_HoldsTheTextAndIsDisposedOf()
    {
        await using var server = await StartAsync();
        var stream = FakeChatStream.Of(FakeChatGateway.Text("streamed words").ToSteps());
        server.Gateway.Stream = (_, _) => new(new ChatStreamResult(stream, null));

        using var response = await server.PostAsync(Body("x"));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.CacheControl!.NoCache.ShouldBeTrue();
        (await response.Content.ReadAsStringAsync()).ShouldContain("streamed words");
        await stream.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Answer_OfManySteps_EachIsSentBeforeTheNextIsThere()
    {
        await using var server = await StartAsync();
        var seen = new SemaphoreSlim(0);
        server.Gateway.Stream = (_, _) => new(new ChatStreamResult(new FakeChatStream(_ => Steps()), null));

        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(Body("x"), Encoding.UTF8, "application/json") };
        using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var i = 0; i < 5; i++)
        {
            string? line;
            do
            {
                line = await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10));
            }
            while (line?.Contains($"step {i}", StringComparison.Ordinal) == false);

            line.ShouldNotBeNull();
            seen.Release();
        }

        async IAsyncEnumerable<ChatEvent> Steps()
        {
            for (var i = 0; i < 5; i++)
            {
                yield return ChatEvent.OfText($"step {i}");
                await seen.WaitAsync();
            }

            yield return ChatEvent.Finished(FinishReason.Stop);
        }
    }

    [Fact]
    public async Task Answer_ClientLeaves_IsDisposedOf()
    {
        await using var server = await StartAsync();
        var stream = FakeChatStream.Endless(ChatEvent.OfText("x"));
        server.Gateway.Stream = (_, _) => new(new ChatStreamResult(stream, null));

        using (var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(Body("x"), Encoding.UTF8, "application/json") })
        using (var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            stream.Disposed.Task.IsCompleted.ShouldBeFalse();
        }

        await stream.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await server.Gateway.Handled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Answer_ClientReadsSlowly_HoldsTheUpstreamBack()
    {
        await using var server = await StartAsync();
        const int Most = 100_000; // A thousand bytes each.
        var made = 0;
        var stream = new FakeChatStream(Steps);
        server.Gateway.Stream = (_, _) => new(new ChatStreamResult(stream, null));

        using (var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(Body("x"), Encoding.UTF8, "application/json") })
        using (await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            int before;
            do
            {
                before = Volatile.Read(ref made);
                await Task.Delay(200);
            }
            while (Volatile.Read(ref made) != before);

            made.ShouldBeInRange(1, Most - 1);
        }

        await stream.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(10));

        async IAsyncEnumerable<ChatEvent> Steps([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var text = new string('x', 1000);
            while (Volatile.Read(ref made) < Most)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Interlocked.Increment(ref made);
                yield return ChatEvent.OfText(text);
            }

            await Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Answer_ThatNeverBegan_IsAnErrorInTheShape()
    {
        await using var server = await StartAsync();
        server.Gateway.Stream = (_, _) => new(new ChatStreamResult(null, new GatewayError(ErrorKind.UpstreamOverloaded, "Too much to do.")));

        using var response = await server.PostAsync(Body("x"));

        response.IsSuccessStatusCode.ShouldBeFalse();
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        using var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        MessageOf(error.RootElement).ShouldBe("Too much to do.");
    }

    [Fact]
    public async Task Answer_ThatBreaks_SaysSoAndDoesNotEndWhole()
    {
        await using var server = await StartAsync();
        var stream = FakeChatStream.Of(ChatEvent.OfText("half"), ChatEvent.Failed(new GatewayError(ErrorKind.UpstreamStreamBroken, "It broke.")));
        server.Gateway.Stream = (_, _) => new(new ChatStreamResult(stream, null));

        using var response = await server.PostAsync(Body("x"));

        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain("half");
        text.ShouldContain("It broke.");
        text.ShouldNotContain("[DONE]");
        await stream.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
