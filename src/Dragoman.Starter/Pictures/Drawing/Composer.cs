using Dragoman.Starter.Native;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Draws a scene: sky, land, subjects, weather, and the style over all of it. The same scene is the same picture.</summary>
internal static class Composer
{
    /// <summary>In sRGB, three bytes a pixel, of the scene's size.</summary>
    public static VipsImage Draw(Scene scene, ArtLibrary art)
    {
        var painting = new Painting(scene, art);
        Settings.Paint(painting);
        if (scene.Subjects.Any(s => Backdrops.IsRainbow(s, painting)))
        {
            SkyPainter.Rainbow(painting);
        }

        WeatherPainter.PaintBehind(painting);
        IReadOnlyList<Placed> things = Layout.Of(painting);
        bool photo = scene.Style == PictureStyle.Photo;
        if (photo && things.Count > 0)
        {
            Lens.Far(painting, things[^1].Base);
        }

        foreach (Placed thing in things)
        {
            SubjectPainter.Paint(painting, thing);
        }

        Settings.PaintBefore(painting);
        if (photo)
        {
            Lens.Near(painting);
        }

        WeatherPainter.PaintBefore(painting);
        return Finish.Develop(painting);
    }
}
