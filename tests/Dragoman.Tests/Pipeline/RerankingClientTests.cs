using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;

namespace Dragoman.Tests.Pipeline;

public sealed class RerankingClientTests : IDisposable
{
    private readonly OfferRig _rig = new();

    [Theory]
    [InlineData("cohere", "cohere/v2/rerank")]
    [InlineData("jina", "jina/rerank")]
    public async Task Rerank_Scores_ComeInThePassagesOrderFromZeroToOne(string vendor, string asked)
    {
        _rig.Upstream.On(vendor, 200, """{"results":[{"index":2,"relevance_score":1.2},{"index":0,"relevance_score":0.5},{"index":1,"relevance_score":-0.1}]}""");
        var (scores, error) = await RerankAsync(vendor, ["a", "b", "c"]);
        error.ShouldBeNull();
        scores.ShouldBe([0.5, 0, 1]);
        _rig.Upstream.Asked.ShouldBe([asked]);
    }

    [Fact]
    public async Task Rerank_NoPassages_AsksNobody() => (await RerankAsync("cohere", [])).Scores.ShouldBeEmpty();

    [Theory]
    [InlineData("""{"results":[]}""")]
    [InlineData("""{"results":[{"index":0,"relevance_score":0.5}]}""")]
    [InlineData("""{"results":[{"index":0,"relevance_score":0.5},{"index":2,"relevance_score":0.5}]}""")]
    [InlineData("""{"results":[{"index":0,"relevance_score":0.5},{"index":-1,"relevance_score":0.5}]}""")]
    public async Task Rerank_NotEachPassageWeighed_IsNoAnswer(string body)
    {
        _rig.Upstream.On("cohere", 200, body);
        var (scores, error) = await RerankAsync("cohere", ["a", "b"]);
        scores.ShouldBeNull();
        error!.Kind.ShouldBe(ErrorKind.UpstreamInvalidResponse);
        error.Message.ShouldContain("each of 2 passages");
    }

    [Fact]
    public async Task Rerank_Busy_IsTriedAgain()
    {
        _rig.Upstream.On("cohere", 429, "{}").On("cohere", 200, """{"results":[{"index":0,"relevance_score":0.5}]}""");
        (await _rig.UntilAsync(RerankAsync("cohere", ["a"]))).Scores.ShouldBe([0.5]);
    }

    [Theory]
    [InlineData("openai", "OpenAI has no model that reranks")]
    [InlineData("nobody", "no provider named nobody")]
    public async Task Rerank_NoSuchReranker_SaysSo(string provider, string remedy)
    {
        var (_, error) = await RerankAsync(provider, ["a"]);
        error!.Kind.ShouldBe(ErrorKind.ModelNotConfigured);
        error.Message.ShouldContain(remedy);
    }

    public void Dispose() => _rig.Dispose();

    private Task<RerankResult> RerankAsync(string provider, IReadOnlyList<string> passages) =>
        _rig.Reranking.RerankAsync(_rig.Settings, new ModelReference(provider, "m"), "question", passages, default).AsTask();
}
