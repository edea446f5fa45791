using System.Text;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Server.Extraction;
using Dragoman.Server.Extraction.Formats;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Server.Tests.Extraction;

/// <summary>A folder of documents, read in this process or as the server has them read.</summary>
internal sealed class ExtractionRig : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dragoman-test");

    public string Folder => _folder.FullName;

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    /// <summary>The sections of a file, read in this process.</summary>
    public static List<Section> Parse(FileToRead file)
    {
        var sections = new List<Section>();
        DocumentParser.Read(file, new SectionWriter(sections.Add));
        return sections;
    }

    public List<Section> Parse(string name, string content, DocumentFormat? format = null) => Parse(name, Encoding.UTF8.GetBytes(content), format);

    public List<Section> Parse(string name, ReadOnlySpan<byte> content, DocumentFormat? format = null) =>
        Parse(new FileToRead(Write(name, content), format, name));

    /// <summary>Why a file cannot be read, in this process.</summary>
    public string Refusal(string name, ReadOnlySpan<byte> content, DocumentFormat? format = null)
    {
        var file = new FileToRead(Write(name, content), format, name);
        return Should.Throw<UnreadableDocumentException>(() => Parse(file)).Message;
    }

    public string Refusal(string name, string content, DocumentFormat? format = null) => Refusal(name, Encoding.UTF8.GetBytes(content), format);

    /// <summary>As the server does it: in a process of its own.</summary>
    public static async Task<(IReadOnlyList<Section> Sections, GatewayError? Error)> ExtractAsync(FileToRead file, CancellationToken cancellationToken = default)
    {
        var reading = await new Extractor(TimeProvider.System, NullLogger<Extractor>.Instance).ReadAsync(file, cancellationToken);
        return (reading.Text?.Sections ?? [], reading.Error);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
