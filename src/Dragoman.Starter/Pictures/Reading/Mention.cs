namespace Dragoman.Starter.Pictures.Reading;

/// <summary>A thing that the prompt names, with all that it says of it.</summary>
internal sealed class Mention(IReadOnlyList<ArtPiece> pieces)
{
    public IReadOnlyList<ArtPiece> Pieces { get; } = pieces;

    /// <summary>As said; absent where it is not.</summary>
    public int? Number { get; set; }

    public bool IsPlural { get; set; }

    /// <summary><c>#rrggbb</c>.</summary>
    public string? Color { get; set; }

    /// <summary>How much larger than usual.</summary>
    public double Size { get; set; } = 1;

    /// <summary>Where it is other than usual ("flying").</summary>
    public Habitat? Habitat { get; set; }

    public (RelationKind Kind, Mention To)? Relation { get; set; }
}

/// <summary>What a prompt says, before it is made a scene.</summary>
internal sealed class PromptContent
{
    public List<Mention> Mentions { get; } = [];

    /// <summary>Places that are named, the most important first.</summary>
    public List<Place> Places { get; } = [];

    public Place? Hint { get; set; }
    public TimeOfDay? Time { get; set; }
    public Weather? Weather { get; set; }
    public Season? Season { get; set; }

    /// <summary>Colours of no thing.</summary>
    public List<string> Tints { get; } = [];
}
