using System.Globalization;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Providers.OpenAI;
using Dragoman.Routing;

namespace Dragoman.Tests.Pipeline;

public sealed class EmbeddingClientTests : IDisposable
{
    private const string OneVector = """{"data":[{"index":0,"embedding":[3,4]}]}""";

    private readonly OfferRig _rig = new();

    [Theory]
    [InlineData("openai", 600, 3)]
    [InlineData("cohere", 200, 3)]
    [InlineData("mistral", 70, 3)]
    public async Task Embed_MoreTextsThanTheVendorTakes_AreSplitAndComeBackInOrder(string vendor, int count, int requests)
    {
        _rig.Answers(vendor, text => [int.Parse(text, CultureInfo.InvariantCulture), 1]);
        var texts = Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToList();
        var (vectors, error) = await _rig.EmbedAsync(vendor, texts);
        error.ShouldBeNull();
        vectors!.Count.ShouldBe(count);
        for (var i = 0; i < count; i++)
        {
            vectors[i][1].ShouldBe(1 / MathF.Sqrt(((float)i * i) + 1), 1e-6);
            vectors[i].Sum(number => number * number).ShouldBe(1, 1e-5);
        }

        _rig.Bodies.Count.ShouldBe(requests);
    }

    [Fact]
    public async Task Embed_LongTexts_AreSplitByTheirLength()
    {
        _rig.Answers("mistral", _ => [1]);
        await _rig.EmbedAsync("mistral", [new string('a', 40_000), new string('b', 20_000), new string('c', 10_000), "d"]);
        _rig.Bodies.Select(body => body.GetProperty("input").GetArrayLength()).ShouldBe([1, 2, 1]);
    }

    [Fact]
    public async Task Embed_NoTexts_AsksNobody()
    {
        (await _rig.EmbedAsync("openai", [])).Vectors.ShouldBeEmpty();
        _rig.Upstream.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Embed_Usage_IsSummedAndEstimatedWhereTheUpstreamCountsNothing()
    {
        _rig.Answers("cohere", _ => [1]);
        var counted = await _rig.EmbedAsync("cohere", [.. Enumerable.Repeat("some words", 100)]);
        counted.Usage.ShouldBe(new Usage { InputTokens = 100 });

        _rig.Upstream.On("google", 200, """{"embeddings":[{"values":[1]}]}""");
        var reckoned = await _rig.EmbedAsync("google", ["12345678"]);
        reckoned.Usage.ShouldBe(new Usage { InputTokens = 2, IsEstimate = true });
    }

    [Theory]
    [InlineData("""{"data":[]}""", "0 vectors for 2 texts")]
    [InlineData("""{"data":[{"embedding":[1]}]}""", "1 vectors for 2 texts")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":[1]},{"embedding":[1]}]}""", "3 vectors for 2 texts")]
    [InlineData("""{"data":[{"embedding":[1,2]},{"embedding":[1]}]}""", "2 and of 1 dimensions")]
    [InlineData("""{"data":[{"embedding":[1,2]},{"embedding":[0,0]}]}""", "no direction")]
    [InlineData("""{"data":[{"embedding":[]},{"embedding":[]}]}""", "no direction")]
    [InlineData("""{"data":[{"embedding":[1e999]},{"embedding":[1]}]}""", "no direction")]
    [InlineData("""{"data":"none"}""", "is not its API's answer")]
    [InlineData("<html>", "is not its API's answer")]
    public async Task Embed_AnAnswerThatCannotBe_IsRefusedAndNotAskedForAgain(string answer, string fault)
    {
        _rig.Upstream.On("openai", 200, answer);
        var (vectors, error) = await _rig.EmbedAsync("openai", ["a", "b"]);
        vectors.ShouldBeNull();
        error!.Kind.ShouldBe(ErrorKind.UpstreamInvalidResponse);
        error.Provider.ShouldBe("openai");
        error.Message.ShouldContain(fault);
        _rig.Upstream.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Embed_OtherDimensionsInALaterBatch_AreRefused()
    {
        _rig.Answers("cohere", text => text == "odd" ? [1, 2, 3] : [1, 2]);
        (await _rig.EmbedAsync("cohere", [.. Enumerable.Repeat("even", 96), "odd"])).Error!.Message.ShouldContain("2 and of 3 dimensions");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Embed_AFailureThatMayGoAway_IsTriedAgain(int status)
    {
        _rig.Upstream.On("openai", status, "{}").On("openai", status, "{}").On("openai", 200, OneVector);
        var (vectors, error) = await _rig.UntilAsync(_rig.EmbedAsync("openai", ["a"], EmbeddingPurpose.Query));
        error.ShouldBeNull();
        vectors![0].ShouldBe([0.6f, 0.8f]);
        _rig.Upstream.Asked.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Embed_NoConnection_IsTriedAgain()
    {
        _rig.Upstream.On("openai", new HttpRequestException(HttpRequestError.ConnectionError)).On("openai", 200, OneVector);
        (await _rig.UntilAsync(_rig.EmbedAsync("openai", ["a"]))).Error.ShouldBeNull();
    }

    [Theory]
    [InlineData(EmbeddingPurpose.Query, 3)]
    [InlineData(EmbeddingPurpose.Document, 6)]
    public async Task Embed_AFailureThatStays_IsToldAfterAFewTries(EmbeddingPurpose purpose, int tries)
    {
        _rig.Upstream.On("openai", 503, """{"error":{"message":"busy"}}""");
        var (_, error) = await _rig.UntilAsync(_rig.EmbedAsync("openai", ["a"], purpose));
        error!.Kind.ShouldBe(ErrorKind.UpstreamOverloaded);
        _rig.Upstream.Asked.Count.ShouldBe(tries);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(404)]
    [InlineData(413)]
    public async Task Embed_AFailureThatStaysWhatItIs_IsToldAtOnceWithoutTheCredential(int status)
    {
        _rig.Upstream.On("openai", status, $$$"""{"error":{"message":"no: {{{OfferRig.Canary}}}"}}""");
        var (_, error) = await _rig.EmbedAsync("openai", ["a"]);
        error!.Provider.ShouldBe("openai");
        error.Message.ShouldNotContain("canary");
        _rig.Upstream.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Embed_TheUpstreamAsksForAWait_GetsIt()
    {
        Busy("7");
        _rig.Upstream.On("openai", 200, OneVector);
        var call = _rig.EmbedAsync("openai", ["a"]);
        _rig.Time.Advance(TimeSpan.FromSeconds(6.9));
        _rig.Upstream.Asked.Count.ShouldBe(1);
        _rig.Time.Advance(TimeSpan.FromSeconds(0.2));
        (await call).Error.ShouldBeNull();
    }

    [Theory]
    [InlineData(EmbeddingPurpose.Query, "11")]
    [InlineData(EmbeddingPurpose.Document, "601")]
    public async Task Embed_TheUpstreamAsksForTooLongAWait_IsToldAtOnce(EmbeddingPurpose purpose, string wait)
    {
        _rig.Settings = OfferRig.Compile("");
        Busy(wait);
        var call = _rig.EmbedAsync("openai", ["a"], purpose);
        call.IsCompleted.ShouldBeTrue();
        (await call).Error!.RetryAfter.ShouldBe(TimeSpan.FromSeconds(int.Parse(wait, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Embed_NoAnswer_EndsWithTheTotalTime()
    {
        _rig.Settings = OfferRig.Compile(""", "Upstream": { "TotalTimeoutSeconds": 30 }""");
        _rig.Upstream.Silent("openai");
        var call = _rig.EmbedAsync("openai", ["a"]);
        _rig.Time.Advance(TimeSpan.FromSeconds(29.9));
        call.IsCompleted.ShouldBeFalse();
        _rig.Time.Advance(TimeSpan.FromSeconds(0.2));
        (await call).Error!.Kind.ShouldBe(ErrorKind.UpstreamTimeout);
        _rig.Upstream.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Embed_CallerGoesAwayDuringAPause_IsCanceled()
    {
        using var gone = new CancellationTokenSource();
        Busy("5");
        var call = _rig.EmbedAsync("openai", ["a"], cancellationToken: gone.Token);
        call.IsCompleted.ShouldBeFalse();
        await gone.CancelAsync();
        (await call).Error!.Kind.ShouldBe(ErrorKind.Canceled);
    }

    [Theory]
    [InlineData("fireworks", "FIREWORKS_API_KEY")]
    [InlineData("groq", "Groq has no model that makes embeddings")]
    [InlineData("nobody", "no provider named nobody")]
    [InlineData("starter", "Starter:Enabled")]
    public async Task Embed_AnEmbedderThatIsNoLongerThere_SaysWhatToSet(string provider, string remedy)
    {
        var (_, error) = await _rig.EmbedAsync(provider, ["a"]);
        error!.Kind.ShouldBe(ErrorKind.ModelNotConfigured);
        error.Message.ShouldContain(remedy);
    }

    [Fact]
    public async Task Embed_ByTheStarter_AsksItsEmbedderAndLetsOthersGoFirst()
    {
        using var rig = new OfferRig(new Engine());
        rig.Answers("starter", _ => [1]);
        (await rig.EmbedAsync("starter", ["a"])).Error.ShouldBeNull();
        (await rig.EmbedAsync("starter", ["a"], EmbeddingPurpose.Query)).Error.ShouldBeNull();
        rig.Upstream.Asked.ShouldBe(["starter/v1/embeddings", "starter/v1/embeddings"]);
        rig.Bodies[0].GetProperty("model").GetString().ShouldBe("m");
        rig.Upstream.Requests.Select(request => request.Headers.Contains("x-dragoman-priority")).ShouldBe([true, false]);
        rig.Upstream.Requests[0].Headers.Authorization!.Parameter.ShouldBe("engine-key");
    }

    [Theory]
    [InlineData(EmbeddingPurpose.Query, 15)]
    [InlineData(EmbeddingPurpose.Document, 40)]
    public async Task Embed_TheStarterIsBusy_IsWaitedFor(EmbeddingPurpose purpose, int refusals)
    {
        using var rig = new OfferRig(new Engine());
        for (var i = 0; i < refusals; i++)
        {
            rig.Upstream.On("starter", i % 2 == 0 ? 429 : 503, "{}");
        }

        rig.Upstream.On("starter", 200, OneVector);
        (await rig.UntilAsync(rig.EmbedAsync("starter", ["a"], purpose))).Error.ShouldBeNull();
    }

    [Fact]
    public async Task Embed_TheStarterIsBeingFetched_IsWaitedForByDocumentsAlone()
    {
        using var rig = new OfferRig(new Engine(refusals: 3));
        rig.Upstream.On("starter", 200, OneVector);
        (await rig.EmbedAsync("starter", ["a"], EmbeddingPurpose.Query)).Error!.Kind.ShouldBe(ErrorKind.StarterUnavailable);
        (await rig.UntilAsync(rig.EmbedAsync("starter", ["a"]))).Error.ShouldBeNull();
    }

    public void Dispose() => _rig.Dispose();

    private void Busy(string retryAfter) =>
        _rig.Upstream.On("openai", 429, "{}", response => response.Headers.TryAddWithoutValidation("Retry-After", retryAfter));

    /// <summary>An engine at <c>http://starter/</c> that is not to be had at first.</summary>
    private sealed class Engine(int refusals = 0) : IEmbeddingEngine
    {
        private int _refusals = refusals;

        public ValueTask<LocalEngineAddress> EnsureRunningAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_refusals-- > 0
            ? new LocalEngineAddress(null, new GatewayError(ErrorKind.StarterUnavailable, "Being fetched.") { RetryAfter = TimeSpan.FromSeconds(5) })
            : new LocalEngineAddress(
                new OpenAIProvider().Locate(Vendors.Find(Vendors.Starter)!, Vendors.Starter, new Uri("http://starter/v1"), "chat", "engine-key"), null));
    }
}
