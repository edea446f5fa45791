using Dragoman.Configuration;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Providers;
using Dragoman.Routing;
using Dragoman.Server;
using Dragoman.Server.Knowledge;

namespace Dragoman.Bench;

/// <summary>
/// How well questions find their passages (recall@3, MRR@10), by vectors alone, by full text alone, by reciprocal ranks, and by the fusion; how well relevance
/// tells the questions that nothing answers; how often the extractive answer is right. Of the documents and questions in <c>bench/quality</c>, each half by itself.
/// </summary>
/// <param name="settings">Those that the embedder is asked under.</param>
/// <param name="embedder">Makes the vectors.</param>
internal sealed class RetrievalBench(IEmbeddings embeddings, GatewaySnapshot settings, ModelReference embedder)
{
    private const int Candidates = 100;
    private const int SourcesOfAnswer = 3;

    // The customary constant of reciprocal rank fusion.
    private const double RankConstant = 60;

    private static readonly (string Name, Func<ChunkCandidates, IEnumerable<Chunk>> Rank)[] Ways =
    [
        ("vectors", found => ByVector(found).Select(one => one.Chunk)),
        ("full text", found => ByText(found).Select(one => one.Chunk)),
        ("reciprocal ranks", ByRanks),
        ("fusion", found => Fusion.Rank(found).Select(one => one.Chunk)),
    ];

    /// <summary>On the product's own parts: its embedder, its index of chunks.</summary>
    public static async Task<int> RunAsync(Options options)
    {
        var data = Directory.CreateTempSubdirectory("dragoman-bench");
        try
        {
            await using var gateway = Gateway.Build("http://127.0.0.1:0", data.FullName, name => name == "DRAGOMAN_CACHE" ? Environment.GetEnvironmentVariable(name) : null);
            await gateway.StartAsync();
            var index = gateway.Services.GetRequiredService<ChunkIndex>();
            gateway.Services.GetRequiredService<KnowledgeDirectory>().CreateProject(Guid.Empty);
            index.Create(Guid.Empty);
            var bench = new RetrievalBench(
                gateway.Services.GetRequiredService<IEmbeddings>(),
                gateway.Services.GetRequiredService<SnapshotSource>().Current,
                new ModelReference(Vendors.Starter, Vendors.StarterEmbedder));
            return await bench.RunAsync(QualitySet.Read(options["set"]), async (chunks, vectors) =>
            {
                using var writer = await index.WriteAsync(Guid.Empty, CancellationToken.None);
                foreach (var document in chunks.Zip(vectors).GroupBy(pair => pair.First.DocumentName))
                {
                    writer.Store(
                        Guid.NewGuid(),
                        document.Key,
                        "{}",
                        [.. document.Select(pair => new ChunkText(pair.First.Text, pair.First.Heading))],
                        [.. document.Select(pair => pair.Second)]);
                }

                return index;
            });
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    /// <param name="store">Makes an index of all chunks with their vectors; the project's id is <see cref="Guid.Empty"/>.</param>
    private async Task<int> RunAsync(QualitySet set, Func<IReadOnlyList<Chunk>, IReadOnlyList<float[]>, ValueTask<IChunkIndex>> store)
    {
        var chunks = Cut(set);
        var vectors = await EmbedAsync(EmbeddingPurpose.Document, [.. chunks.Select(chunk => $"{chunk.Heading}\n{chunk.Text}")]);
        var index = await store(chunks, vectors);
        var asked = await EmbedAsync(EmbeddingPurpose.Query, [.. set.Questions.Select(question => question.Text)]);
        var found = new List<(QualityQuestion Question, ChunkCandidates Candidates)>();
        for (var i = 0; i < set.Questions.Count; i++)
        {
            var query = new ChunkQuery(asked[i], QuestionTerms.Of(set.Questions[i].Text), Candidates, DocumentFilter.None);
            found.Add((set.Questions[i], await index.FindAsync(Guid.Empty, query, CancellationToken.None)));
        }

        Console.WriteLine($"{set.Documents.Count} documents, {chunks.Count} chunks, {set.Questions.Count} questions");
        foreach (var isTuning in (bool[])[true, false])
        {
            var half = found.Where(one => one.Question.IsTuning == isTuning).ToList();
            Console.WriteLine($"\n{(isTuning ? "tuning half" : "held-out half")}");
            PrintRanks("document", half, (question, chunk) => question.IsDocument(chunk));
            PrintRanks("passage", half, (question, chunk) => question.IsPassage(chunk));
            PrintUnanswerable(half);
            await PrintAnswersAsync(half);
        }

        return 0;
    }

    private static List<Chunk> Cut(QualitySet set) =>
    [
        .. set.Documents.SelectMany(document => Chunker.Cut(document.Text, ChunkRules.Default).Select((chunk, position) => new Chunk
        {
            Id = Guid.CreateVersion7(),
            Document = Guid.Empty,
            DocumentName = document.Name,
            Position = position,
            Text = chunk.Text,
            Heading = chunk.Heading,
            MetadataJson = "{}",
        })),
    ];

    private static void PrintRanks(
        string unit, List<(QualityQuestion Question, ChunkCandidates Candidates)> half, Func<QualityQuestion, Chunk, bool> isRight)
    {
        var answerable = half.Where(one => one.Question.IsAnswerable).ToList();
        var kinds = answerable.Select(one => one.Question.Kind).Distinct().ToList();
        Console.WriteLine($"{unit,-18}{string.Concat(kinds.Append("all").Select(kind => $"{kind,14}"))}   recall@3 MRR@10");
        foreach (var (name, rank) in Ways)
        {
            // Counted from 0; -1 where it is not among the first ten.
            var places = answerable.ConvertAll(one => (one.Question.Kind, Place: rank(one.Candidates).Take(10).ToList().FindIndex(chunk => isRight(one.Question, chunk))));
            Console.WriteLine($"{name,-18}{string.Concat(kinds.Append(null).Select(kind => Figures(places.Where(place => kind is null || place.Kind == kind).Select(place => place.Place).ToList())))}");
        }

        static string Figures(List<int> places) =>
            $"   {places.Average(place => place is >= 0 and < 3 ? 1 : 0.0):F3} {places.Average(place => place < 0 ? 0 : 1.0 / (place + 1)):F3}";
    }

    private static void PrintUnanswerable(List<(QualityQuestion Question, ChunkCandidates Candidates)> half)
    {
        var best = half.ConvertAll(one => (one.Question.IsAnswerable, Relevance: Fusion.Rank(one.Candidates).First().Relevance));
        var (answerable, others) = (best.Where(one => one.IsAnswerable).ToList(), best.Where(one => !one.IsAnswerable).ToList());
        var area = answerable.Average(one => others.Average(other => one.Relevance > other.Relevance ? 1 : one.Relevance < other.Relevance ? 0 : 0.5));
        var (kept, told) = (answerable.Average(one => one.Relevance >= 0.5 ? 1 : 0.0), others.Average(one => one.Relevance < 0.5 ? 1 : 0.0));
        Console.WriteLine($"relevance tells the unanswerable: area under ROC {area:F3}; at 0.5 {kept:F3} of the answerable are above, {told:F3} of the others below");
    }

    private async Task PrintAnswersAsync(List<(QualityQuestion Question, ChunkCandidates Candidates)> half)
    {
        var model = new ExtractiveModel(embeddings, () => settings);
        var answers = new List<(QualityQuestion Question, string Text)>();
        foreach (var (question, candidates) in half)
        {
            var request = new ChatRequest { Model = model.Id, Messages = [ChatMessage.OfText(ChatRole.User, question.Text)] };
            FoundChunk[] sources = [.. Fusion.Rank(candidates).Take(SourcesOfAnswer)];
            var steps = await model.AnswerAsync(Grounding.Ground(request, question.Text, sources), CancellationToken.None);
            answers.Add((question, string.Concat(steps.Select(step => step.Text))));
        }

        var answerable = answers.Where(answer => answer.Question.IsAnswerable).ToList();
        Console.WriteLine(
            $"extractive answers of {SourcesOfAnswer} sources: {answerable.Average(answer => answer.Question.IsAnsweredBy(answer.Text) ? 1 : 0.0):F3} hold the expected words, "
            + $"{answerable.Average(answer => answer.Text == ExtractiveModel.NotFound ? 1 : 0.0):F3} say not found; of the unanswerable "
            + $"{answers.Where(answer => !answer.Question.IsAnswerable).Average(answer => answer.Text == ExtractiveModel.NotFound ? 1 : 0.0):F3} say not found");
    }

    private static IEnumerable<ChunkCandidate> ByVector(ChunkCandidates found) => found.Candidates.OrderByDescending(one => one.Cosine).Take(Candidates);

    private static IEnumerable<ChunkCandidate> ByText(ChunkCandidates found) =>
        found.Candidates.Where(one => one.TextScore > 0).OrderByDescending(one => one.TextScore).Take(Candidates);

    private static IEnumerable<Chunk> ByRanks(ChunkCandidates found) => ByVector(found).Index().Concat(ByText(found).Index())
        .GroupBy(one => one.Item.Chunk)
        .OrderByDescending(same => same.Sum(one => 1 / (RankConstant + one.Index + 1)))
        .Select(same => same.Key);

    private async Task<IReadOnlyList<float[]>> EmbedAsync(EmbeddingPurpose purpose, IReadOnlyList<string> texts)
    {
        var embedded = await embeddings.EmbedAsync(settings, embedder, purpose, texts, CancellationToken.None);
        return embedded.Vectors ?? throw new InvalidOperationException(embedded.Error!.Message);
    }
}
