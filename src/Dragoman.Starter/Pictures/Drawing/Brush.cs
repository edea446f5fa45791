using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>
/// Paints small shapes straight into the picture. Of blades and leaves there are thousands: as vector art they would take longer than all else together.
/// </summary>
internal sealed class Brush(Canvas canvas)
{
    /// <summary>A blade of grass, or a trunk.</summary>
    /// <param name="lean">How far its tip is from above its foot.</param>
    /// <param name="half">Half its width at the foot.</param>
    /// <param name="taper">How much of that is lost up to its tip, 0 to 1.</param>
    public void Blade(float x, float foot, float tall, float lean, float half, Vector4 colour, float taper = 0.85f)
    {
        for (int y = (int)(foot - tall); y <= foot; y++)
        {
            float up = Math.Clamp((foot - y) / tall, 0, 1), middle = x + (lean * up * up), wide = half * (1 - (taper * up));
            Span(y, middle - wide, middle + wide, colour);
        }
    }

    public void Ellipse(float x, float y, float radiusX, float radiusY, Vector4 colour, float opacity = 1)
    {
        for (int row = (int)(y - radiusY); row <= y + radiusY; row++)
        {
            float away = (row + 0.5f - y) / radiusY, half = radiusX * MathF.Sqrt(Math.Max(0, 1 - (away * away)));
            Span(row, x - half, x + half, colour, opacity);
        }
    }

    /// <summary>A part of a row; pixels that it covers partly are mixed.</summary>
    private void Span(int y, float left, float right, Vector4 colour, float opacity = 1)
    {
        if ((uint)y >= (uint)canvas.Height)
        {
            return;
        }

        Span<Vector4> row = canvas.Row(y);
        int last = Math.Min((int)right, row.Length - 1);
        for (int x = Math.Max(0, (int)left); x <= last; x++)
        {
            row[x] = Vector4.Lerp(row[x], colour, Math.Clamp(Math.Min(right, x + 1) - Math.Max(left, x), 0, 1) * opacity);
        }
    }
}
