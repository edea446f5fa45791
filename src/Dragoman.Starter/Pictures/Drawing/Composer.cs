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
        WeatherPainter.PaintBehind(painting);
        foreach (Placed placed in Layout.Of(painting))
        {
            SubjectPainter.Paint(painting, placed);
        }

        Settings.PaintBefore(painting);
        WeatherPainter.PaintBefore(painting);
        return Finish.Develop(painting);
    }
}
