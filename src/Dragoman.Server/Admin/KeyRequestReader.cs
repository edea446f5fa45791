using System.Globalization;
using Dragoman.Dialects;
using Dragoman.Model;
using Dragoman.Server.Keys;

namespace Dragoman.Server.Admin;

/// <summary>
/// What the key endpoints are sent, read. Pure: bytes or a query in, a draft, a change or a query of the store out, or an <see cref="AdminException"/>.
/// Whether a value can be (a name's length, a time that is past) the store decides.
/// </summary>
internal static class KeyRequestReader
{
    private const int MostKeysOnPage = 1000;

    /// <summary>What can be set of a key at any time; the mode only when it is made.</summary>
    private static readonly string[] Changeable =
    [
        "name", "project", "dialects", "models", "requests_per_minute", "requests_per_day", "tokens_per_minute", "concurrent_calls", "expires_at",
    ];

    public static KeyDraft ReadDraft(ReadOnlyMemory<byte> body)
    {
        var members = AdminBody.Parse(body, ["mode", .. Changeable]);
        var change = Change(members);
        if (!change.Name.IsSet)
        {
            throw new AdminException(AdminErrorType.InvalidRequest, "A key needs a name.", "name");
        }

        var mode = members.Text("mode") is { IsSet: true } named ? Mode(named.To, AdminErrorType.InvalidValue) : KeyMode.Live;
        return change.Over(new KeyDraft(change.Name.To, mode));
    }

    /// <summary>A JSON merge patch (RFC 7396): an absent member changes nothing, null goes back to all, to the dialect's own, or to never.</summary>
    public static KeyChange ReadChange(ReadOnlyMemory<byte> body) => Change(AdminBody.Parse(body, Changeable));

    /// <summary>For how long the former secret shall still be accepted.</summary>
    public static TimeSpan ReadOverlap(ReadOnlyMemory<byte> body) =>
        AdminBody.Parse(body, "overlap_seconds").Seconds("overlap_seconds", KeyRules.LongestOverlap);

    /// <summary>A parameter that is unknown, or there twice, is refused: a filter without effect would show keys that nobody asked for.</summary>
    public static KeyQuery ReadQuery(IQueryCollection parameters)
    {
        var query = new KeyQuery();
        foreach (var (name, values) in parameters)
        {
            if (values.Count != 1)
            {
                throw new AdminException(AdminErrorType.InvalidRequest, $"{name} is there {values.Count} times.", name);
            }

            var value = values[0] ?? "";
            query = name switch
            {
                "project" => query with { Project = value },
                "mode" => query with { Mode = Mode(value, AdminErrorType.InvalidRequest) },
                "status" => query with { IncludeEnded = IncludesEnded(value) },
                "limit" => query with { Limit = Limit(value) },
                "after" => query with { After = value },
                _ => throw new AdminException(
                    AdminErrorType.InvalidRequest, "There is no such parameter. Parameters: project, mode, status, limit, after.", Excerpt.Of(name, 64)),
            };
        }

        return query;
    }

    private static KeyChange Change(AdminBody members) => new()
    {
        Name = members.Text("name"),
        Project = members.TextOrNull("project"),
        Dialects = members.TextsOrNull("dialects"),
        Models = members.TextsOrNull("models"),
        RequestsPerMinute = members.LimitOrNull("requests_per_minute"),
        RequestsPerDay = members.LimitOrNull("requests_per_day"),
        TokensPerMinute = members.LimitOrNull("tokens_per_minute"),
        ConcurrentCalls = members.LimitOrNull("concurrent_calls"),
        ExpiresAt = members.TimeOrNull("expires_at"),
    };

    private static KeyMode Mode(string name, AdminErrorType otherwise) =>
        KeyJson.ModeOf(name) ?? throw new AdminException(otherwise, "mode must be live, test or admin.", "mode");

    private static bool IncludesEnded(string status) => status switch
    {
        "all" => true,
        "active" => false,
        _ => throw new AdminException(AdminErrorType.InvalidRequest, "status must be active or all.", "status"),
    };

    private static int Limit(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MostKeysOnPage
            ? limit
            : throw new AdminException(AdminErrorType.InvalidRequest, $"limit must be a whole number from 1 to {MostKeysOnPage}.", "limit");
}
