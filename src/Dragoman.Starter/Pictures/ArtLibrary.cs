using System.Collections.Frozen;
using System.Text.Json;

namespace Dragoman.Starter.Pictures;

/// <summary>Vector art by name, out of an Iconify collection's <c>icons.json</c>: <c>{"width":32,"height":32,"icons":{"sailboat":{"body":"&lt;g …"}}}</c>.</summary>
internal sealed class ArtLibrary
{
    private readonly FrozenDictionary<string, string> _bodies;

    private ArtLibrary(FrozenDictionary<string, string> bodies, int side)
    {
        _bodies = bodies;
        Side = side;
    }

    /// <summary>Each piece is a square of this many units.</summary>
    public int Side { get; }

    public IEnumerable<string> Names => _bodies.Keys;

    /// <summary>The inside of the piece's <c>svg</c> element; absent where there is none of that name.</summary>
    public string? BodyOf(string name) => _bodies.GetValueOrDefault(name);

    /// <exception cref="StarterException">The file is missing or damaged.</exception>
    public static ArtLibrary Load(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(file);
            JsonElement root = document.RootElement;
            return new ArtLibrary(
                root.GetProperty("icons").EnumerateObject().ToFrozenDictionary(
                    icon => icon.Name, icon => icon.Value.GetProperty("body").GetString()!, StringComparer.Ordinal),
                root.GetProperty("width").GetInt32());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new StarterException($"the vector art cannot be read: {e.Message}");
        }
    }
}
