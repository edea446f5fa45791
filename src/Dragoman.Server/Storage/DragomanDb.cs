using Dragoman.Keys;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Server.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Dragoman.Server.Storage;

/// <summary>The tables of <c>dragoman.db</c>. A change here needs a migration: see "Add a migration" in CONTRIBUTING.md.</summary>
internal sealed class DragomanDb(DbContextOptions<DragomanDb> options) : DbContext(options)
{
    public DbSet<KeyRow> Keys => Set<KeyRow>();

    public DbSet<RetiredSecretRow> RetiredSecrets => Set<RetiredSecretRow>();

    public DbSet<DayCountRow> DayCounts => Set<DayCountRow>();

    public DbSet<ProjectRow> Projects => Set<ProjectRow>();

    public DbSet<DocumentRow> Documents => Set<DocumentRow>();

    public DbSet<ConversationRow> Conversations => Set<ConversationRow>();

    public DbSet<ConversationTurnRow> ConversationTurns => Set<ConversationTurnRow>();

    public DbSet<BotPromptRow> BotPrompts => Set<BotPromptRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        configuration.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configuration.Properties<KeyMode>().HaveConversion<ModeNames>();
        configuration.Properties<DocumentKind>().HaveConversion<string>();
        configuration.Properties<DocumentFormat>().HaveConversion<string>();
        configuration.Properties<DocumentStatus>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<KeyRow>(key =>
        {
            key.ToTable("keys", table => table.HasCheckConstraint("CK_keys_hash", $"length(hash) = {KeyHash.Size}"));
            key.HasKey(row => row.Number);
            key.HasAlternateKey(row => row.Id);
            key.Property(row => row.Number).HasColumnName("number");
            key.Property(row => row.Id).HasColumnName("id");
            key.Property(row => row.Revision).HasColumnName("revision");
            key.Property(row => row.Name).HasColumnName("name");
            key.Property(row => row.Mode).HasColumnName("mode");
            key.Property(row => row.IsBootstrap).HasColumnName("is_bootstrap");
            key.Property(row => row.Hash).HasColumnName("hash");
            key.Property(row => row.Ending).HasColumnName("ending");
            key.Property(row => row.FormerHash).HasColumnName("former_hash");
            key.Property(row => row.FormerSecretUntil).HasColumnName("former_secret_until");
            key.Property(row => row.Project).HasColumnName("project");
            key.Property(row => row.Dialects).HasColumnName("dialects");
            key.Property(row => row.Models).HasColumnName("models");
            key.Property(row => row.RequestsPerMinute).HasColumnName("requests_per_minute");
            key.Property(row => row.RequestsPerDay).HasColumnName("requests_per_day");
            key.Property(row => row.TokensPerMinute).HasColumnName("tokens_per_minute");
            key.Property(row => row.ConcurrentCalls).HasColumnName("concurrent_calls");
            key.Property(row => row.CreatedAt).HasColumnName("created_at");
            key.Property(row => row.ExpiresAt).HasColumnName("expires_at");
            key.Property(row => row.RevokedAt).HasColumnName("revoked_at");
            key.Property(row => row.RotatedAt).HasColumnName("rotated_at");
            key.HasIndex(row => row.Hash).IsUnique();
            key.HasIndex(row => row.Revision).IsUnique();
        });
        model.Entity<RetiredSecretRow>(secret =>
        {
            secret.ToTable("retired_secrets");
            secret.HasKey(row => row.Hash);
            secret.Property(row => row.Hash).HasColumnName("hash");
            secret.Property(row => row.KeyId).HasColumnName("key_id");
            secret.HasOne<KeyRow>().WithMany().HasForeignKey(row => row.KeyId).HasPrincipalKey(row => row.Id).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<DayCountRow>(count =>
        {
            count.ToTable("day_counts");
            count.HasKey(row => new { row.KeyId, row.Dialect });
            count.Property(row => row.KeyId).HasColumnName("key_id");
            count.Property(row => row.Dialect).HasColumnName("dialect");
            count.Property(row => row.EndsAt).HasColumnName("ends_at");
            count.Property(row => row.Requests).HasColumnName("requests");
            count.HasOne<KeyRow>().WithMany().HasForeignKey(row => row.KeyId).HasPrincipalKey(row => row.Id).OnDelete(DeleteBehavior.Restrict);
        });
        KnowledgeTables.Configure(model);
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

    private sealed class ModeNames() : ValueConverter<KeyMode, string>(
        mode => KeyJson.ModeName(mode), name => KeyJson.ModeOf(name)!.Value);

    /// <summary>For the tool that scaffolds migrations; it opens no file.</summary>
    private sealed class ForTheTool : IDesignTimeDbContextFactory<DragomanDb>
    {
        public DragomanDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<DragomanDb>().UseSqlite().Options);
    }
}

/// <summary>An API key as it is stored. Rows are never deleted.</summary>
internal sealed class KeyRow
{
    /// <summary>Rises with each new key: the order in which keys are listed.</summary>
    public long Number { get; set; }

    public required string Id { get; set; }

    /// <summary>Higher than every other row's after each change, set in the change's own transaction: whoever has read up to one finds later changes above it.</summary>
    public long Revision { get; set; }

    public required string Name { get; set; }

    public KeyMode Mode { get; set; }

    /// <summary>Its secret is set by the environment, or it was the first of a fresh data directory.</summary>
    public bool IsBootstrap { get; set; }

    /// <summary>The secret's keyed hash; the secret itself is nowhere.</summary>
    public required byte[] Hash { get; set; }

    public string? Ending { get; set; }

    public byte[]? FormerHash { get; set; }

    public DateTimeOffset? FormerSecretUntil { get; set; }

    public string? Project { get; set; }

    public string[]? Dialects { get; set; }

    public string[]? Models { get; set; }

    public int? RequestsPerMinute { get; set; }

    public int? RequestsPerDay { get; set; }

    public int? TokensPerMinute { get; set; }

    public int? ConcurrentCalls { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public DateTimeOffset? RotatedAt { get; set; }
}

/// <summary>The keyed hash of a secret that was rotated out; the environment cannot bring it back.</summary>
internal sealed class RetiredSecretRow
{
    public required byte[] Hash { get; set; }

    public required string KeyId { get; set; }
}

/// <summary>Requests of a key in its running day, so that a new start forgets none.</summary>
internal sealed class DayCountRow
{
    public required string KeyId { get; set; }

    /// <summary>Counted for this dialect's limit; empty for the key's own.</summary>
    public required string Dialect { get; set; }

    public DateTimeOffset EndsAt { get; set; }

    public int Requests { get; set; }
}
