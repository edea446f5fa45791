using Markdig;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>Markdown (CommonMark with tables and footnotes; a front matter is left out), read as the page that it describes.</summary>
internal static class MarkdownText
{
    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseGridTables().UseFootnotes().UseYamlFrontMatter().Build();

    public static void Read(TextReader text, SectionWriter sections)
    {
        string page;
        try
        {
            page = Markdown.ToHtml(text.ReadToEnd(), Pipeline);
        }
        catch (ArgumentException)
        {
            throw new UnreadableDocumentException("The Markdown file is nested too deeply.");
        }

        HtmlText.Read(page, sections);
    }
}
