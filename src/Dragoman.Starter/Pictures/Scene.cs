namespace Dragoman.Starter.Pictures;

/// <summary>What a prompt asks to see: read out of it by the reader, drawn by the composer. The same scene and seed are the same picture.</summary>
internal sealed record Scene
{
    /// <summary>What the prompt names, the most prominent first; empty where it names no thing, and the picture is a landscape.</summary>
    public IReadOnlyList<Subject> Subjects { get; init; } = [];

    public Place Place { get; init; } = Place.Meadow;

    public TimeOfDay Time { get; init; } = TimeOfDay.Day;

    public Weather Weather { get; init; } = Weather.Clear;

    public Season Season { get; init; } = Season.Summer;

    /// <summary>Colours that the prompt names for no thing ("in pastel pink"), as <c>#rrggbb</c>: they tint sky, light and ground.</summary>
    public IReadOnlyList<string> Tints { get; init; } = [];

    public PictureStyle Style { get; init; }

    /// <summary>In pixels.</summary>
    public required int Width { get; init; }

    /// <summary>In pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Where things stand and how hills run, as far as the prompt leaves it open.</summary>
    public long Seed { get; init; }
}

/// <summary>One kind of thing in the picture.</summary>
/// <param name="Art">Its name in the <see cref="ArtLibrary"/>.</param>
/// <param name="Count">How many, 1 to 12.</param>
internal sealed record Subject(string Art, int Count = 1)
{
    /// <summary>The colour that the prompt gives it, as <c>#rrggbb</c>; absent for the art's own.</summary>
    public string? Color { get; init; }

    /// <summary>Where such a thing is at home.</summary>
    public Habitat Habitat { get; init; }

    /// <summary>About how tall (or, lying, how long) it is in the world, in metres: 0.3 for a cat, 12 for a tree, 2,000 for a mountain.</summary>
    public double Metres { get; init; } = 1;

    /// <summary>How it stands to another subject; absent where the prompt does not say.</summary>
    public Relation? Relation { get; init; }
}

/// <param name="To">The other's position in <see cref="Scene.Subjects"/>.</param>
internal sealed record Relation(RelationKind Kind, int To);

internal enum RelationKind
{
    On,
    Above,
    Below,
    Beside,
    Before,
    Behind,
}

internal enum Habitat
{
    Ground,

    /// <summary>On the water: boats, ducks.</summary>
    Water,

    /// <summary>In the water: fish, whales.</summary>
    Underwater,

    /// <summary>Flying: birds, balloons, aeroplanes.</summary>
    Air,

    /// <summary>Far up: sun, moon, stars, planets, rainbows.</summary>
    Sky,

    /// <summary>A part of the land, seen far off: mountains, volcanoes, skylines.</summary>
    Backdrop,
}

internal enum Place
{
    Meadow,
    Hills,
    Mountains,
    Forest,
    Lake,
    River,
    Sea,
    Beach,
    Underwater,
    Desert,
    Snowfield,
    City,
    Village,
    Garden,
    Field,
    Road,
    Sky,
    Space,

    /// <summary>Indoors: a wall, a floor, a window.</summary>
    Room,

    /// <summary>Indoors, close up: a table with things on it.</summary>
    Table,
}

internal enum TimeOfDay
{
    Day,
    Dawn,
    Sunset,
    Dusk,
    Night,
}

internal enum Weather
{
    Clear,
    Cloudy,
    Rain,
    Storm,
    Snow,
    Fog,
    Wind,
}

internal enum Season
{
    Summer,
    Spring,
    Autumn,
    Winter,
}

/// <summary>agent.ai's styles.</summary>
internal enum PictureStyle
{
    Default,

    /// <summary>Soft light, depth of field, grain.</summary>
    Photo,

    /// <summary>Saturated, glowing, strong gradients.</summary>
    DigitalArt,

    /// <summary>Flat shapes, few colours, paper.</summary>
    Illustration,

    /// <summary>Line work, hatching.</summary>
    Drawing,
}
