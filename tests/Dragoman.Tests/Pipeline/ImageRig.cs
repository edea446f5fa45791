using System.Collections.Immutable;
using System.Text;
using Dragoman.Configuration;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Providers;
using Dragoman.Providers.BlackForestLabs;
using Dragoman.Providers.Gemini;
using Dragoman.Providers.Ideogram;
using Dragoman.Providers.OpenAI;
using Dragoman.Routing;
using Dragoman.Tests.Http;

namespace Dragoman.Tests.Pipeline;

/// <summary>
/// The gateway of pictures over fake upstreams: each vendor at <c>http://{vendor}/</c>, a clock of the test's, pictures of 2 × 2 pixels. The name <c>all</c>
/// leads to OpenAI's, then Black Forest Labs', then Ideogram's model.
/// </summary>
internal sealed class ImageRig : IDisposable
{
    public const string Canary = "sk-canary-0123456789";

    public static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];

    private readonly HttpMessageInvoker _http;

    public ImageRig() => _http = new HttpMessageInvoker(Upstream);

    public FakeUpstream Upstream { get; } = new();

    public FakeTime Time { get; } = new();

    public FakeNetwork Network { get; init; } = new();

    public FakeDarkroom? Darkroom { get; init; } = new();

    public FakePolicy Watch { get; init; } = new("watch", []);

    public string MoreSettings { get; init; } = "";

    public CallOutcome Outcome => Watch.Outcomes.ShouldHaveSingleItem("a call is settled once");

    /// <summary>As OpenAI's wire tells a picture.</summary>
    public static string Base64Answer(byte[]? picture = null, string more = "") => $$"""{"data":[{"b64_json":"{{Convert.ToBase64String(picture ?? Png)}}"}]{{more}}}""";

    /// <param name="finish">What the dialect says when it is given the pictures.</param>
    public ImageCall Call(string model, KeyMode mode = KeyMode.Live, GatewayError? finish = null) =>
        new(Settings(), "dialect", new Caller("k", "key", mode), new ImageRequest { Model = model, Prompt = "A lake", Ratio = new(9, 16) }, Time.GetTimestamp())
        {
            Finish = (_, _) => new(finish),
        };

    public Task<ImageResult> GenerateAsync(ImageCall call, CancellationToken cancellationToken = default) =>
        new ImageGateway([Watch], new ImageClient(new UpstreamClient(_http, Time), Network, Time, Darkroom), new DeploymentHealth(Time), Time)
            .GenerateAsync(call, cancellationToken).AsTask();

    /// <summary>Lets time pass until the call is over.</summary>
    public async Task<ImageResult> UntilAsync(Task<ImageResult> call)
    {
        while (!call.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(1);
        }

        return await call;
    }

    public void Dispose() => _http.Dispose();

    private GatewaySnapshot Settings()
    {
        var json = $$"""
            {
              "Providers": {
                {{string.Join(",\n", new[] { "openai", "bfl", "ideogram", "google", "localai" }.Select(name =>
                    $$"""  "{{name}}": { "ApiKey": "{{Canary}}", "BaseUrl": "http://{{name}}/" }"""))}}
              }{{MoreSettings}}
            }
            """;
        var dialect = new DialectDefinition("dialect")
        {
            Models = ImmutableDictionary<string, ImmutableArray<string>>.Empty,
            ImageModels = new Dictionary<string, ImmutableArray<string>> { ["all"] = ["openai/dall-e-3", "bfl/flux-pro-1.1", "ideogram/ideogram-v3"] },
        };
        var result = new SnapshotCompiler(
            [new OpenAIProvider(), new GeminiProvider()],
            [dialect],
            imageWires: [new OpenAIImages(), new FluxImages(), new IdeogramImages(), new GeminiImages()],
            pictures: new Engine()).Compile(Configuration.Settings.Parse(json), _ => null);
        result.Mistakes.ShouldBeEmpty();
        return result.Snapshot!;
    }

    private sealed class Engine : IPictureEngine
    {
        public ValueTask<LocalEngineAddress> EnsureRunningAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new LocalEngineAddress(
            new OpenAIProvider().Locate(Vendors.Find(Vendors.Starter)!, Vendors.Starter, new Uri("http://starter/v1"), "chat", "engine-key"), null));
    }
}

/// <summary>Takes what begins as a PNG does for a picture; says why it takes nothing else.</summary>
internal sealed class FakeDarkroom : IDarkroom
{
    /// <summary>What was developed: the bytes as text, the ratio, who made it.</summary>
    public List<string> Developed { get; } = [];

    /// <summary>What it says of everything.</summary>
    public GatewayError? Refusal { get; init; }

    public ValueTask<(GeneratedImage? Image, GatewayError? Error)> DevelopAsync(
        ReadOnlyMemory<byte> picture, AspectRatio? ratio, string source, CancellationToken cancellationToken)
    {
        Developed.Add($"{picture.Length} bytes, {ratio}, {source}");
        var error = Refusal ?? (picture.Span.StartsWith(ImageRig.Png.AsSpan(0, 8))
            ? null
            : new GatewayError(ErrorKind.UpstreamInvalidResponse, $"The picture begins with {Encoding.Latin1.GetString(picture.Span[..Math.Min(5, picture.Length)])}."));
        return ValueTask.FromResult(error is null ? (new GeneratedImage("developed"u8.ToArray(), "image/png", 9, 16), error) : (default(GeneratedImage), error));
    }
}
