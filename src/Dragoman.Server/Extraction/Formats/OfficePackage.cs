using System.Globalization;
using System.IO.Compression;
using System.Xml;
using Dragoman.Http;
using Dragoman.Knowledge;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>
/// The parts of an Office Open XML file (ECMA-376, Part 2): a ZIP archive whose parts point at each other. Parts are read as streams that end at a bound,
/// whatever the archive says of their length; nothing is ever unpacked to a disk, so the names in it lead nowhere.
/// </summary>
internal sealed class OfficePackage : IDisposable
{
    // Parts point at each other as pages do; the host is nobody's.
    private static readonly Uri Root = new("http://package.invalid/");

    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _parts;
    private long _unpackedLeft = ExtractionLimits.UnpackedBytes;

    private OfficePackage(ZipArchive archive)
    {
        _archive = archive;
        _parts = [];
        foreach (var entry in archive.Entries)
        {
            _parts.TryAdd("/" + entry.FullName, entry);
        }

        var main = RelationshipsOf("/").FirstOrDefault(relationship => relationship.Type.EndsWith("/officeDocument", StringComparison.Ordinal));
        MainPart = main?.Target ?? "";
        Format = FormatOf(MainPart);
    }

    /// <summary>What the file is; absent for any other archive.</summary>
    public DocumentFormat? Format { get; }

    public string MainPart { get; }

    /// <exception cref="UnreadableDocumentException">It is no whole archive, or one that unpacks to more than is read.</exception>
    public static OfficePackage Open(string path)
    {
        ZipArchive? archive = null;
        try
        {
            archive = new ZipArchive(File.OpenRead(path), ZipArchiveMode.Read);
            Check(archive);
            return new OfficePackage(archive);
        }
        catch (InvalidDataException)
        {
            archive?.Dispose();
            throw Damaged();
        }
        catch
        {
            archive?.Dispose();
            throw;
        }
    }

    public static UnreadableDocumentException Damaged() => new("The Office file is damaged or not whole.");

    /// <summary>A part from its first element on; absent where there is none of that name.</summary>
    public XmlReader? OpenPart(string name)
    {
        if (!_parts.TryGetValue(name, out var entry))
        {
            return null;
        }

        // Declared lengths were checked, but an archive may lie.
        var allowed = Math.Min(entry.Length, _unpackedLeft);
        _unpackedLeft -= allowed;
        return XmlReader.Create(new BoundedStream(entry.Open(), allowed), XmlText.Settings);
    }

    /// <summary>Where a part points, within the file.</summary>
    /// <param name="part"><c>/</c> for the file as a whole.</param>
    public IReadOnlyList<PartRelationship> RelationshipsOf(string part)
    {
        var slash = part.LastIndexOf('/') + 1;
        using var reader = OpenPart($"{part[..slash]}_rels/{part[slash..]}.rels");
        var found = new List<PartRelationship>();
        while (reader?.Read() is true)
        {
            if (reader is { NodeType: XmlNodeType.Element, LocalName: "Relationship" }
                && reader.GetAttribute("TargetMode") != "External"
                && reader.GetAttribute("Target") is { } target
                && Uri.TryCreate(new Uri(Root, part), target, out var address))
            {
                found.Add(new PartRelationship(
                    reader.GetAttribute("Id") ?? "", reader.GetAttribute("Type") ?? "", Uri.UnescapeDataString(address.AbsolutePath)));
            }
        }

        return found;
    }

    /// <summary>The part that one points at by a relationship of a type (<c>/styles</c>); absent where there is none.</summary>
    public XmlReader? OpenRelated(string part, string type) =>
        RelationshipsOf(part).FirstOrDefault(relationship => relationship.Type.EndsWith(type, StringComparison.Ordinal)) is { } found
            ? OpenPart(found.Target)
            : null;

    public void Dispose() => _archive.Dispose();

    private DocumentFormat? FormatOf(string part)
    {
        using var reader = OpenPart(part);
        return reader?.MoveToContent() != XmlNodeType.Element ? null : reader.LocalName switch
        {
            "document" => DocumentFormat.Docx,
            "workbook" => DocumentFormat.Xlsx,
            "presentation" => DocumentFormat.Pptx,
            _ => null,
        };
    }

    private static void Check(ZipArchive archive)
    {
        if (archive.Entries.Count > ExtractionLimits.ArchiveEntries)
        {
            throw new UnreadableDocumentException(string.Create(
                CultureInfo.InvariantCulture, $"The archive has more than {ExtractionLimits.ArchiveEntries:N0} entries."));
        }

        var unpacked = 0L;
        foreach (var entry in archive.Entries)
        {
            if (entry.IsEncrypted)
            {
                throw new UnreadableDocumentException("The archive is encrypted.");
            }

            unpacked += entry.Length;
            if (unpacked > ExtractionLimits.UnpackedBytes
                || (entry.Length > ExtractionLimits.UnpackedFree && entry.Length / Math.Max(1, entry.CompressedLength) > ExtractionLimits.UnpackedRatio))
            {
                throw new UnreadableDocumentException("The archive unpacks to far more than it holds, and is not read.");
            }
        }
    }
}

/// <param name="Type">A URI; its last segment says what it is for in all editions of the standard.</param>
/// <param name="Target">The part's name, from the root.</param>
internal sealed record PartRelationship(string Id, string Type, string Target);

internal static class OfficeXml
{
    /// <summary>An attribute by its local name: editions of the standard differ in namespaces alone.</summary>
    public static string? Attribute(this XmlReader reader, string name)
    {
        string? value = null;
        while (value is null && reader.MoveToNextAttribute())
        {
            value = reader.LocalName == name ? reader.Value : null;
        }

        reader.MoveToElement();
        return value;
    }

    /// <summary>An on/off property is on where it is there, unless it says otherwise.</summary>
    public static bool IsOn(this XmlReader reader) => reader.Attribute("val") is not ("0" or "false" or "off");

    /// <summary>Moves to an element's end.</summary>
    public static void PassOver(this XmlReader reader)
    {
        if (!reader.IsEmptyElement)
        {
            var depth = reader.Depth;
            while (reader.Read() && reader.Depth > depth)
            {
            }
        }
    }
}
