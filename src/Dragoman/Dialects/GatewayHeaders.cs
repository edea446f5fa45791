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
    public static void SetDropped(HttpResponse response, IReadOnlyList<string> byGateway, IReadOnlyList<string> byDialect)
    {
        if (byGateway.Count == 0 && byDialect.Count == 0)
        {
            return;
        }

        var names = new StringBuilder();
        Append(names, byGateway);
        Append(names, byDialect);
        response.Headers[Dropped] = names.ToString();
    }

    /// <summary>Sets <c>retry-after</c> in whole seconds, rounded up and at least 1, where the error says how long to wait.</summary>
    public static void SetRetryAfter(HttpResponse response, GatewayError error)
    {
        if (error.RetryAfter is { } wait)
        {
            var seconds = (long)Math.Ceiling(Math.Clamp(wait.TotalSeconds, 1, int.MaxValue));
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>
    /// A text as a header value: whatever is not printable ASCII is percent-encoded as UTF-8, so that a model's name can neither break the
    /// header nor be refused by the server. A plain name passes unchanged.
    /// </summary>
    internal static string Safe(string text, bool inList = false)
    {
        var plain = true;
        foreach (var character in text)
        {
            plain &= IsPlain(character, inList);
        }

        if (plain)
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (IsPlain((char)value, inList))
            {
                safe.Append((char)value);
            }
            else
            {
                safe.Append('%').Append(value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return safe.ToString();
    }

    private static void Append(StringBuilder names, IReadOnlyList<string> more)
    {
        for (var i = 0; i < more.Count; i++)
        {
            if (names.Length > 0)
            {
                names.Append(", ");
            }

            names.Append(Safe(more[i], inList: true));
        }
    }

    private static bool IsPlain(char character, bool inList) =>
        character is >= ' ' and <= '~' && !(inList && character == ',');
}
