using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Dragoman.Starter.Pictures;

/// <summary>
/// Vector art by name: pieces of our own (<c>Data/art.json</c>) for what people ask for and the collection lacks or shows the head of, and those out of an Iconify
/// collection's <c>icons.json</c>: <c>{"width":32,"height":32,"icons":{"sailboat":{"body":"&lt;g …"}}}</c>.
/// </summary>
internal sealed class ArtLibrary
{
    private readonly FrozenDictionary<string, string> _bodies;
    private readonly FrozenSet<string> _own;

    private ArtLibrary(FrozenSet<string> own, FrozenDictionary<string, string> bodies, int side)
    {
        _own = own;
        _bodies = bodies;
        Side = side;
    }

    /// <summary>Each piece is a square of this many units.</summary>
    public int Side { get; }

    public IEnumerable<string> Names => _bodies.Keys;

    /// <summary>Whether the piece is ours: those are whole figures.</summary>
    public bool IsOwn(string name) => _own.Contains(name);

    /// <summary>The inside of the piece's <c>svg</c> element; absent where there is none of that name.</summary>
    public string? BodyOf(string name) => _bodies.GetValueOrDefault(name);

    /// <exception cref="StarterException">The file is missing or damaged.</exception>
    public static ArtLibrary Load(string path)
    {
        try
        {
            using Stream own = Assembly.GetExecutingAssembly().GetManifestResourceStream("Dragoman.Starter.Data.art.json")!;
            using FileStream file = File.OpenRead(path);
            using JsonDocument ownDocument = JsonDocument.Parse(own);
            using JsonDocument document = JsonDocument.Parse(file);
            return new ArtLibrary(
                Bodies(ownDocument).Select(piece => piece.Name).ToFrozenSet(StringComparer.Ordinal),
                Bodies(ownDocument).Concat(Bodies(document)).DistinctBy(piece => piece.Name).ToFrozenDictionary(piece => piece.Name, piece => piece.Body, StringComparer.Ordinal),
                document.RootElement.GetProperty("width").GetInt32());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new StarterException($"the vector art cannot be read: {e.Message}");
        }
    }

    private static IEnumerable<(string Name, string Body)> Bodies(JsonDocument document) =>
        document.RootElement.GetProperty("icons").EnumerateObject().Select(icon => (icon.Name, icon.Value.GetProperty("body").GetString()!));
}
