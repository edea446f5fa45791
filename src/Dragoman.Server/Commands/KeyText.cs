using System.Globalization;
using System.Text;
using Dragoman.Model;
using Dragoman.Server.Keys;

namespace Dragoman.Server.Commands;

/// <summary>Keys for a person to read. What a former version or another program has written was checked by nobody.</summary>
internal static class KeyText
{
    private const string Nothing = "-";

    /// <summary>A line for each property.</summary>
    public static string Details(KeyInfo key, DateTimeOffset now)
    {
        var text = new StringBuilder();
        Line("id", key.Id);
        Line("name", key.Name);
        Line("mode", KeyJson.ModeName(key.Mode));
        Line("status", KeyJson.StatusName(key.StatusAt(now)));
        Line("key", Ending(key));
        Line("project", key.Project ?? Nothing);
        if (key.Mode != KeyMode.Admin)
        {
            Line("dialects", key.Dialects is null ? "all" : string.Join(", ", key.Dialects));
            Line("models", key.Models is null ? "all" : string.Join(", ", key.Models));
            Line("requests a minute", Limit(key.Limits.RequestsPerMinute));
            Line("requests a day", Limit(key.Limits.RequestsPerDay));
            Line("tokens a minute", Limit(key.Limits.TokensPerMinute));
            Line("calls at once", Limit(key.Limits.ConcurrentCalls));
        }

        Line("created", Time(key.CreatedAt));
        Line("expires", Time(key.ExpiresAt, "never"));
        if (key.RotatedAt is not null)
        {
            Line("rotated", Time(key.RotatedAt));
        }

        if (key.FormerSecretUntil > now)
        {
            Line("former key until", Time(key.FormerSecretUntil));
        }

        if (key.RevokedAt is not null)
        {
            Line("revoked", Time(key.RevokedAt));
        }

        return text.ToString();

        void Line(string name, string value) => text.Append("  ").Append(name.PadRight(18)).Append(TerminalText.Of(value)).Append('\n');
    }

    /// <summary>A line for each key, in columns.</summary>
    public static string Table(IReadOnlyList<KeyInfo> keys, DateTimeOffset now)
    {
        List<string[]> rows = [["ID", "NAME", "MODE", "STATUS", "KEY", "PROJECT", "LIMITS", "EXPIRES"]];
        rows.AddRange(keys.Select(key => (string[])
        [
            key.Id,
            TerminalText.Of(key.Name),
            KeyJson.ModeName(key.Mode),
            KeyJson.StatusName(key.StatusAt(now)),
            Ending(key),
            TerminalText.Of(key.Project ?? Nothing),
            key.Mode == KeyMode.Admin ? Nothing : Limits(key.Limits),
            Time(key.ExpiresAt, "never"),
        ]));
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendJoin("  ", row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column]))).Append('\n');
        }

        return text.ToString();
    }

    private static string Ending(KeyInfo key) => key.Ending is { } ending ? "…" + ending : Nothing;

    private static string Limits(CallLimits limits)
    {
        var own = string.Join(", ", Own(limits));
        return own.Length == 0 ? "default" : own;
    }

    private static IEnumerable<string> Own(CallLimits limits)
    {
        foreach (var (limit, unit) in new[]
        {
            (limits.RequestsPerMinute, "requests/min"), (limits.RequestsPerDay, "requests/day"), (limits.TokensPerMinute, "tokens/min"), (limits.ConcurrentCalls, "at once"),
        })
        {
            if (limit is not null)
            {
                yield return limit == CallLimits.None ? $"unlimited {unit}" : $"{limit} {unit}";
            }
        }
    }

    private static string Limit(int? limit) => limit switch
    {
        null => "default",
        CallLimits.None => KeyJson.NoLimit,
        _ => limit.Value.ToString(CultureInfo.InvariantCulture),
    };

    private static string Time(DateTimeOffset? time, string none = Nothing) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? none;
}
