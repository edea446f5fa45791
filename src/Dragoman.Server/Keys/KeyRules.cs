using System.Collections.Frozen;
using System.Text;
using Dragoman.Model;

namespace Dragoman.Server.Keys;

/// <summary>What a key may be, whoever asks for it.</summary>
/// <param name="dialects">Every dialect's name.</param>
internal sealed class KeyRules(IEnumerable<string> dialects)
{
    public const int LongestName = 100;
    public const int MostModels = 100;
    public const int LongestModel = 256;

    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    private readonly FrozenSet<string> _dialects = dialects.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="KeyException">The draft cannot be.</exception>
    /// <returns>The draft with its dialects spelt as they are known, and nothing twice.</returns>
    public KeyDraft Check(KeyDraft draft, DateTimeOffset now)
    {
        CheckText("name", draft.Name);
        if (draft.Project is not null)
        {
            CheckText("project", draft.Project);
        }

        CheckLimit("requests_per_minute", draft.Limits.RequestsPerMinute);
        CheckLimit("requests_per_day", draft.Limits.RequestsPerDay);
        CheckLimit("tokens_per_minute", draft.Limits.TokensPerMinute);
        CheckLimit("concurrent_calls", draft.Limits.ConcurrentCalls);
        if (draft.ExpiresAt <= now)
        {
            throw new KeyException("expires_at", "expires_at must be in the future.");
        }

        var dialectNames = draft.Dialects is null ? null : CheckDialects(draft.Dialects);
        var models = draft.Models is null ? null : CheckModels(draft.Models);
        if (draft.Mode == KeyMode.Admin && RightOrLimitOf(draft) is { } member)
        {
            throw new KeyException(member, "An admin key opens the admin API and nothing else: it takes no dialects, models or limits.");
        }

        return draft with { Dialects = dialectNames, Models = models };
    }

    /// <exception cref="KeyException">The overlap cannot be.</exception>
    public static void CheckOverlap(TimeSpan overlap)
    {
        if (overlap < TimeSpan.Zero || overlap > LongestOverlap)
        {
            throw new KeyException("overlap", $"overlap must be between 0 and {LongestOverlap.TotalDays:0} days.");
        }
    }

    /// <summary>The first member that is of calls alone; <c>null</c> where none is set.</summary>
    private static string? RightOrLimitOf(KeyDraft draft) => draft switch
    {
        { Dialects: not null } => "dialects",
        { Models: not null } => "models",
        { Limits.RequestsPerMinute: not null } => "requests_per_minute",
        { Limits.RequestsPerDay: not null } => "requests_per_day",
        { Limits.TokensPerMinute: not null } => "tokens_per_minute",
        { Limits.ConcurrentCalls: not null } => "concurrent_calls",
        _ => null,
    };

    private static void CheckText(string field, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new KeyException(field, $"{field} must not be empty.");
        }

        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            length++;
            if (rune == Rune.ReplacementChar || TerminalText.Moves(rune))
            {
                throw new KeyException(field, $"{field} must not hold control characters or broken ones.");
            }
        }

        if (length > LongestName)
        {
            throw new KeyException(field, $"{field} must have at most {LongestName} characters.");
        }
    }

    private static void CheckLimit(string field, int? limit)
    {
        if (limit < CallLimits.None)
        {
            throw new KeyException(field, $"{field} must be a whole number from 1, or {KeyJson.NoLimit}.");
        }
    }

    private List<string> CheckDialects(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            throw new KeyException("dialects", "dialects must name at least one.");
        }

        List<string> known = [];
        foreach (var name in names)
        {
            if (!_dialects.TryGetValue(name, out var spelt))
            {
                throw new KeyException("dialects", $"dialects names one that does not exist. There are: {string.Join(", ", _dialects.Order(StringComparer.Ordinal))}.");
            }

            if (!known.Contains(spelt))
            {
                known.Add(spelt);
            }
        }

        return known;
    }

    private static List<string> CheckModels(IReadOnlyList<string> patterns)
    {
        if (patterns.Count is 0 or > MostModels)
        {
            throw new KeyException("models", $"models must hold 1 to {MostModels} names.");
        }

        List<string> models = [];
        foreach (var pattern in patterns)
        {
            if (pattern is not { Length: > 0 and <= LongestModel })
            {
                throw new KeyException("models", $"models must hold names of 1 to {LongestModel} characters.");
            }

            if (pattern.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar || Rune.IsWhiteSpace(rune) || TerminalText.Moves(rune)))
            {
                throw new KeyException("models", "models must not hold spaces or control characters.");
            }

            if (pattern.IndexOf('*') is >= 0 and var star && star < pattern.Length - 1)
            {
                throw new KeyException("models", "models may have a star at the end of a name only.");
            }

            if (!models.Contains(pattern, StringComparer.OrdinalIgnoreCase))
            {
                models.Add(pattern);
            }
        }

        return models;
    }
}
