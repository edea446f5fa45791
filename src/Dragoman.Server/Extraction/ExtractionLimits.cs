namespace Dragoman.Server.Extraction;

/// <summary>How much may be spent on one document. The same bounds hold in the process that reads it and in the one that waits for it.</summary>
internal static class ExtractionLimits
{
    /// <summary>Of the whole document, in UTF-16 units.</summary>
    public const int MaxCharacters = 50_000_000;

    public const int MaxPages = 5_000;

    /// <summary>Objects of the reading process, in bytes.</summary>
    public const long HeapBytes = 768L * 1024 * 1024;

    /// <summary>Of the reading process, in bytes; a runtime reserves several times what it uses.</summary>
    public const long AddressSpaceBytes = 4L * 1024 * 1024 * 1024;

    /// <summary>Of a native parser, which reserves little more than it uses, in bytes.</summary>
    public const long NativeAddressSpaceBytes = 1024L * 1024 * 1024;

    /// <summary>Of each process.</summary>
    public const int CpuSeconds = 60;

    /// <summary>By the clock, waiting included.</summary>
    public static readonly TimeSpan Wall = TimeSpan.FromMinutes(5);

    /// <summary>What the reading process may say: all characters at their longest in JSON, with room for headings.</summary>
    public const long OutputBytes = 8L * MaxCharacters;

    /// <summary>All entries of an archive together, unpacked.</summary>
    public const long UnpackedBytes = 512L * 1024 * 1024;

    /// <summary>An entry's bytes to its packed ones; office files reach some tens.</summary>
    public const int UnpackedRatio = 200;

    /// <summary>Entries that are shorter may be packed as well as they like.</summary>
    public const long UnpackedFree = 1024 * 1024;

    public const int ArchiveEntries = 20_000;
}
