using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Grass and flowers over the ground.</summary>
internal sealed class MeadowPainter(Painting painting, Dice dice)
{
    private static readonly Vector4 Dry = Colour.Hex("#a8956f");
    private static readonly Vector4 Pollen = Colour.Hex("#f7c648");

    private readonly LandColours _land = painting.Look.Land;
    private readonly Brush _brush = new(painting.Canvas);

    /// <summary>From a distance to the lower border, ever larger.</summary>
    /// <param name="from">The nearness at which it begins.</param>
    /// <param name="tufts">In a picture as wide as high.</param>
    /// <param name="flowers">Their share, 0 to 1.</param>
    public void Paint(float from, int tufts, float flowers)
    {
        int count = (int)(tufts * painting.Width / painting.Short);
        for (int i = 0; i < count; i++)
        {
            // Ordered from far to near, and denser far away, where each is small.
            float nearness = from + ((1.04f - from) * (i + dice.Unit()) / count), x = dice.Unit() * painting.Width, foot = painting.GroundRow(nearness);
            float tall = painting.Short * (0.012f + (0.055f * nearness * nearness));
            if (_land.Flowers.Length > 0 && dice.Chance(flowers))
            {
                Flower(x, foot, tall, nearness);
            }
            else
            {
                Tuft(x, foot, tall, nearness);
            }
        }
    }

    private void Tuft(float x, float foot, float tall, float nearness)
    {
        float dark = 0.25f * nearness;
        Vector4 tone = _land.Snow > 0.9f
            ? Dry
            : Vector4.Lerp(_land.GrassLit, _land.GrassShade, Math.Clamp(dice.Between(0, 0.9f) + dark, 0, 1)) * (1 - (0.45f * dark));
        tone = painting.Lit(tone, nearness);
        int blades = 3 + dice.Below(4);
        for (int i = 0; i < blades; i++)
        {
            _brush.Blade(x + (dice.Around() * tall * 0.25f), foot, tall * dice.Between(0.55f, 1), dice.Around() * tall * 0.55f, tall * 0.045f, tone);
        }
    }

    private void Flower(float x, float foot, float tall, float nearness)
    {
        float lean = dice.Around() * tall * 0.25f, size = tall * dice.Between(0.13f, 0.19f), turn = dice.Between(0, 1.2f);
        Vector4 petal = painting.Lit(dice.Pick(_land.Flowers), nearness);
        _brush.Blade(x, foot, tall, lean, Math.Max(tall * 0.028f, 0.5f), painting.Lit(_land.GrassShade * 0.9f, nearness));
        (x, foot) = (x + lean, foot - tall);
        for (int i = 0; i < 5; i++)
        {
            float angle = turn + (i * MathF.Tau / 5);
            _brush.Ellipse(x + (MathF.Cos(angle) * size * 0.72f), foot + (MathF.Sin(angle) * size * 0.55f), size * 0.58f, size * 0.5f, petal * (0.86f + (0.14f * MathF.Sin(angle + 3.6f))));
        }

        _brush.Ellipse(x, foot, size * 0.42f, size * 0.36f, painting.Lit(Pollen, nearness));
    }
}
