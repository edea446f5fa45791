using System.Security.Cryptography;
using System.Text;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Server.Storage;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Knowledge;

/// <summary>
/// Documents in the database, their files in their project's folder. What is added is on the disk before its row says so; what is deleted is marked before
/// anything of it goes.
/// </summary>
internal sealed class DocumentStore(
    Database database, KnowledgeDirectory directory, ChunkIndex index, Erasure erasure, IngestQueue queue, TimeProvider time) : IDocumentStore
{
    private static readonly GatewayError ProjectGone = new(ErrorKind.NotFound, "The project was deleted.");

    public Upload CreateUpload() => new FileUpload(directory.Uploads);

    public async ValueTask<IReadOnlyList<DocumentResult>> AddAsync(
        Project project, Caller caller, IReadOnlyList<NewDocument> documents, TimeSpan wait, CancellationToken cancellationToken)
    {
        // One after the other: SQLite writes one at a time, and each would keep a thread waiting for its turn.
        var stored = new List<(DocumentRow Row, IngestQueue.Watch Watch)?>(documents.Count);
        try
        {
            foreach (var document in documents)
            {
                stored.Add(await StoreAsync(project, caller, document, cancellationToken) is { } row ? (row, queue.WatchFor(row.Id)) : null);
            }

            return await Task.WhenAll(stored.Select(async one => one is var (row, watch) ? await EndOf(row, watch, wait, cancellationToken) : ProjectGone));
        }
        catch (Exception e) when (DiskTrouble.Describe(e) is { } trouble)
        {
            throw new IOException(trouble, e);
        }
        finally
        {
            stored.ForEach(static one => one?.Watch.Dispose());
        }
    }

    public async ValueTask<IReadOnlyList<Document>> ListAsync(Guid project, CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        var rows = await Present(db, project).OrderBy(row => row.Number).ToListAsync(cancellationToken);
        return [.. rows.Select(DocumentOf)];
    }

    public async ValueTask<Document?> FindAsync(Guid project, Guid document, CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        return await Present(db, project).SingleOrDefaultAsync(row => row.Id == document, cancellationToken) is { } row ? DocumentOf(row) : null;
    }

    public async ValueTask<bool> DeleteAsync(Guid project, Guid document, CancellationToken cancellationToken) =>
        await DeleteAsync(project, rows => rows.Where(row => row.Id == document), cancellationToken) > 0;

    public async ValueTask DeleteAllAsync(Guid project, CancellationToken cancellationToken) =>
        await DeleteAsync(project, rows => rows, cancellationToken);

    public async ValueTask<int> CountChunksAsync(Guid project, CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        return await Present(db, project).SumAsync(row => row.ChunkCount, cancellationToken);
    }

    public ValueTask<IReadOnlyList<Chunk>> ListChunksAsync(Guid project, DocumentFilter filter, int limit, CancellationToken cancellationToken) =>
        new(directory.HasProject(project) ? index.List(project, filter, limit, cancellationToken) : []);

    public async ValueTask<int> DeleteChunksAsync(Guid project, IReadOnlyCollection<Guid> chunks, CancellationToken cancellationToken)
    {
        if (!directory.HasProject(project))
        {
            return 0;
        }

        int removed;
        List<Guid> emptied;
        using (var writer = await index.WriteAsync(project, cancellationToken))
        {
            var left = writer.CountOthers(chunks);
            emptied = [.. left.Where(pair => pair.Value == 0).Select(pair => pair.Key)];

            // Marked before they are empty: no death leaves a document that is done and has no chunk.
            await MarkAsync(project, rows => rows.Where(row => emptied.Contains(row.Id)), cancellationToken);
            removed = writer.RemoveChunks(chunks);
            await using var db = database.Context();
            foreach (var (document, count) in left.Where(pair => pair.Value > 0))
            {
                // It no longer is its content: who adds that again gets the whole of it.
                await db.Documents.Where(row => row.Id == document).ExecuteUpdateAsync(
                    row => row.SetProperty(it => it.ChunkCount, count).SetProperty(it => it.ContentHash, (byte[]?)null), CancellationToken.None);
            }
        }

        if (emptied.Count > 0)
        {
            await erasure.EraseDocumentsAsync(project, emptied);
        }

        return removed;
    }

    /// <summary>The document's row; <c>null</c> where the project is gone.</summary>
    private async Task<DocumentRow?> StoreAsync(Project project, Caller caller, NewDocument document, CancellationToken cancellationToken)
    {
        await using var upload = document.Text is null ? (FileUpload?)document.Upload : new FileUpload(directory.Uploads);
        if (document.Text is not null)
        {
            await upload!.Content.WriteAsync(Encoding.UTF8.GetBytes(document.Text), cancellationToken);
        }

        return await PutAsync(await DraftAsync(project, caller, document, upload, cancellationToken), upload);
    }

    private async Task<DocumentRow> DraftAsync(
        Project project, Caller caller, NewDocument document, FileUpload? upload, CancellationToken cancellationToken) => new()
    {
        Id = Guid.NewGuid(),
        Project = project.Id,
        Kind = document.Kind,
        Format = document.Format,
        FileType = document.FileType,
        Name = document.Name,
        Address = document.Address,
        RenderScripts = document.RenderScripts,
        Model = document.Model,
        Prompt = document.Prompt,
        Metadata = document.MetadataJson,
        ContentHash = HashOf(document, upload is null ? [] : await upload.SealAsync(cancellationToken)),
        KeyId = caller.KeyId,
        Status = DocumentStatus.Pending,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
    };

    /// <summary>What the content is, how it is read and what is said of it; not what it is called.</summary>
    private static byte[] HashOf(NewDocument document, byte[] content)
    {
        using var whole = new MemoryStream();
        using var writer = new BinaryWriter(whole);
        writer.Write(document.Kind.ToString());
        writer.Write(document.Format?.ToString() ?? "");
        writer.Write(document.Address ?? "");
        writer.Write(document.RenderScripts);
        writer.Write(document.Model ?? "");
        writer.Write(document.Prompt ?? "");
        writer.Write(document.MetadataJson);
        writer.Write(content);
        writer.Flush();
        return SHA256.HashData(whole.ToArray());
    }

    /// <summary>Stores the document, or finds that it is there already. <c>null</c> where the project is gone.</summary>
    private async Task<DocumentRow?> PutAsync(DocumentRow draft, FileUpload? upload)
    {
        if (await FindAgainAsync(draft) is { } former)
        {
            return former;
        }

        // A row on its way out, which a death leaves to the next start, until its file is in place.
        var hash = draft.ContentHash;
        (draft.Status, draft.ContentHash) = (DocumentStatus.Deleting, null);
        await using var db = database.Context();
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            if (!await db.Projects.AnyAsync(row => row.Id == draft.Project && !row.IsDeleting))
            {
                return null;
            }

            db.Documents.Add(draft);
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
        }

        (draft.Status, draft.ContentHash) = (DocumentStatus.Pending, hash);
        try
        {
            upload?.MoveTo(directory.DocumentFile(draft.Project, draft.Id));
            await db.SaveChangesAsync();
            queue.Wake();
            return draft;
        }
        catch (Exception e)
        {
            await erasure.EraseDocumentsAsync(draft.Project, [draft.Id]);
            switch (e)
            {
                case DirectoryNotFoundException or DbUpdateConcurrencyException:
                    return null; // The project went away.
                case DbUpdateException when await FindAgainAsync(draft) is { } quicker:
                    return quicker; // Another call was quicker with the same content.
                default:
                    throw;
            }
        }
    }

    /// <summary>The document with the same content and metadata; one that had failed is queued again.</summary>
    private async Task<DocumentRow?> FindAgainAsync(DocumentRow draft)
    {
        await using var db = database.Context();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var former = await db.Documents.SingleOrDefaultAsync(row => row.Project == draft.Project && row.ContentHash == draft.ContentHash);
        if (former is { Status: DocumentStatus.Failed })
        {
            (former.Status, former.Error, former.FailedTries, former.KeyId) = (DocumentStatus.Pending, null, 0, draft.KeyId);
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
            queue.Wake();
        }

        return former;
    }

    private async Task<DocumentResult> EndOf(DocumentRow document, IngestQueue.Watch watch, TimeSpan wait, CancellationToken cancellationToken)
    {
        // Looked at once the watch stands: an end before it is seen here, a later one by the watch.
        var state = await FindAsync(document.Project, document.Id, cancellationToken);
        GatewayError? error = null;
        if (state?.Status is DocumentStatus.Pending or DocumentStatus.Processing || watch.End.IsCompleted)
        {
            try
            {
                error = await watch.End.WaitAsync(wait, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // It goes on in the background.
            }

            state = await FindAsync(document.Project, document.Id, cancellationToken);
        }

        if (state?.Status == DocumentStatus.Failed)
        {
            error ??= new GatewayError(ErrorKind.InvalidRequest, state.Error ?? "The document could not be read.");
            await DeleteAsync(document.Project, rows => rows.Where(row => row.Id == document.Id && row.Status == DocumentStatus.Failed), CancellationToken.None);
        }

        return error is not null ? error : state is not null ? state : ProjectGone;
    }

    private async Task<int> DeleteAsync(Guid project, Func<IQueryable<DocumentRow>, IQueryable<DocumentRow>> which, CancellationToken cancellationToken)
    {
        var documents = await MarkAsync(project, which, cancellationToken);
        if (documents.Count > 0)
        {
            await erasure.EraseDocumentsAsync(project, documents);
        }

        return documents.Count;
    }

    private async Task<List<Guid>> MarkAsync(Guid project, Func<IQueryable<DocumentRow>, IQueryable<DocumentRow>> which, CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var documents = await which(Present(db, project)).Select(row => row.Id).ToListAsync(cancellationToken);
        await db.Documents.Where(row => documents.Contains(row.Id)).ExecuteUpdateAsync(
            row => row.SetProperty(it => it.Status, DocumentStatus.Deleting).SetProperty(it => it.ContentHash, (byte[]?)null), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return documents;
    }

    private static IQueryable<DocumentRow> Present(DragomanDb db, Guid project) =>
        db.Documents.AsNoTracking().Where(row => row.Project == project && row.Status != DocumentStatus.Deleting);

    private static Document DocumentOf(DocumentRow row) => new()
    {
        Id = row.Id,
        Project = row.Project,
        Kind = row.Kind,
        FileType = row.FileType,
        Name = row.Name,
        Status = row.Status,
        Error = row.Error,
        CreatedAt = row.CreatedAt,
        StartedAt = row.StartedAt,
        ChunkCount = row.ChunkCount,
    };
}
