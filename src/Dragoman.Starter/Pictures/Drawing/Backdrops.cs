namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Subjects that the picture paints itself, since they are a part of the land or the sky.</summary>
internal static class Backdrops
{
    private static readonly HashSet<string> Mountains = ["mountain", "snow-capped-mountain", "mount-fuji"];

    private static readonly HashSet<string> Skylines = ["cityscape", "cityscape-at-dusk", "night-with-stars", "bridge-at-night", "sunrise-over-mountains", "sunrise", "sunset"];

    public static bool IsPainted(Subject subject, Painting painting) =>
        Skylines.Contains(subject.Art) || Mountains.Contains(subject.Art) || IsLight(subject, painting) || IsRainbow(subject, painting)
        || (SpacePainter.OnMoon(painting.Scene) && subject.Habitat is Habitat.Sky or Habitat.Backdrop && subject.Art.Contains("moon", StringComparison.Ordinal));

    /// <summary>Sun or full moon where the sky has it anyway.</summary>
    private static bool IsLight(Subject subject, Painting painting) =>
        subject.Count == 1 && subject.Art is "sun" or "full-moon" && painting.Scene.Place is not (Place.Space or Place.Room or Place.Table or Place.Underwater);

    public static bool IsRainbow(Subject subject, Painting painting) =>
        subject.Art == "rainbow" && subject.Count == 1 && painting.Horizon < painting.Height && painting.Scene.Place is not (Place.Room or Place.Table);

    public static bool IsMountain(Subject subject) => Mountains.Contains(subject.Art);

    public static bool IsSkyline(Subject subject) => Skylines.Contains(subject.Art);
}
