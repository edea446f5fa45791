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

    /// <summary>Columns that a name is left in the narrowest of terminals, and those that limits are left at least.</summary>
    private const int ShortName = 10;
    private const int ShortLimits = 8;

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
        List<string[]> rows = [Row("ID", "NAME", "MODE", "STATUS", "KEY", "PROJECT", "EXPIRES", "LIMITS")];
        rows.AddRange(keys.Select(key => Row(
            key.Id,
            TerminalText.Of(key.Name),
            KeyJson.ModeName(key.Mode),
            KeyJson.StatusName(key.StatusAt(now)),
            Ending(key),
            TerminalText.Of(key.Project ?? Nothing),
            key.ExpiresAt?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "never",
            key.Mode == KeyMode.Admin ? Nothing : Limits(key.Limits))));
        var widths = rows[0].Select((_, column) => rows.Max(row => Width(row[column]))).ToArray();
        if (width is { } columns)
        {
            CutLongest(Array.IndexOf(rows[0], "NAME"), Array.IndexOf(rows[0], "PROJECT"), columns);
        }

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

        // What the other columns leave; limits, which end the line, are given room for a short word.
        void CutLongest(int name, int project, int columns)
        {
            var (longer, shorter) = (Math.Max(widths[name], widths[project]), Math.Min(widths[name], widths[project]));
            var room = columns - (widths[..^1].Sum(column => column + 2) - longer - shorter) - Math.Min(widths[^1], ShortLimits);
            if (longer + shorter <= room)
            {
                return;
            }

            var most = Math.Max(ShortName, Math.Max(room / 2, room - shorter));
            foreach (var column in (int[])[name, project])
            {
                rows.ForEach(row => row[column] = Cut(row[column], most));
                widths[column] = rows.Max(row => Width(row[column]));
            }
        }

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
