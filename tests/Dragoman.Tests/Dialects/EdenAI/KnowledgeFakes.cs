using Dragoman.Dialects.EdenAI;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Tests.Dialects.EdenAI;

/// <summary>One project with what a test puts into it; whatever calls of models do not use is not there.</summary>
internal sealed class KnowledgeFakes : IProjectStore, IDocumentStore, IRetrieval
{
    public static readonly Guid ProjectId = new("11111111-2222-3333-4444-555555555555");
    public static readonly Guid ConversationId = new("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");

    public KnowledgeFakes() => Services = new KnowledgeServices(this, this, this);

    public KnowledgeServices Services { get; }

    public Project Project { get; set; } = new()
    {
        Id = ProjectId,
        Owner = new Owner("key:k1", true),
        Name = "manuals",
        CollectionName = "manuals",
        DbProvider = "qdrant",
        EmbeddingsProvider = "starter",
        Embedder = new ModelReference("starter", "all-minilm-l6-v2"),
        Dimensions = 384,
        OcrProvider = "amazon",
        SpeechToTextProvider = "openai",
    };

    public BotPrompt? Bot { get; set; }

    public List<ConversationTurn> Turns { get; } = [];

    public List<FoundChunk> Found { get; } = [];

    public int ChunkCount { get; set; }

    public GatewayError? SearchError { get; set; }

    public RetrievalQuery? LastQuery { get; private set; }

    /// <summary>Puts a chunk into the project that every search finds.</summary>
    public Chunk Add(string text, double score, string? document = null, int? page = null)
    {
        var chunk = new Chunk
        {
            Id = new Guid(Found.Count + 1, 0, 0, new byte[8]),
            Document = Guid.Empty,
            DocumentName = document,
            Page = page,
            Position = Found.Count,
            Text = text,
            MetadataJson = "{}",
        };
        Found.Add(new FoundChunk(chunk, score, score));
        ChunkCount++;
        return chunk;
    }

    public ValueTask<Project?> FindAsync(Owner owner, Guid project, CancellationToken cancellationToken) =>
        new(project == ProjectId && owner.Name == Project.Owner.Name ? Project : null);

    public ValueTask<Conversation?> FindConversationAsync(Guid project, Guid conversation, CancellationToken cancellationToken) =>
        new(project == ProjectId && conversation == ConversationId ? new Conversation(ConversationId, null, [.. Turns]) : null);

    public ValueTask AppendTurnAsync(Guid project, Guid conversation, ConversationTurn turn, CancellationToken cancellationToken)
    {
        Turns.Add(turn);
        return default;
    }

    public ValueTask<BotPrompt?> FindBotPromptAsync(Guid project, CancellationToken cancellationToken) => new(Bot);

    public ValueTask<int> CountChunksAsync(Guid project, CancellationToken cancellationToken) => new(ChunkCount);

    public ValueTask<RetrievalResult> SearchAsync(Project project, GatewaySnapshot settings, RetrievalQuery query, CancellationToken cancellationToken)
    {
        LastQuery = query;
        return new(new RetrievalResult(SearchError is null ? Found : null, SearchError));
    }

    ValueTask<Project> IProjectStore.CreateAsync(Owner owner, ProjectDraft draft, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<IReadOnlyList<Project>> IProjectStore.ListAsync(Owner owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<Project?> IProjectStore.UpdateAsync(Project changed, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<bool> IProjectStore.DeleteAsync(Owner owner, Guid project, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<Conversation?> IProjectStore.CreateConversationAsync(Guid project, string? name, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    ValueTask<IReadOnlyList<Conversation>> IProjectStore.ListConversationsAsync(Guid project, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    ValueTask<Conversation?> IProjectStore.RenameConversationAsync(Guid project, Guid conversation, string? name, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    ValueTask<bool> IProjectStore.DeleteConversationAsync(Guid project, Guid conversation, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    ValueTask<bool> IProjectStore.SetBotPromptAsync(Guid project, BotPrompt prompt, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<bool> IProjectStore.RemoveBotPromptAsync(Guid project, CancellationToken cancellationToken) => throw new NotSupportedException();

    Upload IDocumentStore.CreateUpload() => throw new NotSupportedException();

    ValueTask<IReadOnlyList<DocumentResult>> IDocumentStore.AddAsync(
        Project project, Caller caller, IReadOnlyList<NewDocument> documents, TimeSpan wait, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<IReadOnlyList<Document>> IDocumentStore.ListAsync(Guid project, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<Document?> IDocumentStore.FindAsync(Guid project, Guid document, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<bool> IDocumentStore.DeleteAsync(Guid project, Guid document, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<IReadOnlyList<Chunk>> IDocumentStore.ListChunksAsync(Guid project, DocumentFilter filter, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    ValueTask<int> IDocumentStore.DeleteChunksAsync(Guid project, IReadOnlyCollection<Guid> chunks, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    ValueTask IDocumentStore.DeleteAllAsync(Guid project, CancellationToken cancellationToken) => throw new NotSupportedException();
}
