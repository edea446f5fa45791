using System.Collections.Frozen;
using System.Text;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Routing;
using Dragoman.Server.Knowledge;
using Dragoman.Server.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Server.Tests.Knowledge;

/// <summary>
/// The stores, the index and the worker over a data directory, as the server has them; with a reader that takes each paragraph for a chunk and an embedder that
/// counts words.
/// </summary>
internal sealed class KnowledgeRig : IAsyncDisposable
{
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    public static readonly Caller Caller = new("key_1", "tests", KeyMode.Live);
    public static readonly Owner Owner = Owner.Of(Caller);

    private readonly ChunkIndex _index;
    private readonly IngestWorker _worker;
    private readonly bool _isOwner;

    public KnowledgeRig(string? data = null, TimeProvider? time = null, long memoryBound = ChunkIndex.StandardMemoryBound)
    {
        _isOwner = data is null;
        Data = data ?? Directory.CreateTempSubdirectory("dragoman-test").FullName;
        time ??= TimeProvider.System;
        Database = Database.Open(Data);
        Folder = new KnowledgeDirectory(Data);
        _index = new ChunkIndex(Folder, memoryBound);
        var queue = new IngestQueue();
        var erasure = new Erasure(Database, Folder, _index, queue);
        var cache = new ProjectCache();
        Projects = new ProjectStore(Database, Folder, _index, cache, erasure, time);
        Documents = new DocumentStore(Database, Folder, _index, erasure, queue, time);
        var ingestion = new Ingestion(Database, Folder, _index, cache, Reader, Cut, Embeddings, () => Settings);
        _worker = new IngestWorker(Database, Folder, ingestion, erasure, queue, time, NullLogger<IngestWorker>.Instance);
    }

    public string Data { get; }

    public Database Database { get; }

    public KnowledgeDirectory Folder { get; }

    public IProjectStore Projects { get; }

    public IDocumentStore Documents { get; }

    public IChunkIndex Index => _index;

    public FakeReader Reader { get; } = new();

    public WordEmbeddings Embeddings { get; } = new();

    public GatewaySnapshot Settings { get; set; } = new()
    {
        Providers = FrozenDictionary<string, ProviderSnapshot>.Empty,
        Upstream = new UpstreamLimits(),
    };

    /// <summary>With the worker at work.</summary>
    public static async Task<KnowledgeRig> StartAsync(string? data = null, TimeProvider? time = null, long memoryBound = ChunkIndex.StandardMemoryBound)
    {
        var rig = new KnowledgeRig(data, time, memoryBound);
        await rig.StartWorkerAsync();
        return rig;
    }

    public Task StartWorkerAsync() => _worker.StartAsync(default);

    public Task StopWorkerAsync() => _worker.StopAsync(default);

    public static ProjectDraft Draft(string name = "manuals") => new()
    {
        Name = name,
        CollectionName = name,
        DbProvider = "qdrant",
        EmbeddingsProvider = "starter",
        Embedder = new ModelReference("starter", "words"),
        OcrProvider = "amazon",
        SpeechToTextProvider = "openai",
    };

    public async Task<Project> CreateAsync(string name = "manuals", Owner? owner = null) => await Projects.CreateAsync(owner ?? Owner, Draft(name), default);

    /// <summary>Adds a text; waits for its end unless told otherwise.</summary>
    public async Task<DocumentResult> AddAsync(Project project, string text, string metadata = "{}", TimeSpan? wait = null) =>
        (await Documents.AddAsync(
            project, Caller, [new NewDocument { Kind = DocumentKind.Text, FileType = "text", Text = text, MetadataJson = metadata }], wait ?? Long, default))[0];

    public async Task<Document> AddDoneAsync(Project project, string text, string metadata = "{}")
    {
        var result = await AddAsync(project, text, metadata);
        result.Error.ShouldBeNull();
        result.Document!.Status.ShouldBe(DocumentStatus.Done);
        return result.Document;
    }

    public async Task<DocumentResult> AddFileAsync(Project project, string text, TimeSpan? wait = null)
    {
        var upload = Documents.CreateUpload();
        await upload.Content.WriteAsync(Encoding.UTF8.GetBytes(text));
        var document = new NewDocument { Kind = DocumentKind.File, FileType = "txt", Name = "a.txt", Upload = upload };
        return (await Documents.AddAsync(project, Caller, [document], wait ?? Long, default))[0];
    }

    /// <summary>By the question's words and its vector.</summary>
    public ValueTask<ChunkCandidates> FindAsync(Project project, string question, int count = 5, string filter = "{}", string[]? terms = null) =>
        Index.FindAsync(
            project.Id,
            new ChunkQuery(WordEmbeddings.VectorOf(question), terms ?? question.Split(' '), count, filter == "{}" ? DocumentFilter.None : new DocumentFilter(filter)),
            default);

    /// <summary>The texts that the words find.</summary>
    public async Task<IEnumerable<string>> FindTextsAsync(Project project, params string[] terms)
    {
        var found = await FindAsync(project, "none of them", terms: terms);
        return found.Candidates.Where(candidate => candidate.TextScore > 0).OrderByDescending(candidate => candidate.TextScore).Select(candidate => candidate.Chunk.Text);
    }

    public async Task<Document> UntilAsync(Project project, Guid document, Func<Document, bool> condition)
    {
        while (true)
        {
            if (await Documents.FindAsync(project.Id, document, default) is { } found && condition(found))
            {
                return found;
            }

            await Task.Delay(5);
        }
    }

    /// <summary>Whether there is a document on its way in or out.</summary>
    public bool Unfinished()
    {
        using var connection = Database.Connect();
        return connection.Scalar("SELECT 1 FROM documents WHERE status NOT IN ('Done', 'Failed')") is not null;
    }

    /// <summary>Files of the data directory that hold the word, by whatever encoding of its letters.</summary>
    public IEnumerable<string> FilesWith(string word) => Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).Where(file =>
    {
        var bytes = File.ReadAllBytes(file).AsSpan();
        return bytes.IndexOf(Encoding.UTF8.GetBytes(word)) >= 0 || bytes.IndexOf(Encoding.UTF8.GetBytes(word.ToLowerInvariant())) >= 0;
    });

    public async ValueTask DisposeAsync()
    {
        await _worker.StopAsync(default);
        _worker.Dispose();
        _index.Dispose();
        Database.Dispose();
        if (_isOwner)
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    private static List<ChunkText> Cut(DocumentText text, ChunkRules rules, int most, CancellationToken cancellationToken) =>
        [.. text.Sections.SelectMany(section => section.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(paragraph => new ChunkText(paragraph, section.Heading, section.Page))).Take(most + 1)];
}
