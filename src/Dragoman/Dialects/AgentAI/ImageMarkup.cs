using System.Text;
using System.Text.Json;

namespace Dragoman.Dialects.AgentAI;

/// <summary>How agent.ai tells of pictures: as elements of HTML in <c>response</c>, and as <c>metadata.images</c>.</summary>
internal static class ImageMarkup
{
    /// <summary><c>&lt;img src="URL" alt="TEXT" /&gt;&lt;br /&gt;</c>, where nothing in the text can end the attribute or begin an element.</summary>
    public static void Append(StringBuilder html, string url, string text)
    {
        html.Append("<img src=\"");
        AppendEscaped(html, url);
        html.Append("\" alt=\"");
        AppendEscaped(html, text);
        html.Append("\" /><br />");
    }

    public static void WriteImages(Utf8JsonWriter writer, string prompt, IEnumerable<string> urls)
    {
        writer.WriteStartArray("images"u8);
        foreach (var url in urls)
        {
            writer.WriteStartObject();
            writer.WriteString("prompt"u8, prompt);
            writer.WriteString("url"u8, url);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void AppendEscaped(StringBuilder html, string text)
    {
        foreach (var character in text)
        {
            switch (character)
            {
                case '&':
                    html.Append("&amp;");
                    break;
                case '<':
                    html.Append("&lt;");
                    break;
                case '>':
                    html.Append("&gt;");
                    break;
                case '"':
                    html.Append("&quot;");
                    break;
                case '\'':
                    html.Append("&#39;");
                    break;
                case '`':
                    html.Append("&#96;"); // Old browsers take it for a quote.
                    break;
                case '\n' or '\t':
                    html.Append(character);
                    break;
                case < ' ' or '\u007f':
                    html.Append(' '); // No HTML has them.
                    break;
                default:
                    html.Append(character);
                    break;
            }
        }
    }
}
