namespace Dragoman.Starter.Pictures.Reading;

/// <summary>Where a prompt's picture plays.</summary>
internal static class ScenePlace
{
    /// <summary>The place that is named; else the one that the weather or a thing hints at.</summary>
    public static Place Of(PromptContent content)
    {
        if (Named(content) is { } named)
        {
            return named == Place.Room && IsCloseUp(content) ? Place.Table : named; // "a cup by the window"
        }

        if (content.Mentions.Any(mention => mention.Relation is { Kind: RelationKind.On, To.Pieces: [{ Habitat: Habitat.Sky }, ..] }))
        {
            return Place.Space; // "an astronaut on the moon"
        }

        if (content.Hint is { } hint)
        {
            return hint;
        }

        List<Place> implied = [.. content.Mentions.SelectMany(mention => mention.Pieces).Select(piece => piece.Place).OfType<Place>()];
        Place? first = implied.Cast<Place?>().FirstOrDefault(place => !IsWeak(place!.Value)) ?? implied.Cast<Place?>().FirstOrDefault();
        return first switch
        {
            Place.Table when !IsCloseUp(content) => Place.Room, // "a man with a book"
            Place.Sky when content.Mentions.Any(mention => HabitatOf(mention) == Habitat.Ground) => Place.Meadow, // "a dog and the moon"
            _ => first ?? Place.Meadow,
        };
    }

    /// <summary>The other places that are named: what belongs to them may be seen as well.</summary>
    public static IEnumerable<Place> Others(PromptContent content) =>
        Named(content) is { } named ? content.Places.Where(place => place != named).Distinct() : [];

    private static Place? Named(PromptContent content) =>
        content.Places.Count == 0 ? null : content.Places.Cast<Place?>().FirstOrDefault(place => !IsWeak(place!.Value)) ?? content.Places[0];

    /// <summary>"a road in the desert" plays in the desert, "a sky over the sea" at sea.</summary>
    private static bool IsWeak(Place place) => place is Place.Sky or Place.Road;

    /// <summary>Whether there are things of a table alone.</summary>
    private static bool IsCloseUp(PromptContent content) =>
        content.Mentions.Count > 0 && content.Mentions.TrueForAll(mention => mention.Pieces[0].Place is Place.Table or Place.Garden);

    private static Habitat HabitatOf(Mention mention) => mention.Habitat ?? mention.Pieces[0].Habitat;
}
