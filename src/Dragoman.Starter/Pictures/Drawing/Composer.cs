using Dragoman.Starter.Native;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Draws a scene: sky, land, subjects, weather, and the style over all of it. The same scene is the same picture.</summary>
internal static class Composer
{
    /// <summary>In sRGB, three bytes a pixel, of the scene's size. libvips must have been started.</summary>
    public static VipsImage Draw(Scene scene, ArtLibrary art)
    {
        var painting = new Painting(scene, art);

        // Vector art is drawn by one thread at a time, pixels are painted by two: they go on side by side.
        Task<Figure[]> figures = Task.Run(() => Figures(painting));
        Settings.Paint(painting);
        if (scene.Subjects.Any(s => Backdrops.IsRainbow(s, painting)))
        {
            SkyPainter.Rainbow(painting);
        }

        WeatherPainter.PaintBehind(painting);
        Figure[] things = figures.GetAwaiter().GetResult();
        bool photo = scene.Style == PictureStyle.Photo;
        if (photo && things.Length > 0)
        {
            Lens.Far(painting, things[^1].Placed.Base);
        }

        foreach (Figure thing in things)
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

    private static Figure[] Figures(Painting painting) =>
        [.. Layout.Of(painting).Where(placed => placed.Tall >= 2).Select(SubjectPainter.Prepare)];
}
