using System.IO.Compression;
using System.Text;
using Dragoman.Knowledge;

namespace Dragoman.Bench;

/// <param name="Kind"><c>near</c> the wording, paraphrased (<c>para</c>), of an <c>exact</c> term, or <c>none</c>: nothing in the documents answers it.</param>
/// <param name="Documents">Names of those that answer it.</param>
/// <param name="Answers">Words of the passages that answer it, any of them.</param>
/// <param name="IsTuning">Of the half that weights are tuned on; the other half only judges.</param>
internal sealed record QualityQuestion(string Kind, string Text, string[] Documents, string[] Answers, bool IsTuning)
{
    public bool IsAnswerable => Documents.Length > 0;

    public bool IsDocument(Chunk chunk) => Documents.Contains(chunk.DocumentName);

    public bool IsPassage(Chunk chunk) => IsDocument(chunk) && IsAnsweredBy(chunk.Text);

    public bool IsAnsweredBy(string text) => Answers.Any(QualitySet.SingleSpaced(text).Contains);
}

/// <summary>The documents and questions of <c>bench/quality</c>.</summary>
internal sealed record QualitySet(IReadOnlyList<(string Name, DocumentText Text)> Documents, IReadOnlyList<QualityQuestion> Questions)
{
    public static QualitySet Read(string folder)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(folder, "documents.zip"));
        return new QualitySet(
            [.. archive.Entries.Where(entry => entry.Name.EndsWith(".md", StringComparison.Ordinal)).Select(entry => (Path.GetFileNameWithoutExtension(entry.Name), Read(entry)))],
            [.. File.ReadLines(Path.Combine(folder, "questions.tsv")).Select((line, number) => ReadQuestion(line.Split('\t'), isTuning: number % 2 == 0))]);
    }

    public static string SingleSpaced(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static QualityQuestion ReadQuestion(string[] fields, bool isTuning) => fields is [var kind, var text, var documents, var answers]
        ? new QualityQuestion(kind, text, documents.Split('|'), answers.Split('|'), isTuning)
        : new QualityQuestion(fields[0], fields[1], [], [], isTuning);

    /// <summary>A text whose headings begin with number signs.</summary>
    private static DocumentText Read(ZipArchiveEntry entry)
    {
        var (sections, headings, body) = (new List<Section>(), new List<string>(), new StringBuilder());
        using var reader = new StreamReader(entry.Open());
        while (reader.ReadLine() is { } line)
        {
            var level = line.TakeWhile(c => c == '#').Count();
            if (level == 0 || level == line.Length || line[level] != ' ')
            {
                body.Append(line).Append('\n');
                continue;
            }

            End();
            headings.RemoveRange(Math.Min(level - 1, headings.Count), Math.Max(0, headings.Count - level + 1));
            headings.Add(line[(level + 1)..]);
        }

        End();
        return new DocumentText(sections);

        void End()
        {
            if (!string.IsNullOrWhiteSpace(body.ToString()))
            {
                sections.Add(new Section(body.ToString().Trim(), string.Join(" > ", headings)));
            }

            body.Clear();
        }
    }
}
