namespace Dragoman.Dialects;

/// <summary>Files that are compiled into an assembly, from the <c>Data</c> folder beside the code that reads them.</summary>
internal static class EmbeddedData
{
    /// <param name="beside">A type of the folder that holds <c>Data</c>, of any assembly.</param>
    public static Stream Open(Type beside, string file) =>
        beside.Assembly.GetManifestResourceStream($"{beside.Namespace}.Data.{file}")
        ?? throw new InvalidOperationException($"The embedded file {file} is missing.");
}
