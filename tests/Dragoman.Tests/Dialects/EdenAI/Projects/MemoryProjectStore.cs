using Dragoman.Knowledge;

namespace Dragoman.Tests.Dialects.EdenAI.Projects;

/// <summary>Projects in memory.</summary>
internal sealed class MemoryProjectStore : IProjectStore
{
    private readonly Dictionary<Guid, Project> _projects = [];
    private readonly Dictionary<Guid, List<Conversation>> _conversations = [];
    private readonly Dictionary<Guid, BotPrompt> _prompts = [];

    public IEnumerable<Project> All => _projects.Values;

    /// <summary>Projects are found, and gone when something is put into them.</summary>
    public bool AreVanishing { get; set; }

    public ValueTask<Project> CreateAsync(Owner owner, ProjectDraft draft, CancellationToken cancellationToken)
    {
        var project = new Project
        {
            Id = Guid.NewGuid(),
            Owner = owner,
            Name = draft.Name,
            CollectionName = draft.CollectionName,
            CreatedAt = new DateTimeOffset(2026, 11, 22, 10, 0, 0, 250, TimeSpan.Zero),
            DbProvider = draft.DbProvider,
            EmbeddingsProvider = draft.EmbeddingsProvider,
            Embedder = draft.Embedder,
            LlmProvider = draft.LlmProvider,
            LlmModel = draft.LlmModel,
            OcrProvider = draft.OcrProvider,
            SpeechToTextProvider = draft.SpeechToTextProvider,
            Chunking = draft.Chunking,
        };
        _projects.Add(project.Id, project);
        return new(project);
    }

    public ValueTask<Project?> FindAsync(Owner owner, Guid project, CancellationToken cancellationToken) =>
        new(_projects.TryGetValue(project, out var found) && found.Owner == owner ? found : null);

    public ValueTask<IReadOnlyList<Project>> ListAsync(Owner owner, CancellationToken cancellationToken) =>
        new([.. _projects.Values.Where(project => project.Owner == owner)]);

    public ValueTask<Project?> UpdateAsync(Project changed, CancellationToken cancellationToken)
    {
        _projects[changed.Id] = changed;
        return new(changed);
    }

    public ValueTask<bool> DeleteAsync(Owner owner, Guid project, CancellationToken cancellationToken) => new(_projects.Remove(project));

    public ValueTask<Conversation?> CreateConversationAsync(Guid project, string? name, CancellationToken cancellationToken)
    {
        if (AreVanishing)
        {
            return new((Conversation?)null);
        }

        var conversation = new Conversation(Guid.NewGuid(), name, []);
        Of(project).Add(conversation);
        return new(conversation);
    }

    public ValueTask<IReadOnlyList<Conversation>> ListConversationsAsync(Guid project, CancellationToken cancellationToken) => new([.. Of(project)]);

    public ValueTask<Conversation?> FindConversationAsync(Guid project, Guid conversation, CancellationToken cancellationToken) =>
        new(Of(project).Find(one => one.Id == conversation));

    public ValueTask<Conversation?> RenameConversationAsync(Guid project, Guid conversation, string? name, CancellationToken cancellationToken) =>
        new(Replace(project, conversation, former => former with { Name = name }));

    public ValueTask<bool> DeleteConversationAsync(Guid project, Guid conversation, CancellationToken cancellationToken) =>
        new(Of(project).RemoveAll(one => one.Id == conversation) > 0);

    public ValueTask AppendTurnAsync(Guid project, Guid conversation, ConversationTurn turn, CancellationToken cancellationToken)
    {
        Replace(project, conversation, former => former with { Turns = [.. former.Turns, turn] });
        return default;
    }

    public ValueTask<BotPrompt?> FindBotPromptAsync(Guid project, CancellationToken cancellationToken) => new(_prompts.GetValueOrDefault(project));

    public ValueTask<bool> SetBotPromptAsync(Guid project, BotPrompt prompt, CancellationToken cancellationToken)
    {
        _prompts[project] = prompt;
        return new(!AreVanishing);
    }

    public ValueTask<bool> RemoveBotPromptAsync(Guid project, CancellationToken cancellationToken) => new(_prompts.Remove(project));

    private List<Conversation> Of(Guid project) => _conversations.TryGetValue(project, out var list) ? list : _conversations[project] = [];

    private Conversation? Replace(Guid project, Guid conversation, Func<Conversation, Conversation> change)
    {
        var list = Of(project);
        var index = list.FindIndex(one => one.Id == conversation);
        return index < 0 ? null : list[index] = change(list[index]);
    }
}
