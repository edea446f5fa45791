using System.Globalization;
using Dragoman.Starter.Pictures;

namespace Dragoman.Server.Tests.Starter.Pictures.Reading;

/// <summary>A scene as one line: <c>Sea Sunset | 3 sailboat #d32f2f, cat on 0</c>. What is as usual is left out.</summary>
internal static class SceneText
{
    public static string Of(Scene scene) => string.Join(' ', Surroundings(scene)) + (scene.Subjects.Count > 0 ? " | " + Subjects(scene) : "");

    public static string Subjects(Scene scene) => string.Join(", ", scene.Subjects.Select(Of));

    private static IEnumerable<string> Surroundings(Scene scene) =>
    [
        scene.Place.ToString(),
        .. scene.Time != TimeOfDay.Day ? [scene.Time.ToString()] : Array.Empty<string>(),
        .. scene.Weather != Weather.Clear ? [scene.Weather.ToString()] : Array.Empty<string>(),
        .. scene.Season != Season.Summer ? [scene.Season.ToString()] : Array.Empty<string>(),
        .. scene.Tints,
    ];

    private static string Of(Subject subject) => string.Join(' ', new[]
    {
        subject.Count > 1 ? subject.Count.ToString(CultureInfo.InvariantCulture) : null,
        subject.Art,
        subject.Color,
        subject.Relation is { } relation ? $"{relation.Kind} {relation.To}".ToLowerInvariant() : null,
    }.OfType<string>());
}
