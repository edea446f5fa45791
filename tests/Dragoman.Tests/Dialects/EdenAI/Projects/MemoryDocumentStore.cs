using System.Text;
using System.Text.Json;
using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.EdenAI.Projects;

/// <summary>Documents in memory, each of one chunk that is its text; a test says which fail, and looks at what was added.</summary>
internal sealed class MemoryDocumentStore : IDocumentStore
{
    private readonly List<(Document Document, Chunk Chunk)> _documents = [];

    /// <summary>What becomes of a document; by default it is done.</summary>
    public Func<NewDocument, GatewayError?> Judge { get; set; } = static _ => null;

    public DocumentStatus StatusOfNew { get; set; } = DocumentStatus.Done;

    /// <summary>Thrown by an upload that is written to.</summary>
    public IOException? DiskFault { get; set; }

    public List<NewDocument> Added { get; } = [];

    /// <summary>What arrived in the uploads that were taken over.</summary>
    public List<byte[]> Files { get; } = [];

    public List<MemoryUpload> Uploads { get; } = [];

    public (TimeSpan Wait, Caller Caller)? LastAdd { get; private set; }

    public Upload CreateUpload()
    {
        var upload = new MemoryUpload(DiskFault);
        lock (Uploads)
        {
            Uploads.Add(upload);
        }

        return upload;
    }

    public ValueTask<IReadOnlyList<DocumentResult>> AddAsync(
        Project project, Caller caller, IReadOnlyList<NewDocument> documents, TimeSpan wait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LastAdd = (wait, caller);
        return new([.. documents.Select(document => Add(project, document))]);
    }

    public ValueTask<IReadOnlyList<Document>> ListAsync(Guid project, CancellationToken cancellationToken) =>
        new([.. Of(project).Select(entry => entry.Document)]);

    public ValueTask<Document?> FindAsync(Guid project, Guid document, CancellationToken cancellationToken) =>
        new(Of(project).Select(entry => entry.Document).FirstOrDefault(one => one.Id == document));

    public ValueTask<bool> DeleteAsync(Guid project, Guid document, CancellationToken cancellationToken) =>
        new(_documents.RemoveAll(entry => entry.Document.Project == project && entry.Document.Id == document) > 0);

    public ValueTask<int> CountChunksAsync(Guid project, CancellationToken cancellationToken) => new(Of(project).Count());

    public ValueTask<IReadOnlyList<Chunk>> ListChunksAsync(Guid project, DocumentFilter filter, int limit, CancellationToken cancellationToken) =>
        new([.. Of(project).Select(entry => entry.Chunk).Where(chunk => Passes(chunk, filter)).Take(limit)]);

    public ValueTask<int> DeleteChunksAsync(Guid project, IReadOnlyCollection<Guid> chunks, CancellationToken cancellationToken) =>
        new(_documents.RemoveAll(entry => entry.Document.Project == project && chunks.Contains(entry.Chunk.Id)));

    public ValueTask DeleteAllAsync(Guid project, CancellationToken cancellationToken)
    {
        _documents.RemoveAll(entry => entry.Document.Project == project);
        return default;
    }

    /// <summary>Plain values of metadata, compared as they are written.</summary>
    internal static bool Passes(Chunk chunk, DocumentFilter filter)
    {
        using var metadata = JsonDocument.Parse(chunk.MetadataJson);
        using var wanted = JsonDocument.Parse(filter.Json);
        return wanted.RootElement.EnumerateObject().All(member =>
            metadata.RootElement.TryGetProperty(member.Name, out var value) && value.GetRawText() == member.Value.GetRawText());
    }

    private DocumentResult Add(Project project, NewDocument document)
    {
        if (document.Upload is MemoryUpload upload)
        {
            Files.Add(upload.Take());
        }

        Added.Add(document);
        if (Judge(document) is { } error)
        {
            return error;
        }

        var stored = new Document
        {
            Id = Guid.NewGuid(),
            Project = project.Id,
            Kind = document.Kind,
            FileType = document.FileType,
            Name = document.Name,
            Status = StatusOfNew,
            Error = StatusOfNew == DocumentStatus.Failed ? "It has no text." : null,
            CreatedAt = new DateTimeOffset(2026, 11, 22, 10, 0, 1, TimeSpan.Zero),
            StartedAt = StatusOfNew == DocumentStatus.Pending ? null : new DateTimeOffset(2026, 11, 22, 10, 0, 2, TimeSpan.Zero),
            ChunkCount = 1,
        };
        _documents.Add((stored, new Chunk
        {
            Id = Guid.NewGuid(),
            Document = stored.Id,
            Position = 0,
            Text = document.Text ?? (Files.Count > 0 ? Encoding.UTF8.GetString(Files[^1]) : document.Address!),
            MetadataJson = document.MetadataJson,
        }));
        return stored;
    }

    private IEnumerable<(Document Document, Chunk Chunk)> Of(Guid project) => _documents.Where(entry => entry.Document.Project == project);
}

/// <summary>A file in memory that knows whether it is gone.</summary>
internal sealed class MemoryUpload(IOException? fault) : Upload
{
    private readonly MemoryStream _content = fault is null ? new MemoryStream() : new FullDisk(fault);
    private bool _isTaken;

    public override Stream Content => _content;

    /// <summary>Disposed of, and taken over by nobody.</summary>
    public TaskCompletionSource Gone { get; } = new();

    public byte[] Take()
    {
        _isTaken = true;
        return _content.ToArray();
    }

    public override ValueTask DisposeAsync()
    {
        if (!_isTaken)
        {
            Gone.TrySetResult();
        }

        return default;
    }

    private sealed class FullDisk(IOException fault) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw fault;
    }
}
