using Dragoman.Knowledge;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Storage;

/// <summary>A project as it is stored.</summary>
internal sealed class ProjectRow
{
    /// <summary>Rises with each new project: the order in which they are listed.</summary>
    public long Number { get; set; }

    public Guid Id { get; set; }

    public required string Owner { get; set; }

    public bool IsLive { get; set; }

    public required string Name { get; set; }

    public required string CollectionName { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string DbProvider { get; set; }

    public required string EmbeddingsProvider { get; set; }

    public required string Embedder { get; set; }

    public int Dimensions { get; set; }

    public string? LlmProvider { get; set; }

    public string? LlmModel { get; set; }

    public required string OcrProvider { get; set; }

    public required string SpeechToTextProvider { get; set; }

    public int? ChunkSize { get; set; }

    public required string[] ChunkSeparators { get; set; }

    /// <summary>On its way out; found by nobody.</summary>
    public bool IsDeleting { get; set; }
}

/// <summary>A document as it is stored: what became of it, and where it came from. Its chunks are in its project's own file.</summary>
internal sealed class DocumentRow
{
    /// <summary>Rises with each new document: the order in which they are read and listed.</summary>
    public long Number { get; set; }

    public Guid Id { get; set; }

    public Guid Project { get; set; }

    public DocumentKind Kind { get; set; }

    public DocumentFormat? Format { get; set; }

    public required string FileType { get; set; }

    public string? Name { get; set; }

    public string? Address { get; set; }

    public bool RenderScripts { get; set; }

    public string? Model { get; set; }

    public string? Prompt { get; set; }

    public required string Metadata { get; set; }

    /// <summary>SHA-256 of what was added and how it is to be read; <c>null</c> once it is on its way out, so that the same can be added again.</summary>
    public byte[]? ContentHash { get; set; }

    /// <summary>The key that added it.</summary>
    public required string KeyId { get; set; }

    public DocumentStatus Status { get; set; }

    public string? Error { get; set; }

    public int ChunkCount { get; set; }

    /// <summary>Tries that failed for a reason that may go away; grave ones count for several.</summary>
    public int FailedTries { get; set; }

    /// <summary>Not to be tried before.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }
}

internal sealed class ConversationRow
{
    public long Number { get; set; }

    public Guid Id { get; set; }

    public Guid Project { get; set; }

    public string? Name { get; set; }
}

internal sealed class ConversationTurnRow
{
    public long Number { get; set; }

    public Guid Conversation { get; set; }

    public required string UserText { get; set; }

    public string? AssistantText { get; set; }
}

internal sealed class BotPromptRow
{
    public Guid Project { get; set; }

    public required string Name { get; set; }

    public required string Model { get; set; }

    public required string Text { get; set; }

    public string? SystemPrompt { get; set; }

    public required string Parameters { get; set; }

    public required string[] FileUrls { get; set; }
}

internal static class KnowledgeTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<ProjectRow>(project =>
        {
            project.ToTable("projects");
            project.HasKey(row => row.Number);
            project.HasAlternateKey(row => row.Id);
            project.Property(row => row.Number).HasColumnName("number");
            project.Property(row => row.Id).HasColumnName("id");
            project.Property(row => row.Owner).HasColumnName("owner");
            project.Property(row => row.IsLive).HasColumnName("is_live");
            project.Property(row => row.Name).HasColumnName("name");
            project.Property(row => row.CollectionName).HasColumnName("collection_name");
            project.Property(row => row.CreatedAt).HasColumnName("created_at");
            project.Property(row => row.DbProvider).HasColumnName("db_provider");
            project.Property(row => row.EmbeddingsProvider).HasColumnName("embeddings_provider");
            project.Property(row => row.Embedder).HasColumnName("embedder");
            project.Property(row => row.Dimensions).HasColumnName("dimensions");
            project.Property(row => row.LlmProvider).HasColumnName("llm_provider");
            project.Property(row => row.LlmModel).HasColumnName("llm_model");
            project.Property(row => row.OcrProvider).HasColumnName("ocr_provider");
            project.Property(row => row.SpeechToTextProvider).HasColumnName("speech_to_text_provider");
            project.Property(row => row.ChunkSize).HasColumnName("chunk_size");
            project.Property(row => row.ChunkSeparators).HasColumnName("chunk_separators");
            project.Property(row => row.IsDeleting).HasColumnName("is_deleting");
            project.HasIndex(row => new { row.Owner, row.IsLive });
        });
        model.Entity<DocumentRow>(document =>
        {
            document.ToTable("documents");
            document.HasKey(row => row.Number);
            document.HasAlternateKey(row => row.Id);
            document.Property(row => row.Number).HasColumnName("number");
            document.Property(row => row.Id).HasColumnName("id");
            document.Property(row => row.Project).HasColumnName("project");
            document.Property(row => row.Kind).HasColumnName("kind");
            document.Property(row => row.Format).HasColumnName("format");
            document.Property(row => row.FileType).HasColumnName("file_type");
            document.Property(row => row.Name).HasColumnName("name");
            document.Property(row => row.Address).HasColumnName("address");
            document.Property(row => row.RenderScripts).HasColumnName("render_scripts");
            document.Property(row => row.Model).HasColumnName("model");
            document.Property(row => row.Prompt).HasColumnName("prompt");
            document.Property(row => row.Metadata).HasColumnName("metadata");
            document.Property(row => row.ContentHash).HasColumnName("content_hash");
            document.Property(row => row.KeyId).HasColumnName("key_id");
            document.Property(row => row.Status).HasColumnName("status");
            document.Property(row => row.Error).HasColumnName("error");
            document.Property(row => row.ChunkCount).HasColumnName("chunk_count");
            document.Property(row => row.FailedTries).HasColumnName("failed_tries");
            document.Property(row => row.RetryAt).HasColumnName("retry_at");
            document.Property(row => row.CreatedAt).HasColumnName("created_at");
            document.Property(row => row.StartedAt).HasColumnName("started_at");
            document.HasOne<ProjectRow>().WithMany().HasForeignKey(row => row.Project).HasPrincipalKey(row => row.Id).OnDelete(DeleteBehavior.Cascade);
            document.HasIndex(row => new { row.Project, row.ContentHash }).IsUnique();
            document.HasIndex(row => new { row.Status, row.Project });
        });
        model.Entity<ConversationRow>(conversation =>
        {
            conversation.ToTable("conversations");
            conversation.HasKey(row => row.Number);
            conversation.HasAlternateKey(row => row.Id);
            conversation.Property(row => row.Number).HasColumnName("number");
            conversation.Property(row => row.Id).HasColumnName("id");
            conversation.Property(row => row.Project).HasColumnName("project");
            conversation.Property(row => row.Name).HasColumnName("name");
            conversation.HasOne<ProjectRow>().WithMany().HasForeignKey(row => row.Project).HasPrincipalKey(row => row.Id).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<ConversationTurnRow>(turn =>
        {
            turn.ToTable("conversation_turns");
            turn.HasKey(row => row.Number);
            turn.Property(row => row.Number).HasColumnName("number");
            turn.Property(row => row.Conversation).HasColumnName("conversation");
            turn.Property(row => row.UserText).HasColumnName("user_text");
            turn.Property(row => row.AssistantText).HasColumnName("assistant_text");
            turn.HasOne<ConversationRow>().WithMany().HasForeignKey(row => row.Conversation).HasPrincipalKey(row => row.Id).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<BotPromptRow>(prompt =>
        {
            prompt.ToTable("bot_prompts");
            prompt.HasKey(row => row.Project);
            prompt.Property(row => row.Project).HasColumnName("project");
            prompt.Property(row => row.Name).HasColumnName("name");
            prompt.Property(row => row.Model).HasColumnName("model");
            prompt.Property(row => row.Text).HasColumnName("text");
            prompt.Property(row => row.SystemPrompt).HasColumnName("system_prompt");
            prompt.Property(row => row.Parameters).HasColumnName("parameters");
            prompt.Property(row => row.FileUrls).HasColumnName("file_urls");
            prompt.HasOne<ProjectRow>().WithOne().HasForeignKey<BotPromptRow>(row => row.Project).HasPrincipalKey<ProjectRow>(row => row.Id)
                .OnDelete(DeleteBehavior.Cascade);
        });
    }
}
