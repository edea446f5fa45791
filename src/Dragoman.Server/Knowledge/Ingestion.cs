using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Dragoman.Server.Storage;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Knowledge;

/// <summary>Cuts a document into chunks.</summary>
/// <param name="most">The first chunk beyond so many is the last that is cut.</param>
internal delegate IReadOnlyList<ChunkText> ChunkCutter(DocumentText text, ChunkRules rules, int most, CancellationToken cancellationToken);

/// <summary>The way of one document into its project: read, cut, embed, store.</summary>
internal sealed class Ingestion(
    Database database,
    KnowledgeDirectory directory,
    ChunkIndex index,
    ProjectCache projects,
    IDocumentReader reader,
    ChunkCutter cut,
    IEmbeddings embeddings,
    Func<GatewaySnapshot> settings)
{
    // So many texts at a time: an end that is asked for comes soon.
    private const int Slice = 64;

    /// <summary>How many chunks it has; the document is done. Or why it is not.</summary>
    /// <exception cref="OperationCanceledException">It was deleted, or the server stops.</exception>
    public async Task<IngestResult> RunAsync(DocumentRow document, Project project, CancellationToken cancellationToken)
    {
        if (document.Address is null && !File.Exists(directory.DocumentFile(project.Id, document.Id)))
        {
            cancellationToken.ThrowIfCancellationRequested(); // Whoever deletes it has deleted its file.
            return new GatewayError(ErrorKind.Internal, "Its content is missing in the gateway's data directory; delete it and add it again.");
        }

        var reading = await reader.ReadAsync(await SourceOf(document, project, cancellationToken), cancellationToken);
        if (reading.Text is null)
        {
            return reading.Error ?? new GatewayError(ErrorKind.Internal, "The document could not be read.");
        }

        var most = settings().Knowledge.MaxChunksPerDocument;
        var chunks = cut(reading.Text, project.Chunking, most, cancellationToken);
        if (chunks.Count == 0 || chunks.Count > most)
        {
            return new GatewayError(
                ErrorKind.InvalidRequest, chunks.Count == 0 ? "No text was found in it." : $"It has more than {most} chunks; add it in parts.");
        }

        var vectors = new List<float[]>(chunks.Count);
        foreach (var slice in chunks.Select(TextOf).Chunk(Slice))
        {
            var embedded = await embeddings.EmbedAsync(settings(), project.Embedder, EmbeddingPurpose.Document, slice, cancellationToken);
            if (embedded.Vectors is null)
            {
                return embedded.Error ?? new GatewayError(ErrorKind.Internal, "The document could not be embedded.");
            }

            vectors.AddRange(embedded.Vectors);
        }

        return await StoreAsync(document, chunks, vectors, cancellationToken);
    }

    /// <summary>Removes what a run that a death has ended may have stored.</summary>
    public async Task UndoAsync(Guid project, Guid document, CancellationToken cancellationToken)
    {
        using var writer = await index.WriteAsync(project, cancellationToken);
        if (directory.HasProject(project))
        {
            writer.Remove([document]);
        }
    }

    private async Task<IngestResult> StoreAsync(
        DocumentRow document, IReadOnlyList<ChunkText> chunks, List<float[]> vectors, CancellationToken cancellationToken)
    {
        using var writer = await index.WriteAsync(document.Project, cancellationToken);
        await using var db = database.Context();

        // Whoever deletes marks first and then waits for the writer: what is marked while it is stored is removed by whoever marked it.
        var project = await db.Projects.SingleOrDefaultAsync(row => row.Id == document.Project, cancellationToken);
        var current = await db.Documents.SingleOrDefaultAsync(row => row.Id == document.Id && row.Status == DocumentStatus.Processing, cancellationToken);
        if (project is null || current is null)
        {
            throw new OperationCanceledException("It was deleted.");
        }

        var dimensions = project.Dimensions > 0 ? project.Dimensions : vectors[0].Length;
        if (vectors.Find(vector => vector.Length != dimensions) is { } other)
        {
            return new GatewayError(
                ErrorKind.InvalidRequest, $"{project.Embedder} gave a vector of {other.Length} dimensions, and the project's have {dimensions}; they do not compare.");
        }

        writer.Store(document.Id, document.Name, current.Metadata, chunks, vectors);
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
            await db.Projects.Where(row => row.Id == project.Id)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.Dimensions, dimensions), CancellationToken.None);
            var updated = await db.Documents.Where(row => row.Id == document.Id && row.Status == DocumentStatus.Processing).ExecuteUpdateAsync(
                row => row.SetProperty(it => it.Status, DocumentStatus.Done).SetProperty(it => it.Error, (string?)null)
                    .SetProperty(it => it.ChunkCount, chunks.Count),
                CancellationToken.None);
            if (updated == 0)
            {
                throw new OperationCanceledException("It was deleted meanwhile.");
            }

            await transaction.CommitAsync(CancellationToken.None);
        }
        catch
        {
            // The two files share no transaction. Nobody shall find chunks of a document that is not done.
            writer.Remove([document.Id]);
            throw;
        }

        projects.Forget(project.Id);
        return chunks.Count;
    }

    private async Task<DocumentSource> SourceOf(DocumentRow document, Project project, CancellationToken cancellationToken)
    {
        var file = document.Address is null ? directory.DocumentFile(project.Id, document.Id) : null;
        return new DocumentSource
        {
            Kind = document.Kind,
            Format = document.Format,
            Name = document.Name,
            Path = document.Kind == DocumentKind.Text ? null : file,
            Text = document.Kind == DocumentKind.Text && file is not null ? await File.ReadAllTextAsync(file, cancellationToken) : null,
            Address = document.Address,
            RenderScripts = document.RenderScripts,
            Model = document.Model,
            Prompt = document.Prompt,
            Project = project,
            KeyId = document.KeyId,
            IsLive = project.Owner.IsLive,
        };
    }

    /// <summary>What a heading says the text below it often does not say again.</summary>
    private static string TextOf(ChunkText chunk) => chunk.Heading is null ? chunk.Text : $"{chunk.Heading}\n{chunk.Text}";
}

/// <param name="ChunkCount">Of a document that is done.</param>
/// <param name="Tries">How many of <see cref="MostTries"/> the failure takes: all where it is the document's, and no further try would mend it.</param>
internal readonly record struct IngestResult(int ChunkCount, GatewayError? Error, int Tries)
{
    /// <summary>Failed tries that a document is given up at.</summary>
    public const int MostTries = 20;

    /// <summary>How many a failure takes that troubles others, too: the document is taken up three times in all.</summary>
    public const int GraveTry = 7;

    public static implicit operator IngestResult(int chunkCount) => new(chunkCount, null, 0);

    public static implicit operator IngestResult(GatewayError error) =>
        new(0, error, ErrorTable.Get(error.Kind).SetsAside || error.Kind == ErrorKind.StarterUnavailable ? 1 : MostTries);

    public static IngestResult Of(Exception e) => e switch
    {
        _ when DiskTrouble.Describe(e) is { } trouble => Fault(trouble, 1),
        _ when DiskTrouble.IsContention(e) => Fault("The gateway's database was busy for too long.", GraveTry),
        OutOfMemoryException => Fault("The gateway did not have the memory for it.", GraveTry),
        _ => Fault("The document could not be read: something in the gateway failed.", MostTries),
    };

    private static IngestResult Fault(string message, int tries) => new(0, new GatewayError(ErrorKind.Internal, message), tries);
}
