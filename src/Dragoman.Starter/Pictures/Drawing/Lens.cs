using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Depth of field: what is far behind the main subject, and what is right before the lens, is out of focus.</summary>
internal static class Lens
{
    /// <summary>Blurs the painted background.</summary>
    /// <param name="focus">The row at which the ground is sharp.</param>
    public static void Far(Painting painting, float focus) => Blur(painting, 0, painting.Height, new FarBlur(focus, painting.Short));

    /// <summary>Blurs the lower border.</summary>
    public static void Near(Painting painting)
    {
        float from = painting.Height - (painting.Short * 0.14f);
        Blur(painting, (int)from, painting.Height, new NearBlur(from, painting.Height));
    }

    private static void Blur<TAmount>(Painting painting, int top, int bottom, TAmount amount)
        where TAmount : struct, IAmount
    {
        int step = Math.Max(2, (int)(painting.Short / 340));
        Canvas soft = painting.Canvas.Soft(step, 3);
        painting.Canvas.Glaze(0, top, painting.Width, bottom, new BlurGlaze<TAmount>(soft, 1f / step, amount));
    }

    private interface IAmount
    {
        float At(int y);
    }

    private readonly struct FarBlur(float focus, float size) : IAmount
    {
        public float At(int y) => Colour.Step(0.02f, 0.22f, (focus - y) / size);
    }

    private readonly struct NearBlur(float from, float to) : IAmount
    {
        public float At(int y) => Colour.Step(0, 1, (y - from) / (to - from));
    }

    private readonly struct BlurGlaze<TAmount>(Canvas soft, float step, TAmount amount) : IGlaze
        where TAmount : struct, IAmount
    {
        public Vector4 Over(Vector4 below, int x, int y)
        {
            float share = amount.At(y);
            return share <= 0 ? below : Vector4.Lerp(below, soft.Smooth((x * step) - 0.5f, (y * step) - 0.5f), share);
        }
    }
}
