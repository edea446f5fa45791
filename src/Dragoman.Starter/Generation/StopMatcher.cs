using System.Text;

namespace Dragoman.Starter.Generation;

/// <summary>
/// Looks for stop strings in text that comes in parts. Text that may be the beginning of one is held back until the next part decides,
/// so that no part of a stop string gets out.
/// </summary>
internal sealed class StopMatcher(IReadOnlyList<string> stops)
{
    private readonly StringBuilder _held = new();

    /// <summary>Whether a stop string was found; nothing comes out any more then.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes more text and returns what can be given out.</summary>
    public string Append(string text)
    {
        if (Stopped)
        {
            return "";
        }

        if (stops.Count == 0)
        {
            return text;
        }

        string all = _held.Length == 0 ? text : _held.Append(text).ToString();
        _held.Clear();

        int first = -1;
        foreach (string stop in stops)
        {
            int at = all.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first))
            {
                first = at;
            }
        }

        if (first >= 0)
        {
            Stopped = true;
            return all[..first];
        }

        int hold = HoldLength(all);
        _held.Append(all, all.Length - hold, hold);
        return hold == 0 ? all : all[..^hold];
    }

    /// <summary>What is held back, when no more text comes.</summary>
    public string Flush()
    {
        string rest = Stopped ? "" : _held.ToString();
        _held.Clear();
        return rest;
    }

    // Length of the longest end of the text that is a beginning of some stop string.
    private int HoldLength(string text)
    {
        int longest = 0;
        foreach (string stop in stops)
        {
            for (int n = Math.Min(stop.Length - 1, text.Length); n > longest; n--)
            {
                if (text.AsSpan(text.Length - n).SequenceEqual(stop.AsSpan(0, n)))
                {
                    longest = n;
                }
            }
        }

        return longest;
    }
}
