using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;

namespace Dragoman.Tests.Knowledge;

public sealed class RetrieverTests
{
    private static readonly ModelReference Reranker = new("vendor", "reranker");

    [Fact]
    public async Task Search_EmptyProject_CostsNothing()
    {
        var rig = new Rig();
        var result = await rig.SearchAsync(Query("anything"), dimensions: 0);
        result.Chunks.ShouldBeEmpty();
        rig.Embeddings.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Search_EmbedderFails_TellsItsError()
    {
        var error = new GatewayError(ErrorKind.UpstreamUnreachable, "Nobody is there.");
        var rig = new Rig(new FakeEmbeddings { Error = error });
        (await rig.SearchAsync(Query("anything"))).Error.ShouldBe(error);
    }

    [Fact]
    public async Task Search_VectorOfAnotherLength_IsRefused() =>
        (await new Rig().SearchAsync(Query("anything"), dimensions: 12)).Error!.Kind.ShouldBe(ErrorKind.UpstreamInvalidResponse);

    [Fact]
    public async Task Search_Question_AsksTheIndexForItsWords()
    {
        var rig = new Rig();
        var filter = new DocumentFilter("""{"team":"a"}""");
        var result = await rig.SearchAsync(Query("How does --fuzzy work?") with { Filter = filter });
        rig.Index.Asked!.Terms.ShouldBe(["--fuzzy", "work"]);
        rig.Index.Asked.Filter.ShouldBe(filter);
        result.Usage.InputTokens.ShouldBe(7);
    }

    [Fact]
    public async Task Search_Candidates_AreOrderedCutAndOnce()
    {
        var rig = new Rig { Index = { Terms = [1] } };
        rig.Index.Add("far", cosine: 0.1);
        rig.Index.Add("near", cosine: 0.6);
        rig.Index.Add("same", cosine: 0.5);
        rig.Index.Add("same", cosine: 0.5);
        rig.Index.Add("by word", cosine: 0.4, text: 12);
        var result = await rig.SearchAsync(Query("word") with { K = 3, MinScore = 0.3 });
        result.Chunks!.Select(found => found.Chunk.Text).ShouldBe(["by word", "near", "same"]);
        result.Chunks!.Select(found => found.Score).ShouldBe([0.4, 0.6, 0.5]);
        result.Chunks!.ShouldAllBe(found => found.Relevance > 0 && found.Relevance < 1);
        (await rig.SearchAsync(Query("word") with { MinScore = 0.95 })).Chunks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Search_WordOfEveryChunk_AddsNothing()
    {
        var rig = new Rig { Index = { Terms = [1000] } };
        rig.Index.Add("near", cosine: 0.6);
        rig.Index.Add("by word", cosine: 0.58, text: 0.000001);
        (await rig.SearchAsync(Query("word"))).Chunks![0].Chunk.Text.ShouldBe("near");
    }

    [Fact]
    public async Task Search_RerankWithoutReranker_KeepsTheFusionsFirst()
    {
        var rig = new Rig();
        rig.Index.Add("far", cosine: 0.1);
        rig.Index.Add("near", cosine: 0.6);
        (await rig.SearchAsync(Query("word") with { Rerank = true, TopN = 1 })).Chunks!.ShouldHaveSingleItem().Chunk.Text.ShouldBe("near");
    }

    [Fact]
    public async Task Search_Reranker_HasTheLastWord()
    {
        var rig = new Rig { Reranker = Reranker, Scores = text => text == "far" ? 0.9 : 0.2 };
        rig.Index.Add("far", cosine: 0.1);
        rig.Index.Add("near", cosine: 0.6);
        var best = (await rig.SearchAsync(Query("word") with { K = 2, Rerank = true, TopN = 1 })).Chunks!.ShouldHaveSingleItem();
        (best.Chunk.Text, best.Score, best.Relevance).ShouldBe(("far", 0.1, 0.9));
    }

    [Fact]
    public async Task Search_RerankerFails_TellsItsError()
    {
        var rig = new Rig { Reranker = Reranker, Scores = null };
        rig.Index.Add("near", cosine: 0.6);
        (await rig.SearchAsync(Query("word") with { Rerank = true })).Error!.Kind.ShouldBe(ErrorKind.UpstreamFailed);
    }

    private static RetrievalQuery Query(string text) => new(text, K: 5, MinScore: 0, DocumentFilter.None);

    private sealed class Rig(FakeEmbeddings? embeddings = null) : IReranking
    {
        public FakeEmbeddings Embeddings { get; } = embeddings ?? new();

        public FakeIndex Index { get; } = new();

        public ModelReference? Reranker { get; init; }

        public Func<string, double>? Scores { get; init; }

        public async Task<RetrievalResult> SearchAsync(RetrievalQuery query, int dimensions = FakeEmbeddings.Dimensions) =>
            await new Retriever(Embeddings, this, Index).SearchAsync(
                new Project
                {
                    Id = Guid.NewGuid(),
                    Owner = new Owner("key:1", IsLive: true),
                    Name = "project",
                    CollectionName = "collection",
                    DbProvider = "qdrant",
                    EmbeddingsProvider = "starter",
                    Embedder = new ModelReference("starter", "embedder"),
                    Dimensions = dimensions,
                    OcrProvider = "amazon",
                    SpeechToTextProvider = "openai",
                },
                FakeEmbeddings.Settings(Reranker),
                query,
                CancellationToken.None);

        public ValueTask<RerankResult> RerankAsync(
            GatewaySnapshot settings, ModelReference reranker, string question, IReadOnlyList<string> passages, CancellationToken cancellationToken)
        {
            reranker.ShouldBe(RetrieverTests.Reranker);
            return new(Scores is null
                ? new RerankResult(null, new GatewayError(ErrorKind.UpstreamFailed, "It broke."))
                : new RerankResult([.. passages.Select(Scores)], null));
        }
    }

    private sealed class FakeIndex : IChunkIndex
    {
        private readonly List<ChunkCandidate> _candidates = [];

        /// <summary>How many of the thousand chunks have each term.</summary>
        public List<int> Terms { get; set; } = [];

        public ChunkQuery? Asked { get; private set; }

        public void Add(string words, double cosine, double text = 0) => _candidates.Add(new ChunkCandidate(Chunks.Of(words), cosine, text));

        public ValueTask<ChunkCandidates> FindAsync(Guid project, ChunkQuery query, CancellationToken cancellationToken)
        {
            Asked = query;
            return new(new ChunkCandidates(_candidates, 1000, Terms));
        }
    }
}
