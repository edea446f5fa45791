using System.Text.Json;
using OpenAI.Embeddings;

namespace Dragoman.Server.Tests.Starter;

/// <summary>Through the official SDK, with the real embedder.</summary>
public sealed class EmbeddingTests(EmbedderFixture starter) : IClassFixture<EmbedderFixture>
{
    private static readonly string[] Sentences =
    [
        "How do I reset my password?",
        "I forgot my login credentials and want to change them.",
        "The cat sat on the mat.",
        "x",
        "Crème brûlée, naïve façade, Ångström, Zürich straße",
        "北京是中国的首都",
        "안녕하세요 세계",
        "नमस्ते दुनिया",
        "Smile \U0001F600 and rocket \U0001F680",
        "[MASK] and [SEP] are words here, \0 is nothing, \u200b neither",
        new string('a', 120),
        string.Concat(Enumerable.Repeat("The telescope was launched on an Ariane 5 rocket from French Guiana. ", 20)),
    ];

    [Theory]
    [InlineData("How do I reset my password?", "I forgot my login credentials and want to change them.", "The cat sat on the mat.")]
    [InlineData("The company was founded in 1998.", "When was the business established?", "Bananas are rich in potassium.")]
    [InlineData("A man is playing a guitar", "Someone plays a musical instrument", "The stock market fell sharply today")]
    [InlineData("Paid leave: 25 days per year", "How many vacation days do employees get?", "How do I connect to the VPN?")]
    public async Task Embed_NearSentence_ScoresAboveAFarOne(string text, string near, string far)
    {
        float[][] vectors = await EmbedAsync(text, near, far);

        Dot(vectors[0], vectors[1]).ShouldBeGreaterThan(Dot(vectors[0], vectors[2]) + 0.2f);
    }

    [Fact]
    public async Task Embed_ManyAtOnce_AreTheVectorsOfEachAlone()
    {
        float[][] together = await EmbedAsync(Sentences);

        for (int i = 0; i < Sentences.Length; i++)
        {
            Dot(together[i], (await EmbedAsync(Sentences[i]))[0]).ShouldBe(1, 0.0001, Sentences[i]);
        }
    }

    [Fact]
    public async Task Embed_AnyText_GivesAVectorOfUnitLength()
    {
        float[][] vectors = await EmbedAsync(Sentences);

        vectors.ShouldAllBe(vector => vector.Length == 384 && Math.Abs(Dot(vector, vector) - 1) < 0.0001);
    }

    [Fact]
    public async Task Embed_TextBeyondThePositions_IsThatOfItsBeginning()
    {
        string beginning = string.Concat(Enumerable.Repeat("word ", 510));
        OpenAIEmbeddingCollection answer = await starter.Client.GenerateEmbeddingsAsync([beginning, beginning + string.Concat(Enumerable.Repeat("other ", 600))]);

        answer.Usage.InputTokenCount.ShouldBe(2 * 512);
        Dot(answer[0].ToFloats().ToArray(), answer[1].ToFloats().ToArray()).ShouldBe(1, 0.0001);
        answer.Model.ShouldBe("all-minilm-l6-v2");
    }

    [Fact]
    public async Task Embed_TheSameWordsWrittenOtherwise_AreTheSame()
    {
        float[][] vectors = await EmbedAsync("안녕하세요", "\u110B\u1161\u11AB\u1102\u1167\u11BC\u1112\u1161\u1109\u1166\u110B\u116D", "CAFÉ", "cafe\u0301", "안전하세요");

        Dot(vectors[0], vectors[1]).ShouldBe(1, 0.0001);
        Dot(vectors[2], vectors[3]).ShouldBe(1, 0.0001);
        Dot(vectors[0], vectors[4]).ShouldBeLessThan(0.999f);
    }

    [Fact]
    public async Task Embed_FloatAndBase64_AreTheSameNumbers()
    {
        using HttpResponseMessage response = await starter.Process.EmbedAsync(new { input = Sentences[0], encoding_format = "float" });
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        JsonElement first = body.RootElement.GetProperty("data")[0];

        float[] plain = [.. first.GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle())];

        (first.GetProperty("object").GetString(), first.GetProperty("index").GetInt32()).ShouldBe(("embedding", 0));
        plain.ShouldBe((await EmbedAsync(Sentences[0]))[0]); // The SDK asks for Base64.
        body.RootElement.GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBe(9);
    }

    [Fact]
    public async Task Embed_AThousandTexts_ComeInTheirOrder()
    {
        string[] texts = [.. Enumerable.Range(0, 1000).Select(i => i % 10 == 0 ? Sentences[0] : $"number {i}")];

        OpenAIEmbeddingCollection answer = await starter.Client.GenerateEmbeddingsAsync(texts);

        answer.Select(item => item.Index).ShouldBe(Enumerable.Range(0, 1000));
        float[] expected = (await EmbedAsync(Sentences[0]))[0];
        for (int i = 0; i < texts.Length; i++)
        {
            (Dot(expected, answer[i].ToFloats().ToArray()) > 0.999).ShouldBe(i % 10 == 0, texts[i]);
        }
    }

    [Fact]
    public async Task Embed_CallersAtOnce_EachGetTheirOwn()
    {
        float[][] expected = await EmbedAsync(Sentences);

        float[][][] answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => EmbedAsync(Sentences[i % Sentences.Length], Sentences[(i + 1) % Sentences.Length])));

        for (int i = 0; i < answers.Length; i++)
        {
            Dot(answers[i][0], expected[i % Sentences.Length]).ShouldBe(1, 0.0001);
            Dot(answers[i][1], expected[(i + 1) % Sentences.Length]).ShouldBe(1, 0.0001);
        }
    }

    [Fact]
    public async Task Embed_Mistake_IsAnErrorInOpenAIsShape()
    {
        using HttpResponseMessage response = await starter.Process.EmbedAsync(new { input = new[] { "a", "" } });
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        ((int)response.StatusCode).ShouldBe(400);
        JsonElement error = body.RootElement.GetProperty("error");
        (error.GetProperty("type").GetString(), error.GetProperty("param").GetString()).ShouldBe(("invalid_request_error", "input[1]"));
    }

    private static float Dot(float[] a, float[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private async Task<float[][]> EmbedAsync(params string[] texts)
    {
        OpenAIEmbeddingCollection answer = await starter.Client.GenerateEmbeddingsAsync(texts);
        return [.. answer.Select(item => item.ToFloats().ToArray())];
    }
}
