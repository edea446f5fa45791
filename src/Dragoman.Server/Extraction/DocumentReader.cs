using Dragoman.Http;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Server.Extraction.Formats;
using Dragoman.Server.Knowledge;

namespace Dragoman.Server.Extraction;

/// <summary>Reads documents of every kind: files by <see cref="Extractor"/>, pages as files once they are fetched, the rest by models.</summary>
/// <param name="folder">For what is fetched, until it is read.</param>
/// <param name="maxBytes">Of what is fetched.</param>
internal sealed class DocumentReader(
    SourceFetcher fetcher, Browser browser, Extractor extractor, MediaReader media, string folder, Func<long> maxBytes) : IDocumentReader
{
    public async ValueTask<DocumentReading> ReadAsync(DocumentSource source, CancellationToken ct)
    {
        if (source.Kind == DocumentKind.Text)
        {
            return string.IsNullOrWhiteSpace(source.Text)
                ? new GatewayError(ErrorKind.InvalidRequest, "The text is empty.")
                : new DocumentText([new Section(source.Text)]);
        }

        if (source.Path is { } path)
        {
            return await ReadAsync(source, new FileToRead(path, source.Format, source.Name), ct);
        }

        using var file = TemporaryFile.Create(folder);
        var (fetched, error) = await fetcher.FetchAsync(source.Address!, file, ct);
        if (fetched is null)
        {
            return error!;
        }

        var name = source.Name ?? Path.GetFileName(fetched.Address.AbsolutePath);
        return source is { Kind: DocumentKind.Page, RenderScripts: true } && IsPage(fetched)
            ? await RenderAsync(source, fetched.Address, file, ct)
            : await ReadAsync(source, new FileToRead(file.Path, source.Format, name, fetched.MediaType, fetched.Charset), ct);
    }

    private static bool IsPage(Fetched fetched) => fetched.MediaType?.ToLowerInvariant() is "text/html" or "application/xhtml+xml";

    private async ValueTask<DocumentReading> RenderAsync(DocumentSource source, Uri page, TemporaryFile file, CancellationToken cancellationToken) =>
        await browser.RenderAsync(page, file, maxBytes(), cancellationToken) is { } error
            ? error
            : await ReadAsync(source, new FileToRead(file.Path, DocumentFormat.Html, Charset: "utf-8"), cancellationToken);

    private ValueTask<DocumentReading> ReadAsync(DocumentSource source, FileToRead file, CancellationToken cancellationToken) => source.Kind switch
    {
        DocumentKind.Image or DocumentKind.Video => media.DescribeAsync(source, file.Path, cancellationToken),
        DocumentKind.Audio => media.TranscribeAsync(source, file.Path, cancellationToken),
        _ => extractor.ReadAsync(file, cancellationToken),
    };
}
