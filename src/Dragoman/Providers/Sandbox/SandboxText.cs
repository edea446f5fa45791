using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Providers.Sandbox;

/// <summary>Callers' words, short and sound enough to be said back.</summary>
internal static class SandboxText
{
    private const int LongestQuote = 400;

    // Only what JSON itself demands is escaped, as models do.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The first <paramref name="length"/> characters (code points) at most; half of a surrogate pair becomes U+FFFD.</summary>
    public static string Excerpt(string text, int length)
    {
        var excerpt = new StringBuilder(Math.Min(text.Length, length));
        foreach (var rune in text.EnumerateRunes())
        {
            if (length-- == 0)
            {
                break;
            }

            excerpt.Append(rune);
        }

        return excerpt.ToString();
    }

    /// <summary>The text, or its beginning and how long it is.</summary>
    public static string Shorten(string text)
    {
        var excerpt = Excerpt(text, LongestQuote);
        return excerpt.Length == text.Length
            ? excerpt
            : string.Create(CultureInfo.InvariantCulture, $"{excerpt}… ({text.EnumerateRunes().Count()} characters)");
    }

    public static string ToJson(JsonNode? node)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, Json))
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        }

        return Encoding.UTF8.GetString(json.GetBuffer(), 0, (int)json.Length);
    }
}
