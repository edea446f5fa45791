using System.Globalization;
using System.Text;
using Dragoman.Model;
using Dragoman.Server.Keys;
using Spectre.Console.Rendering;

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
    /// <param name="withStatus">Whether not all of them are in force.</param>
    /// <param name="width">Columns of the terminal, which names and projects are cut for; <c>null</c> leaves them whole, for a file or another program.</param>
    public static string Table(IReadOnlyList<KeyInfo> keys, DateTimeOffset now, bool withStatus, int? width)
    {
        // What remains beside the other columns, with a name and a project alike, and some room for limits.
        var most = width is { } columns ? Math.Max(10, (columns - 60) / 2) : int.MaxValue;
        List<string[]> rows = [Row("ID", "NAME", "MODE", "STATUS", "KEY", "PROJECT", "EXPIRES", "LIMITS")];
        rows.AddRange(keys.Select(key => Row(
            key.Id,
            Cut(TerminalText.Of(key.Name), most),
            KeyJson.ModeName(key.Mode),
            KeyJson.StatusName(key.StatusAt(now)),
            Ending(key),
            Cut(TerminalText.Of(key.Project ?? Nothing), most),
            key.ExpiresAt?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "never",
            key.Mode == KeyMode.Admin ? Nothing : Limits(key.Limits))));
        var widths = rows[0].Select((_, column) => rows.Max(row => Width(row[column]))).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length - 1; column++)
            {
                text.Append(row[column]).Append(' ', widths[column] - Width(row[column]) + 2);
            }

            text.Append(row[^1]).Append('\n');
        }

        return text.ToString();

        string[] Row(string id, string name, string mode, string status, string ending, string project, string expires, string limits) =>
            withStatus ? [id, name, mode, status, ending, project, expires, limits] : [id, name, mode, ending, project, expires, limits];
    }

    /// <summary>Columns of a terminal: a Chinese character has two, an accent of its own none.</summary>
    private static int Width(string text) => new Segment(text).CellCount();

    private static string Cut(string text, int most)
    {
        if (Width(text) <= most)
        {
            return text;
        }

        var cut = new StringBuilder();
        var width = 0;
        var characters = StringInfo.GetTextElementEnumerator(text);
        while (characters.MoveNext() && (width += Width(characters.GetTextElement())) < most)
        {
            cut.Append(characters.GetTextElement());
        }

        return cut.Append('…').ToString();
    }

    private static string Ending(KeyInfo key) => key.Ending is { } ending ? "…" + ending : Nothing;

    private static string Limits(CallLimits limits)
    {
        var own = string.Join(", ", Own(limits));
        return own.Length == 0 ? "default" : own;
    }

    /// <summary>By the names of their options.</summary>
    private static IEnumerable<string> Own(CallLimits limits)
    {
        foreach (var (limit, name) in new[]
        {
            (limits.RequestsPerMinute, "rpm"), (limits.RequestsPerDay, "rpd"), (limits.TokensPerMinute, "tpm"), (limits.ConcurrentCalls, "concurrency"),
        })
        {
            if (limit is not null)
            {
                yield return $"{name} {Limit(limit)}";
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
