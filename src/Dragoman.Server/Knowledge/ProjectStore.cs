using System.Linq.Expressions;
using Dragoman.Knowledge;
using Dragoman.Routing;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Knowledge;

/// <summary>Projects in the database. What a method has done is durable when it returns.</summary>
internal sealed class ProjectStore(
    Database database, KnowledgeDirectory directory, ChunkIndex index, ProjectCache cache, Erasure erasure, TimeProvider time) : IProjectStore
{
    public async ValueTask<Project> CreateAsync(Owner owner, ProjectDraft draft, CancellationToken cancellationToken)
    {
        var row = new ProjectRow
        {
            Id = Guid.NewGuid(),
            Owner = owner.Name,
            IsLive = owner.IsLive,
            Name = draft.Name,
            CollectionName = draft.CollectionName,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
            DbProvider = draft.DbProvider,
            EmbeddingsProvider = draft.EmbeddingsProvider,
            Embedder = draft.Embedder.ToString(),
            LlmProvider = draft.LlmProvider,
            LlmModel = draft.LlmModel,
            OcrProvider = draft.OcrProvider,
            SpeechToTextProvider = draft.SpeechToTextProvider,
            ChunkSize = draft.Chunking.Size,
            ChunkSeparators = [.. draft.Chunking.Separators],
        };

        // A project that is in the database has its folder and its file.
        directory.CreateProject(row.Id);
        index.Create(row.Id);
        await using var db = database.Context();
        db.Projects.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        return ProjectOf(row);
    }

    public async ValueTask<Project?> FindAsync(Owner owner, Guid project, CancellationToken cancellationToken)
    {
        if (cache.Find(project, out var changes) is { } known)
        {
            return known.Owner == owner ? known : null;
        }

        await using var db = database.Context();
        if (await db.Projects.AsNoTracking().Where(OwnedBy(owner)).SingleOrDefaultAsync(row => row.Id == project, cancellationToken) is not { } row)
        {
            return null;
        }

        var found = ProjectOf(row);
        cache.Keep(found, changes);
        return found;
    }

    public async ValueTask<IReadOnlyList<Project>> ListAsync(Owner owner, CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        var rows = await db.Projects.AsNoTracking().Where(OwnedBy(owner)).OrderBy(row => row.Number).ToListAsync(cancellationToken);
        return [.. rows.Select(ProjectOf)];
    }

    public async ValueTask<Project?> UpdateAsync(Project changed, CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        if (await db.Projects.Where(OwnedBy(changed.Owner)).SingleOrDefaultAsync(row => row.Id == changed.Id, cancellationToken) is not { } row)
        {
            return null;
        }

        row.LlmProvider = changed.LlmProvider;
        row.LlmModel = changed.LlmModel;
        row.OcrProvider = changed.OcrProvider;
        row.SpeechToTextProvider = changed.SpeechToTextProvider;
        row.ChunkSize = changed.Chunking.Size;
        row.ChunkSeparators = [.. changed.Chunking.Separators];
        try
        {
            await db.SaveChangesAsync(CancellationToken.None);
        }
        catch (DbUpdateConcurrencyException)
        {
            return null; // Gone since it was read.
        }

        cache.Forget(row.Id);
        return ProjectOf(row);
    }

    public async ValueTask<bool> DeleteAsync(Owner owner, Guid project, CancellationToken cancellationToken)
    {
        await using (var db = database.Context())
        {
            var marked = await db.Projects.Where(OwnedBy(owner)).Where(row => row.Id == project)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.IsDeleting, true), CancellationToken.None);
            cache.Forget(project);
            if (marked == 0)
            {
                return false;
            }
        }

        await erasure.EraseProjectAsync(project);
        return true;
    }

    public async ValueTask<Conversation?> CreateConversationAsync(Guid project, string? name, CancellationToken cancellationToken)
    {
        var row = new ConversationRow { Id = Guid.NewGuid(), Project = project, Name = name };
        await using var db = database.Context();
        db.Conversations.Add(row);
        return await TrySaveAsync(db, cancellationToken) ? new Conversation(row.Id, row.Name, []) : null;
    }

    public async ValueTask<IReadOnlyList<Conversation>> ListConversationsAsync(Guid project, CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        var rows = await db.Conversations.AsNoTracking().Where(row => row.Project == project).OrderBy(row => row.Number).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new Conversation(row.Id, row.Name, []))];
    }

    public async ValueTask<Conversation?> FindConversationAsync(Guid project, Guid conversation, CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        if (await db.Conversations.AsNoTracking().SingleOrDefaultAsync(row => row.Project == project && row.Id == conversation, cancellationToken) is not { } row)
        {
            return null;
        }

        var turns = await db.ConversationTurns.AsNoTracking().Where(turn => turn.Conversation == conversation).OrderBy(turn => turn.Number)
            .Select(turn => new ConversationTurn(turn.UserText, turn.AssistantText)).ToListAsync(cancellationToken);
        return new Conversation(row.Id, row.Name, turns);
    }

    public async ValueTask<Conversation?> RenameConversationAsync(Guid project, Guid conversation, string? name, CancellationToken cancellationToken)
    {
        await using (var db = database.Context())
        {
            await db.Conversations.Where(row => row.Project == project && row.Id == conversation)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.Name, name), cancellationToken);
        }

        return await FindConversationAsync(project, conversation, cancellationToken);
    }

    public ValueTask<bool> DeleteConversationAsync(Guid project, Guid conversation, CancellationToken cancellationToken) =>
        DeleteAsync(db => db.Conversations.Where(row => row.Project == project && row.Id == conversation), cancellationToken);

    public async ValueTask AppendTurnAsync(Guid project, Guid conversation, ConversationTurn turn, CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Conversations.AnyAsync(row => row.Project == project && row.Id == conversation, cancellationToken))
        {
            db.ConversationTurns.Add(new ConversationTurnRow { Conversation = conversation, UserText = turn.UserText, AssistantText = turn.AssistantText });
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
        }
    }

    public async ValueTask<BotPrompt?> FindBotPromptAsync(Guid project, CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        return await db.BotPrompts.AsNoTracking().SingleOrDefaultAsync(row => row.Project == project, cancellationToken) is { } row
            ? new BotPrompt(row.Name, row.Model, row.Text, row.SystemPrompt, row.Parameters, row.FileUrls)
            : null;
    }

    public async ValueTask<bool> SetBotPromptAsync(Guid project, BotPrompt prompt, CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.BotPrompts.Where(row => row.Project == project).ExecuteDeleteAsync(cancellationToken);
        db.BotPrompts.Add(new BotPromptRow
        {
            Project = project,
            Name = prompt.Name,
            Model = prompt.Model,
            Text = prompt.Text,
            SystemPrompt = prompt.SystemPrompt,
            Parameters = prompt.ParametersJson,
            FileUrls = [.. prompt.FileUrls],
        });
        if (!await TrySaveAsync(db, cancellationToken))
        {
            return false;
        }

        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    public ValueTask<bool> RemoveBotPromptAsync(Guid project, CancellationToken cancellationToken) =>
        DeleteAsync(db => db.BotPrompts.Where(row => row.Project == project), cancellationToken);

    /// <summary>Saves what belongs to a project; not where the project is gone.</summary>
    private static async ValueTask<bool> TrySaveAsync(DragomanDb db, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException exception) when (exception.InnerException is SqliteException { SqliteExtendedErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT_FOREIGNKEY })
        {
            return false;
        }
    }

    /// <summary>Rows, and every trace of them. Whether there were any.</summary>
    private async ValueTask<bool> DeleteAsync<T>(Func<DragomanDb, IQueryable<T>> rows, CancellationToken cancellationToken)
    {
        int deleted;
        await using (var db = database.Context())
        {
            deleted = await rows(db).ExecuteDeleteAsync(cancellationToken);
        }

        if (deleted > 0)
        {
            database.Truncate();
        }

        return deleted > 0;
    }

    private static Expression<Func<ProjectRow, bool>> OwnedBy(Owner owner) =>
        row => row.Owner == owner.Name && row.IsLive == owner.IsLive && !row.IsDeleting;

    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    internal static Project ProjectOf(ProjectRow row) => new()
    {
        Id = row.Id,
        Owner = new Owner(row.Owner, row.IsLive),
        Name = row.Name,
        CollectionName = row.CollectionName,
        CreatedAt = row.CreatedAt,
        DbProvider = row.DbProvider,
        EmbeddingsProvider = row.EmbeddingsProvider,
        Embedder = ModelReference.TryParse(row.Embedder, out var embedder) ? embedder : throw new InvalidDataException("A project's embedder is damaged."),
        Dimensions = row.Dimensions,
        LlmProvider = row.LlmProvider,
        LlmModel = row.LlmModel,
        OcrProvider = row.OcrProvider,
        SpeechToTextProvider = row.SpeechToTextProvider,
        Chunking = new ChunkRules(row.ChunkSize, [.. row.ChunkSeparators]),
    };
}
