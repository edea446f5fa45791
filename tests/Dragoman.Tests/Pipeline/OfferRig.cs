using System.Text.Json;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Providers.Cohere;
using Dragoman.Providers.Gemini;
using Dragoman.Providers.OpenAI;
using Dragoman.Routing;

namespace Dragoman.Tests.Pipeline;

/// <summary>The clients of embeddings, reranking and transcription over fake upstreams: each vendor at <c>http://{vendor}/</c>, and a clock of the test's.</summary>
internal sealed class OfferRig : IDisposable
{
    public const string Canary = "sk-canary-0123456789";

    private readonly HttpMessageInvoker _http;
    private readonly UpstreamClient _client;

    public OfferRig(IEmbeddingEngine? engine = null)
    {
        _http = new HttpMessageInvoker(Upstream);
        _client = new UpstreamClient(_http, Time);
        Embeddings = new EmbeddingClient(_client, [new OpenAIEmbeddings(), new CohereEmbeddings(), new GeminiEmbeddings()], Time, engine);
        Reranking = new RerankingClient(_client, new CohereRerank(), Time);
        Transcription = new TranscriptionClient(_client, new OpenAITranscription(), Time);
    }

    public FakeUpstream Upstream { get; } = new();

    public FakeTime Time { get; } = new();

    public IEmbeddings Embeddings { get; }

    public IReranking Reranking { get; }

    public ITranscription Transcription { get; }

    /// <summary>With a day for each call: however late a try comes, it is in time.</summary>
    public GatewaySnapshot Settings { get; set; } = Compile(""", "Upstream": { "TotalTimeoutSeconds": 86400 }""");

    /// <summary>The calls so far, as the upstreams got them.</summary>
    public List<JsonElement> Bodies { get; } = [];

    public static GatewaySnapshot Compile(string more) => Tests.Configuration.Settings.Compile($$"""
        {
          "Providers": {
            {{string.Join(",\n", new[] { "openai", "mistral", "jina", "cohere", "google", "groq" }.Select(name =>
                $$"""  "{{name}}": { "ApiKey": "{{Canary}}", "BaseUrl": "http://{{name}}" }"""))}}
          }{{more}}
        }
        """);

    /// <summary>The vendor answers OpenAI's list with what <paramref name="vectorOf"/> makes of each text.</summary>
    public OfferRig Answers(string vendor, Func<string, float[]> vectorOf)
    {
        Upstream.On(vendor, async (request, cancellation) =>
        {
            var body = JsonElement.Parse(await request.Content!.ReadAsByteArrayAsync(cancellation));
            Bodies.Add(body);
            var texts = vendor == "cohere" ? body.GetProperty("texts") : body.GetProperty("input");
            var vectors = texts.EnumerateArray().Select(text => vectorOf(text.GetString()!)).ToArray();
            return new HttpResponseMessage
            {
                Content = new ByteArrayContent(vendor == "cohere"
                    ? JsonSerializer.SerializeToUtf8Bytes(new { embeddings = new { @float = vectors }, meta = new { billed_units = new { input_tokens = texts.GetArrayLength() } } })
                    : JsonSerializer.SerializeToUtf8Bytes(new
                    {
                        data = vectors.Select((embedding, index) => new { index, embedding }).Reverse(),
                        usage = new { prompt_tokens = texts.GetArrayLength() },
                    })),
            };
        });
        return this;
    }

    public Task<EmbeddingResult> EmbedAsync(
        string vendor, IReadOnlyList<string> texts, EmbeddingPurpose purpose = EmbeddingPurpose.Document, CancellationToken cancellationToken = default) =>
        Embeddings.EmbedAsync(Settings, new ModelReference(vendor, "m"), purpose, texts, cancellationToken).AsTask();

    /// <summary>Lets time pass until the call is over.</summary>
    public async Task<T> UntilAsync<T>(Task<T> call)
    {
        while (!call.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(1);
        }

        return await call;
    }

    public void Dispose() => _http.Dispose();
}
