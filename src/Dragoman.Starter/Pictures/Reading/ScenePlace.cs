namespace Dragoman.Starter.Pictures.Reading;

/// <summary>Where a prompt's picture plays.</summary>
internal static class ScenePlace
{
    /// <summary>The place that is named; else the one that the weather or a thing hints at.</summary>
    public static Place Of(PromptContent content)
    {
        if (Named(content) is { } named)
        {
            return named;
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
        return implied.Count == 0 ? Place.Meadow : implied.Cast<Place?>().FirstOrDefault(place => !IsWeak(place!.Value)) ?? WithSkyAlone(content, implied[0]);
    }

    /// <summary>The other places that are named: what belongs to them may be seen as well.</summary>
    public static IEnumerable<Place> Others(PromptContent content) =>
        Named(content) is { } named ? content.Places.Where(place => place != named).Distinct() : [];

    private static Place? Named(PromptContent content) =>
        content.Places.Count == 0 ? null : content.Places.Cast<Place?>().FirstOrDefault(place => !IsWeak(place!.Value)) ?? content.Places[0];

    /// <summary>"a road in the desert" plays in the desert, "a sky over the sea" at sea.</summary>
    private static bool IsWeak(Place place) => place is Place.Sky or Place.Road;

    // A moon over someone who stands: he stands on something.
    private static Place WithSkyAlone(PromptContent content, Place place) =>
        place == Place.Sky && content.Mentions.Any(mention => (mention.Habitat ?? mention.Pieces[0].Habitat) == Habitat.Ground) ? Place.Meadow : place;
}
