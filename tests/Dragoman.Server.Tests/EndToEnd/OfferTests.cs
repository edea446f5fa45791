using Dragoman.Configuration;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Dragoman.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>Embeddings, reranking and transcription by the server's own services over real sockets.</summary>
public sealed class OfferTests
{
    private static readonly Caller Live = new("k", "key", KeyMode.Live);

    [Theory]
    [InlineData("OPENAI", "openai", 300, 2, "/v1/embeddings")]
    [InlineData("MISTRAL", "mistral", 40, 2, "/v1/embeddings")]
    [InlineData("JINA", "jina", 40, 1, "/v1/embeddings")]
    [InlineData("COHERE", "cohere", 100, 2, "/v2/embed")]
    [InlineData("GEMINI", "google", 120, 2, "/v1beta/models/gemini-embedding-001:batchEmbedContents")]
    public async Task Embed_ByEachVendor_IsAnsweredWithoutAViolation(string prefix, string provider, int count, int requests, string path)
    {
        await using var upstream = await TestUpstream.StartAsync(new() { Keys = new HashSet<string> { RunningGateway.Canary }, Dimensions = 1024 });
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);
        upstream.Enqueue(Reply.Default().Reset());
        var settings = gateway.Services.GetRequiredService<SnapshotSource>().Current;
        var embedder = EmbedderRoute.Resolve(settings, Live, provider).Embedder!.Value;

        var texts = Enumerable.Range(0, count).Select(i => $"Text {i} of “many”").ToList();
        var embeddings = gateway.Services.GetRequiredService<IEmbeddings>();
        var (stored, error) = await embeddings.EmbedAsync(settings, embedder, EmbeddingPurpose.Document, texts, TestContext.Current.CancellationToken);
        error.ShouldBeNull();
        stored!.Count.ShouldBe(count);
        upstream.Requests.Count.ShouldBe(requests + 1); // The first was cut off and is tried again.
        upstream.Requests.ShouldAllBe(request => request.Path == path);

        var (asked, _) = await embeddings.EmbedAsync(settings, embedder, EmbeddingPurpose.Query, ["What is text 7?"], TestContext.Current.CancellationToken);
        var nearest = Enumerable.Range(0, count).MaxBy(i => stored[i].Zip(asked![0], (a, b) => a * b).Sum());
        nearest.ShouldBe(7);
        upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rerank_ByCohereAndJina_WeighsEachPassage()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "COHERE", "JINA");
        var settings = gateway.Services.GetRequiredService<SnapshotSource>().Current;
        foreach (var reranker in new[] { new ModelReference("cohere", "rerank-v3.5"), new ModelReference("jina", "jina-reranker-v3") })
        {
            var (scores, error) = await gateway.Services.GetRequiredService<IReranking>().RerankAsync(
                settings, reranker, "red fox", ["a fish", "the red fox", "a fox"], TestContext.Current.CancellationToken);
            error.ShouldBeNull();
            scores.ShouldBe([0, 1, 0.5]);
        }

        upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Transcribe_ALargeRecording_ArrivesWhole()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "GROQ");
        var settings = gateway.Services.GetRequiredService<SnapshotSource>().Current;
        var path = Path.Combine(gateway.Data, "recording");
        await File.WriteAllBytesAsync(path, new byte[20_000_000], TestContext.Current.CancellationToken);

        var (text, error) = await gateway.Services.GetRequiredService<ITranscription>().TranscribeAsync(
            settings, TranscriberRoute.Resolve(settings, Live, "groq").Transcriber!.Value, path, "talk.mp3", TestContext.Current.CancellationToken);

        error.ShouldBeNull();
        text.ShouldBe("You said: recording.mp3, 20000000 bytes");
        upstream.Requests.ShouldHaveSingleItem().Model.ShouldBe("whisper-large-v3-turbo");
        upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Failures_OfEachKind_NeverTellTheCredential()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI", "COHERE", "GEMINI");
        var settings = gateway.Services.GetRequiredService<SnapshotSource>().Current;
        var embeddings = gateway.Services.GetRequiredService<IEmbeddings>();
        foreach (var provider in new[] { "openai", "cohere", "google" })
        {
            foreach (var (reply, kind) in new[]
            {
                (Reply.Unauthorized(), ErrorKindOf("UpstreamRejectedCredential")),
                (Reply.ModelNotFound(), ErrorKindOf("UpstreamModelNotFound")),
                (Reply.Error(400, message: $"your key {RunningGateway.Canary} is not for this"), ErrorKindOf("UpstreamRejectedRequest")),
                (Reply.MalformedJson(), ErrorKindOf("UpstreamInvalidResponse")),
                (Reply.Redirect(), ErrorKindOf("UpstreamInvalidResponse")),
                (Reply.RateLimited("3600"), ErrorKindOf("UpstreamRateLimited")),
            })
            {
                upstream.ClearScript();
                upstream.Enqueue(reply);
                var (_, error) = await embeddings.EmbedAsync(
                    settings, EmbedderRoute.Resolve(settings, Live, provider).Embedder!.Value, EmbeddingPurpose.Query, ["a"], TestContext.Current.CancellationToken);
                error!.Kind.ShouldBe(kind, $"{provider}: {error.Message}");
                error.Provider.ShouldBe(provider);
                error.Message.ShouldNotContain("canary");
            }
        }

        gateway.Log.ShouldNotContain(RunningGateway.Canary);
    }

    /// <summary>The test upstream has errors of that name, too.</summary>
    private static Model.ErrorKind ErrorKindOf(string name) => Enum.Parse<Model.ErrorKind>(name);
}
