namespace Dragoman.Knowledge;

/// <summary>Projects, their conversations and their bot prompts. What is another owner's is not there.</summary>
internal interface IProjectStore
{
    ValueTask<Project> CreateAsync(Owner owner, ProjectDraft draft, CancellationToken cancellationToken);

    ValueTask<Project?> FindAsync(Owner owner, Guid project, CancellationToken cancellationToken);

    /// <summary>Oldest first.</summary>
    ValueTask<IReadOnlyList<Project>> ListAsync(Owner owner, CancellationToken cancellationToken);

    /// <summary>Stores what may change: the model, OCR and speech providers, chunking. Absent where the project is gone.</summary>
    ValueTask<Project?> UpdateAsync(Project changed, CancellationToken cancellationToken);

    /// <summary>The project and everything in it, gone for good.</summary>
    ValueTask<bool> DeleteAsync(Owner owner, Guid project, CancellationToken cancellationToken);

    /// <summary>Absent where the project is gone.</summary>
    ValueTask<Conversation?> CreateConversationAsync(Guid project, string? name, CancellationToken cancellationToken);

    /// <summary>Oldest first, without their turns.</summary>
    ValueTask<IReadOnlyList<Conversation>> ListConversationsAsync(Guid project, CancellationToken cancellationToken);

    /// <summary>With its turns, oldest first.</summary>
    ValueTask<Conversation?> FindConversationAsync(Guid project, Guid conversation, CancellationToken cancellationToken);

    ValueTask<Conversation?> RenameConversationAsync(Guid project, Guid conversation, string? name, CancellationToken cancellationToken);

    ValueTask<bool> DeleteConversationAsync(Guid project, Guid conversation, CancellationToken cancellationToken);

    /// <summary>Keeps a turn; without effect where the conversation is gone.</summary>
    ValueTask AppendTurnAsync(Guid project, Guid conversation, ConversationTurn turn, CancellationToken cancellationToken);

    /// <summary>The project's bot prompt, which has one name; absent where there is none.</summary>
    ValueTask<BotPrompt?> FindBotPromptAsync(Guid project, CancellationToken cancellationToken);

    /// <summary>Stores it in place of the former one. Whether the project is still there.</summary>
    ValueTask<bool> SetBotPromptAsync(Guid project, BotPrompt prompt, CancellationToken cancellationToken);

    ValueTask<bool> RemoveBotPromptAsync(Guid project, CancellationToken cancellationToken);
}

internal sealed record Conversation(Guid Id, string? Name, IReadOnlyList<ConversationTurn> Turns);

/// <param name="AssistantText">Absent where the answer never came.</param>
internal sealed record ConversationTurn(string UserText, string? AssistantText);

/// <summary>How a project's bot speaks: part of the system message of each question that is asked of the project.</summary>
/// <param name="ParametersJson">A JSON object, as it came.</param>
internal sealed record BotPrompt(string Name, string Model, string Text, string? SystemPrompt, string ParametersJson, IReadOnlyList<string> FileUrls);
