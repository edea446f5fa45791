using System.Globalization;
using System.Text;
using Dragoman.Model;
using Dragoman.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

/// <summary>The headers with which Dragoman says, in every dialect, what became of a call.</summary>
internal static class GatewayHeaders
{
    /// <summary><c>provider/model</c> of the deployment that answered.</summary>
    public const string ServedBy = "x-dragoman-served-by";

    /// <summary>What the caller asked for and did not get, separated by a comma and a space.</summary>
    public const string Dropped = "x-dragoman-dropped";

    /// <summary>Callers choose the names; beyond this length they would fill the buffer that a proxy has for all headers (often 4 or 8 KiB).</summary>
    public const int LongestDropped = 2048;

    private const int RoomForTheRest = 24; // ", and-2147483647-more"

    /// <summary>What every answer and every failure of a call tells; also to what writes the rest of the headers.</summary>
    /// <param name="ignored">Members of the body that the dialect has no use for.</param>
    /// <param name="lost">Parts of the answer that it has no place for.</param>
    public static void Tell(HttpContext context, Call call, in IgnoredMembers ignored, List<string>? lost = null)
    {
        context.Features.Set(call);
        SetServedBy(context.Response, call);
        SetDropped(context.Response, call.Dropped, lost is null ? ignored.Names : [.. ignored.Names, .. lost], ignored.Unnamed);
    }

    /// <summary>Tells who served the call, as far as it got.</summary>
    public static void SetServedBy(HttpResponse response, Call call)
    {
        if (call.ServedBy is { } servedBy)
        {
            response.Headers[ServedBy] = Safe(servedBy);
        }
    }

    /// <summary>Names what was dropped: by the gateway (<see cref="Call.Dropped"/>) and by the dialect itself.</summary>
    /// <param name="byDialect">Members of the body, or parts of the answer, that the dialect has no place for.</param>
    /// <param name="unnamed">How many more the dialect dropped without keeping their names.</param>
    public static void SetDropped(HttpResponse response, IReadOnlyList<string> byGateway, IReadOnlyList<string> byDialect, int unnamed = 0)
    {
        if (byGateway.Count > 0 || byDialect.Count > 0 || unnamed > 0)
        {
            response.Headers[Dropped] = ListOf(byGateway, byDialect, unnamed);
        }
    }

    /// <summary>The names in order, as many as have room; the others are counted at the end: <c>and-3-more</c>.</summary>
    internal static string ListOf(IReadOnlyList<string> first, IReadOnlyList<string> second, int unnamed)
    {
        var list = new StringBuilder();
        var count = first.Count + second.Count;
        for (var i = 0; i < count; i++)
        {
            var name = SafeInList(i < first.Count ? first[i] : second[i - first.Count]);
            if (list.Length + 2 + name.Length > LongestDropped - RoomForTheRest)
            {
                unnamed += count - i;
                break;
            }

            Append(list, name);
        }

        if (unnamed > 0)
        {
            Append(list, string.Create(CultureInfo.InvariantCulture, $"and-{unnamed}-more"));
        }

        return list.ToString();
    }

    /// <summary>Sets <c>retry-after</c> in whole seconds, rounded up and at least 1, where the error says how long to wait.</summary>
    public static void SetRetryAfter(HttpResponse response, GatewayError error)
    {
        if (error.RetryAfter is { } wait)
        {
            var seconds = (long)Math.Ceiling(Math.Clamp(wait.TotalSeconds, 1, int.MaxValue));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>
    /// A text as a header value: whatever is not printable ASCII, the percent sign, and a space at either end are percent-encoded as UTF-8, so that
    /// a model's name can neither break the header nor be refused by the server, and decoding gives it back. A plain name passes unchanged.
    /// </summary>
    internal static string Safe(string text) => Encode(text, inList: false);

    /// <summary>The same for a name in a list: commas and quotes are encoded too, and an empty name, which JSON allows, is <c>""</c>.</summary>
    internal static string SafeInList(string name) => name.Length == 0 ? "\"\"" : Encode(name, inList: true);

    private static string Encode(string text, bool inList)
    {
        var plain = text is not ([' ', ..] or [.., ' ']);
        foreach (var character in text)
        {
            plain &= IsPlain(character, inList);
        }

        if (plain)
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < bytes.Length; i++)
        {
            var character = (char)bytes[i];
            var isAtEnd = i == 0 || i == bytes.Length - 1;
            if (IsPlain(character, inList) && !(isAtEnd && character == ' '))
            {
                safe.Append(character);
            }
            else
            {
                safe.Append('%').Append(bytes[i].ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return safe.ToString();
    }

    private static void Append(StringBuilder list, string name)
    {
        if (list.Length > 0)
        {
            list.Append(", ");
        }

        list.Append(name);
    }

    private static bool IsPlain(char character, bool inList) =>
        character is >= ' ' and <= '~' and not '%' && !(inList && (character is ',' or '"'));
}
