using System.Numerics;
using Dragoman.Starter.Native;

namespace Dragoman.Starter.Pictures.Drawing;

internal static class Finish
{
    public static VipsImage Develop(Painting painting)
    {
        Canvas canvas = painting.Canvas;
        byte[] bytes = new byte[canvas.Width * canvas.Height * 3];
        Canvas.ForRows(0, canvas.Height, y =>
        {
            ReadOnlySpan<Vector4> row = canvas.Row(y);
            int at = y * canvas.Width * 3;
            foreach (Vector4 pixel in row)
            {
                Vector4 c = Vector4.Clamp(pixel, Vector4.Zero, Vector4.One) * 255;
                bytes[at++] = (byte)(c.X + 0.5f);
                bytes[at++] = (byte)(c.Y + 0.5f);
                bytes[at++] = (byte)(c.Z + 0.5f);
            }
        });
        return VipsImage.FromPixels(bytes, canvas.Width, canvas.Height, 3);
    }
}
