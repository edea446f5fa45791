using Dragoman.Model;

namespace Dragoman.Knowledge;

/// <summary>The documents of projects: taken in, read and embedded in the background, and gone for good when deleted.</summary>
internal interface IDocumentStore
{
    /// <summary>A new file in the data directory to write an upload to.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    Upload CreateUpload();

    /// <summary>
    /// Stores documents and queues them, one after the other, then waits for all of them to be done or to fail, at most <paramref name="wait"/>. The same
    /// content with the same metadata twice in a project is one document. A document that fails within the wait is not kept. The caller's going away ends the
    /// storing of what is not stored yet, and the wait, not the work.
    /// </summary>
    /// <returns>What became of each, in their order.</returns>
    /// <exception cref="IOException">The disk is full or cannot be written; those before the one that could not be stored are.</exception>
    ValueTask<IReadOnlyList<DocumentResult>> AddAsync(
        Project project, Caller caller, IReadOnlyList<NewDocument> documents, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Oldest first.</summary>
    ValueTask<IReadOnlyList<Document>> ListAsync(Guid project, CancellationToken cancellationToken);

    ValueTask<Document?> FindAsync(Guid project, Guid document, CancellationToken cancellationToken);

    ValueTask<bool> DeleteAsync(Guid project, Guid document, CancellationToken cancellationToken);

    ValueTask<int> CountChunksAsync(Guid project, CancellationToken cancellationToken);

    /// <summary>In the order in which they were stored.</summary>
    ValueTask<IReadOnlyList<Chunk>> ListChunksAsync(Guid project, DocumentFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>How many were there. A document without a chunk left is deleted, too.</summary>
    ValueTask<int> DeleteChunksAsync(Guid project, IReadOnlyCollection<Guid> chunks, CancellationToken cancellationToken);

    /// <summary>All documents of the project, also those under way.</summary>
    ValueTask DeleteAllAsync(Guid project, CancellationToken cancellationToken);
}

/// <param name="Document">As it stands after the wait; absent where it failed.</param>
/// <param name="Error">Why it failed.</param>
internal readonly record struct DocumentResult(Document? Document, GatewayError? Error)
{
    public static implicit operator DocumentResult(Document document) => new(document, null);

    public static implicit operator DocumentResult(GatewayError error) => new(null, error);
}
