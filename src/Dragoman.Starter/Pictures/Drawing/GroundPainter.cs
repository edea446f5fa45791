using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>The ground from the horizon to the lower border, its patches drawn together by perspective.</summary>
internal static class GroundPainter
{
    /// <param name="patches">How much its tone changes from place to place, 0 to 1.</param>
    /// <param name="furrows">How much finer its patches are across the view than along it; 1 for grass.</param>
    /// <param name="rolling">How high its edge rises and falls, in shares of the shorter side.</param>
    public static void Paint(Painting painting, Vector4 lit, Vector4 shade, float patches = 0.6f, float furrows = 1, float rolling = 0.035f)
    {
        float s = painting.Short, foot = painting.Horizon + (s * 0.045f);
        Ridge edge = Ridge.Hills(painting, 21, foot, s * rolling, s * 0.55f);
        int step = Math.Max(2, (int)(s / 500));
        painting.Canvas.Fill((int)edge.Top - 1, painting.Height, step, new GroundShader(painting, lit, shade, patches, furrows), edge);
    }

    private readonly struct GroundShader(Painting painting, Vector4 lit, Vector4 shade, float patches, float furrows) : IShader
    {
        private readonly Noise _noise = painting.Noise(20);
        private readonly Vector4 _lit = lit * painting.Look.Light, _shade = shade * painting.Look.Light;
        private readonly Look _look = painting.Look;
        private readonly float _middle = painting.Width / 2f, _scale = 1 / painting.Short, _sunX = painting.SunX;

        public Vector4 At(float x, float y)
        {
            float near = Math.Max(painting.NearnessOf(y), 0.02f);
            float u = (x - _middle) * _scale / near * 1.6f * furrows, v = 1.6f / near;
            float tone = _noise.Fractal(u + 40, (v * 2.2f) + 11, 4) - 0.5f;
            float fine = _noise.Fractal((u * 6) + 3, v * 9, 2) - 0.5f;

            // The sun's side is brighter, and the very near is darker, which leads the eye in.
            float side = (x - _sunX) * _scale;
            float bright = 0.62f + (0.22f * MathF.Exp(-side * side * 1.5f)) - (0.42f * near * near);
            Vector4 colour = Vector4.Lerp(_shade, _lit, Math.Clamp(bright + (tone * 1.5f * patches) + (fine * 0.5f * patches * near), 0, 1));
            return Vector4.Lerp(colour, _look.Haze, painting.Hazing(near) * 0.8f);
        }
    }
}
