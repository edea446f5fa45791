using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>A band that winds over the ground towards the horizon: a river, a road or a path.</summary>
internal readonly struct Way(Painting painting, float wide, float winding)
{
    private readonly float _vanishing = painting.Width * (painting.SunOnLeft ? 0.46f : 0.54f), _side = painting.SunOnLeft ? 1 : -1;

    public float Middle(float nearness) =>
        _vanishing + (_side * painting.Short * winding * ((MathF.Sin(MathF.Sqrt(nearness) * 6.6f) * 0.22f * nearness) - (0.16f * nearness)));

    /// <summary>Half its width.</summary>
    public float Half(float nearness) => painting.Short * wide * (0.004f + (0.5f * MathF.Pow(nearness, 1.25f)));
}

internal static class WayPainter
{
    /// <summary>Where the river runs.</summary>
    public static Way RiverOf(Painting painting) => new(painting, 0.74f, 1.4f);

    public static void River(Painting painting, float top)
    {
        // The water is painted over the whole ground, and the ground comes back beside it.
        int from = (int)top;
        Canvas canvas = painting.Canvas;
        Vector4[] ground = canvas.Pixels.AsSpan(from * canvas.Width).ToArray();
        WaterPainter.Paint(painting, top, 0.22f);
        canvas.Glaze(0, from, canvas.Width, canvas.Height, new BankGlaze(painting, ground, from, RiverOf(painting)));
    }

    public static void Road(Painting painting, float top) =>
        painting.Canvas.Glaze(0, (int)top, painting.Width, painting.Height, new RoadGlaze(painting, new Way(painting, 0.95f, 0.8f)));

    private readonly struct BankGlaze(Painting painting, Vector4[] ground, int from, Way way) : IGlaze
    {
        private readonly Noise _noise = painting.Noise(35);
        private readonly float _scale = 1 / painting.Short;
        private readonly Vector4 _earth = painting.Look.Land.Earth * painting.Look.Light * 0.7f;
        private readonly int _width = painting.Width;

        public Vector4 Over(Vector4 below, int x, int y)
        {
            float near = painting.NearnessOf(y), half = way.Half(near);
            float ragged = (_noise.Fractal(x * _scale * 14, y * _scale * 30, 3) - 0.5f) * half * 0.35f;
            float away = MathF.Abs(x - way.Middle(near)) - half + ragged, bank = 1 + (painting.Short * 0.02f * near);
            if (away <= -bank)
            {
                return below;
            }

            Vector4 land = Vector4.Lerp(_earth, ground[((y - from) * _width) + x], Colour.Step(0, bank * 1.6f, away));
            return Vector4.Lerp(below, land, Colour.Step(-bank * 0.2f, 0.5f, away));
        }
    }

    private readonly struct RoadGlaze(Painting painting, Way way) : IGlaze
    {
        private readonly Noise _noise = painting.Noise(36);
        private readonly float _scale = 1 / painting.Short;
        private readonly Vector4 _light = painting.Look.Light, _haze = painting.Look.Haze;
        private readonly Vector4 _asphalt = Vector4.Lerp(Colour.Hex("#6d6a72"), Palettes.Snow, 0.45f * painting.Look.Land.Snow);

        public Vector4 Over(Vector4 below, int x, int y)
        {
            float near = painting.NearnessOf(y), half = way.Half(near), away = (x - way.Middle(near)) / half, edge = MathF.Abs(away);
            if (edge > 1.25f)
            {
                return below;
            }

            float depth = 1 / (near + 0.05f), grain = _noise.Fractal(away * 6, depth * 12, 3) - 0.5f;
            Vector4 colour = _asphalt * (0.95f + (0.25f * grain));
            float line = 1.6f / Math.Max(half, 1);
            float dash = depth * 2.6f, marked = Colour.Step(0.030f + line, 0.026f, MathF.Abs(away)) * Colour.Step(0.48f, 0.52f, dash - MathF.Floor(dash));
            marked += Colour.Step(0.022f + line, 0.018f, MathF.Abs(edge - 0.9f));
            colour = Vector4.Lerp(colour, Colour.Hex("#f4efdd"), Math.Clamp(marked, 0, 1) * 0.85f) * _light;
            Vector4 shoulder = painting.Look.Land.Earth * _light * (0.9f + (0.4f * grain));
            colour = Vector4.Lerp(colour, shoulder, Colour.Step(0.98f, 1.04f, edge));
            colour = Vector4.Lerp(colour, _haze, painting.Hazing(near) * 0.8f);
            return Vector4.Lerp(below, colour, Colour.Step(1.25f, 1.06f, edge + (0.22f * grain)));
        }
    }
}
