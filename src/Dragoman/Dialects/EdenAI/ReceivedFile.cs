using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Dialects.EdenAI;

/// <summary>A file that has arrived whole, in the part <c>file</c> of a multipart body.</summary>
/// <param name="Name">For people; no path.</param>
/// <param name="Length">In bytes.</param>
internal sealed record ReceivedFile(Upload Upload, string Name, long Length)
{
    private const int LongestName = 255;

    /// <summary>The last segment of what the client calls the file, without characters that would move a line or a cursor.</summary>
    public static string NameOf(string? sent)
    {
        var name = TerminalText.Of((sent ?? "").Trim());
        name = Excerpt.Of(name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Trim(), LongestName);
        return name is "" or "." or ".." ? "file" : name;
    }
}
