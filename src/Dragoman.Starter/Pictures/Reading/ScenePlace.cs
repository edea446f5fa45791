namespace Dragoman.Starter.Pictures.Reading;

/// <summary>Where a prompt's picture plays.</summary>
internal static class ScenePlace
{
    /// <summary>The place that is named; else the one that the weather or a thing hints at.</summary>
    public static Place Of(PromptContent content) => Named(content) switch
    {
        Place.Room when IsCloseUp(content) => Place.Table, // "a cup by the window"
        { } named => named,
        null when IsOnSkyBody(content) => Place.Space, // "an astronaut on the moon"
        null => content.Hint ?? Implied(content),
    };

    /// <summary>The other places that are named: what belongs to them may be seen as well.</summary>
    public static IEnumerable<Place> Others(PromptContent content) =>
        Named(content) is { } named and not (Place.Room or Place.Table or Place.Underwater or Place.Space)
            ? content.Places.Where(place => place != named).Distinct()
            : [];

    private static Place? Named(PromptContent content) => OrLand(content, FirstStrong(content.Places));

    private static Place Implied(PromptContent content)
    {
        bool isCloseUp = IsCloseUp(content);
        var places = content.Mentions.SelectMany(mention => mention.Pieces).Select(piece => piece.Place).OfType<Place>().ToList();
        return FirstStrong(places.Where(place => place != Place.Table || isCloseUp)) switch
        {
            null when places.Count > 0 => Place.Room, // "a man with a book"
            var place => OrLand(content, place) ?? Place.Meadow,
        };
    }

    /// <summary>The first that is no mere sky or road: "a road in the desert" plays in the desert, "a sky over the sea" at sea.</summary>
    private static Place? FirstStrong(IEnumerable<Place> places) =>
        places.Cast<Place?>().OrderBy(place => place is Place.Sky or Place.Road).FirstOrDefault();

    /// <summary>No sky under the feet of what stands: "a dog under the moon".</summary>
    private static Place? OrLand(PromptContent content, Place? place) =>
        place == Place.Sky && content.Mentions.Exists(mention => HabitatOf(mention) is Habitat.Ground or Habitat.Water) ? null : place;

    /// <summary>Whether there are things of a table alone, and flowers.</summary>
    private static bool IsCloseUp(PromptContent content) =>
        content.Mentions.Exists(mention => mention.Pieces[0].Place == Place.Table)
        && content.Mentions.TrueForAll(mention => mention.Pieces[0].Place is Place.Table or Place.Garden);

    private static bool IsOnSkyBody(PromptContent content) =>
        content.Mentions.Exists(mention => mention.Relation is { Kind: RelationKind.On, To.Pieces: [{ Habitat: Habitat.Sky }, ..] });

    private static Habitat HabitatOf(Mention mention) => mention.Habitat ?? mention.Pieces[0].Habitat;
}
