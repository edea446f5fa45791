using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using Dragoman.Testing;
using OpenAI;
using OpenAI.Audio;
using OpenAI.Embeddings;
using OpenAI.Images;

namespace Dragoman.Server.Tests.Upstream;

/// <summary>The fake's wires beside chat: OpenAI's own SDK takes it for the real thing, and each refuses what its vendor would.</summary>
public sealed class OfferWiresTests
{
    static OpenAIClient Client(TestUpstream upstream) =>
        new(new ApiKeyCredential("sk-test"), new OpenAIClientOptions { Endpoint = new Uri(upstream.BaseUrl + "/v1"), RetryPolicy = new ClientRetryPolicy(0) });

    [Fact]
    public async Task Embeddings_BySdk_AreNearWhereWordsAreShared()
    {
        await using var upstream = await TestUpstream.StartAsync();

        OpenAIEmbeddingCollection embeddings = await Client(upstream).GetEmbeddingClient("text-embedding-3-large").GenerateEmbeddingsAsync(
            ["The cat sat on the mat.", "A cat on a mat", "Quarterly figures rose."],
            new EmbeddingGenerationOptions { Dimensions = 256 },
            TestContext.Current.CancellationToken);

        var vectors = embeddings.Select(embedding => embedding.ToFloats().ToArray()).ToList();
        vectors.ShouldAllBe(vector => vector.Length == 256);
        Cosine(vectors[0], vectors[1]).ShouldBeGreaterThan(0.4);
        Cosine(vectors[0], vectors[2]).ShouldBeLessThan(0.2);
        embeddings.Usage.InputTokenCount.ShouldBe(14);
        upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Embeddings_TheSameText_AreTheSameEverywhere()
    {
        await using var upstream = await TestUpstream.StartAsync(new() { Dimensions = 8 });
        using var client = UpstreamCalls.NewClient();
        var openAI = await PostAsync(client, upstream, "/v1/embeddings", """{"model":"m","input":"one two two"}""");
        var cohere = await PostAsync(client, upstream, "/v2/embed", """{"model":"m","input_type":"search_query","embedding_types":["float"],"texts":["one two two"]}""");
        var gemini = await PostAsync(
            client, upstream, "/v1beta/models/m:batchEmbedContents", """{"requests":[{"model":"models/m","content":{"parts":[{"text":"one two two"}]}}]}""");
        var expected = openAI.GetProperty("data")[0].GetProperty("embedding").GetRawText();
        cohere.GetProperty("embeddings").GetProperty("float")[0].GetRawText().ShouldBe(expected);
        gemini.GetProperty("embeddings")[0].GetProperty("values").GetRawText().Replace(" ", "", StringComparison.Ordinal).ShouldBe(expected);
        upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Picture_BySdk_IsAPngOfTheSizeOrTheScripts()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var images = Client(upstream).GetImageClient("dall-e-3");
        GeneratedImage drawn = await images.GenerateImageAsync(
            "A lake",
            new ImageGenerationOptions { Size = GeneratedImageSize.W1024xH1792, ResponseFormat = GeneratedImageFormat.Bytes },
            TestContext.Current.CancellationToken);
        drawn.ImageBytes.ToArray()[16..24].ShouldBe(new byte[] { 0, 0, 4, 0, 0, 0, 7, 0 });

        upstream.Enqueue(Reply.Picture("any bytes"u8.ToArray()).AtAddress());
        GeneratedImage hung = await images.GenerateImageAsync("A lake", cancellationToken: TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        (await client.GetStringAsync(hung.ImageUri, TestContext.Current.CancellationToken)).ShouldBe("any bytes");
        upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Transcription_BySdk_TellsTheFileOrTheScript()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var audio = Client(upstream).GetAudioClient("whisper-1");

        AudioTranscription heard = await audio.TranscribeAudioAsync(new MemoryStream(new byte[1234]), "talk.mp3", cancellationToken: TestContext.Current.CancellationToken);
        heard.Text.ShouldBe("You said: talk.mp3, 1234 bytes");

        upstream.Enqueue(Reply.Text("Good morning."));
        heard = await audio.TranscribeAudioAsync(new MemoryStream(new byte[1]), "talk.wav", cancellationToken: TestContext.Current.CancellationToken);
        heard.Text.ShouldBe("Good morning.");
        upstream.Violations.ShouldBeEmpty();

        var refusal = await Should.ThrowAsync<ClientResultException>(() => audio.TranscribeAudioAsync(new MemoryStream(new byte[1]), "talk.txt"));
        refusal.Message.ShouldContain("Invalid file format");
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"input":["a"]}""", 400)]
    [InlineData("/v1/embeddings", """{"model":"m","input":[]}""", 400)]
    [InlineData("/v1/embeddings", """{"model":"m","input":["a",""]}""", 400)]
    [InlineData("/v1/embeddings", """{"model":"jina-embeddings-v3","input":["a"],"task":"query"}""", 400)]
    [InlineData("/v1/embeddings", """{"model":"m","input":["a"],"task":"retrieval.query"}""", 200)]
    [InlineData("/v2/embed", """{"model":"m","texts":["a"]}""", 400)]
    [InlineData("/v2/embed", """{"model":"m","input_type":"query","texts":["a"]}""", 400)]
    [InlineData("/v2/embed", """{"model":"m","input_type":"search_query","texts":[]}""", 400)]
    [InlineData("/v1beta/models/m:batchEmbedContents", """{"requests":[]}""", 400)]
    [InlineData("/v1beta/models/m:batchEmbedContents", """{"requests":[{"content":{"parts":[{"text":"a"}]}}]}""", 400)]
    [InlineData("/v1beta/models/m:batchEmbedContents", """{"requests":[{"model":"models/m","content":{"parts":[{"text":"a"}]},"taskType":"QUERY"}]}""", 400)]
    [InlineData("/v1beta/models/m:batchEmbedContents", """{"requests":[{"model":"models/m","content":{"parts":[{"text":"a"}]},"input_type":"x"}]}""", 400)]
    [InlineData("/v1/rerank", """{"model":"m","query":"q","documents":[]}""", 400)]
    [InlineData("/v1/rerank", """{"model":"m","documents":["a"]}""", 400)]
    [InlineData("/v1/audio/transcriptions", """{"model":"m"}""", 400)]
    public async Task Wire_WhatTheVendorWouldNotTake_IsRefusedOrNoted(string path, string body, int status)
    {
        await using var upstream = await TestUpstream.StartAsync();
        using var client = UpstreamCalls.NewClient();
        using var response = await client.SendAsync(Request(upstream, path, body), TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(status);
        upstream.Violations.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Rerank_Passages_ComeBestFirstByTheWordsTheyShare()
    {
        await using var upstream = await TestUpstream.StartAsync();
        using var client = UpstreamCalls.NewClient();
        var answer = await PostAsync(
            client, upstream, "/v2/rerank", """{"model":"m","query":"red fox","documents":["a blue fish","the red fox","a fox"],"top_n":2}""");
        answer.GetProperty("results").EnumerateArray().Select(result => (result.GetProperty("index").GetInt32(), result.GetProperty("relevance_score").GetDouble()))
            .ShouldBe([(1, 1.0), (2, 0.5)]);
        upstream.Violations.ShouldBeEmpty();
    }

    static double Cosine(float[] left, float[] right) => left.Zip(right, (a, b) => a * b).Sum();

    static HttpRequestMessage Request(TestUpstream upstream, string path, string body)
    {
        var request = UpstreamCalls.Post(upstream.BaseUrl + path, body);
        request.Headers.Add("Authorization", "Bearer sk-test");
        request.Headers.Add("x-goog-api-key", "AIza-test");
        return request;
    }

    static async Task<JsonElement> PostAsync(HttpClient client, TestUpstream upstream, string path, string body)
    {
        using var response = await client.SendAsync(Request(upstream, path, body), TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.ShouldBeTrue();
        return await response.JsonAsync();
    }
}
