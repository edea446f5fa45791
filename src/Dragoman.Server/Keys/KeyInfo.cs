using Dragoman.Model;

namespace Dragoman.Server.Keys;

/// <summary>An API key as its operator sees it: everything but the secret.</summary>
internal sealed record KeyInfo
{
    /// <summary><c>key_</c> and 16 hexadecimal digits.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required KeyMode Mode { get; init; }

    /// <summary>The secret's last four characters, to know it by; absent for a secret that the operator chose.</summary>
    public string? Ending { get; init; }

    public string? Project { get; init; }

    /// <summary>Names of dialects, or <c>null</c> for all.</summary>
    public IReadOnlyList<string>? Dialects { get; init; }

    /// <summary>Patterns as in <see cref="ModelList"/>, or <c>null</c> for all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    public CallLimits Limits { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public DateTimeOffset? RotatedAt { get; init; }

    /// <summary>Until when the secret before the last rotation is accepted too.</summary>
    public DateTimeOffset? FormerSecretUntil { get; init; }

    public KeyStatus StatusAt(DateTimeOffset now) => this switch
    {
        { RevokedAt: not null } => KeyStatus.Revoked,
        { ExpiresAt: { } end } when end <= now => KeyStatus.Expired,
        _ => KeyStatus.Active,
    };
}

internal enum KeyStatus
{
    Active,
    Expired,
    Revoked,
}

/// <summary>What a new key shall be.</summary>
internal sealed record KeyDraft(string Name, KeyMode Mode)
{
    public string? Project { get; init; }

    public IReadOnlyList<string>? Dialects { get; init; }

    public IReadOnlyList<string>? Models { get; init; }

    public CallLimits Limits { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>What of a key shall change; a member that is not set stays as it is. Mode and id never change.</summary>
internal sealed record KeyChange
{
    public Change<string> Name { get; init; }

    public Change<string?> Project { get; init; }

    public Change<IReadOnlyList<string>?> Dialects { get; init; }

    public Change<IReadOnlyList<string>?> Models { get; init; }

    public Change<int?> RequestsPerMinute { get; init; }

    public Change<int?> RequestsPerDay { get; init; }

    public Change<int?> TokensPerMinute { get; init; }

    public Change<int?> ConcurrentCalls { get; init; }

    public Change<DateTimeOffset?> ExpiresAt { get; init; }

    /// <summary>What the key shall be, by what it was; or, over a draft of a name and a mode alone, what a new key shall be.</summary>
    public KeyDraft Over(KeyDraft former) => former with
    {
        Name = Name.Over(former.Name),
        Project = Project.Over(former.Project),
        Dialects = Dialects.Over(former.Dialects),
        Models = Models.Over(former.Models),
        Limits = new CallLimits
        {
            RequestsPerMinute = RequestsPerMinute.Over(former.Limits.RequestsPerMinute),
            RequestsPerDay = RequestsPerDay.Over(former.Limits.RequestsPerDay),
            TokensPerMinute = TokensPerMinute.Over(former.Limits.TokensPerMinute),
            ConcurrentCalls = ConcurrentCalls.Over(former.Limits.ConcurrentCalls),
        },
        ExpiresAt = ExpiresAt.Over(former.ExpiresAt),
    };
}

/// <summary>A new value, or none: <c>default</c> changes nothing, while a value that is <c>null</c> does.</summary>
internal readonly record struct Change<T>(T To)
{
    public bool IsSet { get; } = true;

    public T Over(T former) => IsSet ? To : former;
}

/// <summary>Which keys, newest last; a page begins after the id <paramref name="After"/>.</summary>
internal sealed record KeyQuery(string? After = null, int Limit = 100)
{
    public string? Project { get; init; }

    public KeyMode? Mode { get; init; }

    /// <summary>Revoked and expired ones too.</summary>
    public bool IncludeEnded { get; init; } = true;
}

/// <param name="NextAfter">Where the next page begins; <c>null</c> on the last.</param>
internal sealed record KeyPage(IReadOnlyList<KeyInfo> Keys, string? NextAfter);

/// <param name="Secret">The key itself; it is seen this once.</param>
internal sealed record KeyWithSecret(KeyInfo Key, string Secret);

/// <summary>A draft or a change that cannot be; for the operator.</summary>
/// <param name="field">The member at fault, as JSON spells it: <c>requests_per_minute</c>.</param>
internal sealed class KeyException(string field, string message) : Exception(message)
{
    public string Field { get; } = field;

    /// <summary>It is not what was asked: the key has ended for good, and nothing changes it any more.</summary>
    public bool IsRevoked { get; init; }
}
