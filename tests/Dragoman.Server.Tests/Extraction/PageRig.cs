using System.Net;
using Dragoman.Http;
using Dragoman.Keys;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Dragoman.Server.Extraction;
using Dragoman.Server.Knowledge;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Server.Tests.Extraction;

/// <summary>A reader of documents, and a web site that its guard trusts; models are the test's own.</summary>
internal sealed class PageRig : IAsyncDisposable
{
    private readonly WebApplication _site;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dragoman-test");

    private PageRig(WebApplication site)
    {
        _site = site;
        Site = new Uri(site.Urls.First());
        Keys.Set(Keys.Hash("secret"), new Caller("k1", "Ann's key", KeyMode.Live) { Project = "shop" });
        var (network, guard, time) = (new SystemNetwork(), new EgressGuard(Origin.Of(Site)), TimeProvider.System);
        Reader = new DocumentReader(
            new SourceFetcher(new GuardedFetcher(network, time), guard, () => Settings.Knowledge.MaxFileBytes),
            new Browser(network, guard, time, NullLogger<Browser>.Instance),
            new Extractor(time, NullLogger<Extractor>.Instance),
            new MediaReader(Gateway, Speech, (_, _, _) => (new ModelReference("openai", "whisper-1"), null), Keys.FindById, () => Settings, time),
            _folder.FullName,
            () => Settings.Knowledge.MaxFileBytes);
    }

    public Uri Site { get; }

    public DocumentReader Reader { get; }

    public KeyRing Keys { get; } = new(new byte[32]);

    public FakeGateway Gateway { get; } = new();

    public FakeTranscription Speech { get; } = new();

    public GatewaySnapshot Settings { get; set; } = new()
    {
        Providers = System.Collections.Frozen.FrozenDictionary<string, ProviderSnapshot>.Empty,
        Upstream = new UpstreamLimits(),
    };

    public static async Task<PageRig> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var site = builder.Build();
        site.Run(answer);
        await site.StartAsync();
        return new PageRig(site);
    }

    public Task<DocumentReading> ReadAsync(string address, bool renderScripts = false, DocumentKind kind = DocumentKind.Page) =>
        ReadAsync(Source(kind) with { Address = new Uri(Site, address).AbsoluteUri, RenderScripts = renderScripts });

    public async Task<DocumentReading> ReadAsync(DocumentSource source)
    {
        var reading = await Reader.ReadAsync(source, CancellationToken.None);
        _folder.GetFiles().ShouldBeEmpty("What was fetched is gone once it was read.");
        return reading;
    }

    public async Task<DocumentReading> ReadFileAsync(DocumentKind kind, byte[] content, string? prompt = null, string? model = null)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, content);
            return await ReadAsync(Source(kind) with { Path = path, Prompt = prompt, Model = model });
        }
        finally
        {
            File.Delete(path);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static DocumentSource Source(DocumentKind kind) => new()
    {
        Kind = kind,
        KeyId = "k1",
        IsLive = true,
        Project = new Project
        {
            Id = Guid.NewGuid(),
            Owner = new Owner("key:k1", true),
            Name = "p",
            CollectionName = "p",
            DbProvider = "supabase",
            EmbeddingsProvider = "openai",
            Embedder = new ModelReference("openai", "e"),
            OcrProvider = "amazon",
            SpeechToTextProvider = "openai",
        },
    };
}

/// <summary>Answers every call with one text.</summary>
internal sealed class FakeGateway : IChatGateway
{
    public string Answer { get; set; } = "A red fox.";

    public ChatCall? Asked { get; private set; }

    public ValueTask<ChatResult> CompleteAsync(ChatCall call, CancellationToken cancellationToken)
    {
        Asked = call;
        return ValueTask.FromResult<ChatResult>(new ChatResponse
        {
            Choices = [new ChatChoice(0, ChatMessage.OfText(ChatRole.Assistant, Answer), FinishReason.Stop)],
        });
    }

    public ValueTask<ChatStreamResult> StreamAsync(ChatCall call, CancellationToken cancellationToken) => throw new NotSupportedException();
}

internal sealed class FakeTranscription : ITranscription
{
    public string Answer { get; set; } = "Hello there.";

    public string? FileName { get; private set; }

    public ValueTask<TranscriptionResult> TranscribeAsync(
        GatewaySnapshot settings, ModelReference transcriber, string path, string fileName, CancellationToken cancellationToken)
    {
        FileName = fileName;
        return ValueTask.FromResult(new TranscriptionResult(Answer, null));
    }
}
