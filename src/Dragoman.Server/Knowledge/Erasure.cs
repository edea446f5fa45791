using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Server.Storage;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Knowledge;

/// <summary>
/// Deletes for good what is marked in the database as on its way out: chunks, files, then the rows themselves, so that what a death interrupts is finished at
/// the next start. Nobody's going away interrupts it.
/// </summary>
internal sealed class Erasure(Database database, KnowledgeDirectory directory, ChunkIndex index, IngestQueue queue)
{
    private static readonly GatewayError Gone = new(ErrorKind.NotFound, "The document was deleted before it was read.");

    /// <param name="documents">Marked as <see cref="DocumentStatus.Deleting"/>.</param>
    public async Task EraseDocumentsAsync(Guid project, IReadOnlyCollection<Guid> documents)
    {
        queue.Cancel(documents);
        using (var writer = await index.WriteAsync(project, CancellationToken.None))
        {
            if (directory.HasProject(project))
            {
                writer.Remove(documents);
            }
        }

        foreach (var document in documents)
        {
            directory.DeleteDocument(project, document);
        }

        await using (var db = database.Context())
        {
            await db.Documents.Where(row => documents.Contains(row.Id) && row.Status == DocumentStatus.Deleting).ExecuteDeleteAsync();
        }

        Finish(documents);
    }

    /// <param name="project">Marked as on its way out.</param>
    public async Task EraseProjectAsync(Guid project)
    {
        await using var db = database.Context();
        await db.Documents.Where(row => row.Project == project)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.Status, DocumentStatus.Deleting).SetProperty(it => it.ContentHash, (byte[]?)null));
        var documents = await db.Documents.Where(row => row.Project == project).Select(row => row.Id).ToListAsync();
        queue.Cancel(documents);
        using (await index.WriteAsync(project, CancellationToken.None))
        {
            index.Forget(project);
            directory.DeleteProject(project);
        }

        await db.Projects.Where(row => row.Id == project).ExecuteDeleteAsync();
        Finish(documents);
    }

    private void Finish(IReadOnlyCollection<Guid> documents)
    {
        database.Truncate();
        foreach (var document in documents)
        {
            queue.Complete(document, Gone);
        }
    }
}
