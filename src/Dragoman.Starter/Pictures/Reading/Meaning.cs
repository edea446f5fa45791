namespace Dragoman.Starter.Pictures.Reading;

/// <summary>What a word, or several together, may mean in a prompt; all of it at once ("snowman": a thing, and winter).</summary>
internal sealed record Meaning
{
    /// <summary>What it names; several where it takes several pieces to show it ("family").</summary>
    public IReadOnlyList<ArtPiece> Things { get; init; } = [];

    public Place? Place { get; init; }

    /// <summary>Where the picture plays unless a place is named ("snowy").</summary>
    public Place? Hint { get; init; }

    public TimeOfDay? Time { get; init; }
    public Weather? Weather { get; init; }
    public Season? Season { get; init; }

    /// <summary><c>#rrggbb</c>.</summary>
    public string? Color { get; init; }

    public int? Number { get; init; }

    /// <summary>How much larger than usual.</summary>
    public double? Size { get; init; }

    public RelationKind? Relation { get; init; }

    /// <summary>Where what it is said of is then ("flying").</summary>
    public Habitat? Habitat { get; init; }

    public Role Role { get; init; }

    /// <summary>A name of something to see: what an unknown word may be near to.</summary>
    public bool IsNoun => Things.Count > 0 || Place is not null;

    /// <summary>Time, weather or season.</summary>
    public bool IsSurroundings => Time is not null || Weather is not null || Season is not null;

    /// <summary>Whether it may stand in the plural: "dark" may not.</summary>
    public bool HasPlural => IsNoun || IsSurroundings;

    public bool IsThing => Things.Count > 0 && Place is null;
}

/// <summary>What a word does in the sentence.</summary>
internal enum Role
{
    /// <summary>Nothing but to say what it means.</summary>
    None,

    /// <summary>Begins a phrase: "the".</summary>
    Article,

    /// <summary>Leaves its sentence as if it were not there: "is".</summary>
    Copula,

    /// <summary>Takes out what follows: "without".</summary>
    Negation,

    /// <summary>Joins things that share what is said of them.</summary>
    And,

    /// <summary>Gives a thing another that goes with it.</summary>
    With,

    /// <summary>Has the colours of all the picture: "in blue tones".</summary>
    Tone,

    /// <summary>Ends a phrase: "from".</summary>
    Break,

    /// <summary>Says nothing that can be drawn: "beautiful".</summary>
    Filler,
}

/// <summary>A piece of vector art as one thing in the world: the same figure is a man at 1.8 metres and a boy at 1.2.</summary>
/// <param name="Art">Its name in the <see cref="ArtLibrary"/>.</param>
/// <param name="Metres">As in <see cref="Subject.Metres"/>.</param>
/// <param name="Color">As in <see cref="Subject.Color"/>.</param>
/// <param name="Place">Where it is where the prompt names no place; absent for what may be anywhere.</param>
internal sealed record ArtPiece(string Art, double Metres, string? Color, Habitat Habitat, Place? Place);
