using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Under the sea: light falling in rays from above, sand with moving light on it, weeds, corals and bubbles.</summary>
internal static class UnderwaterPainter
{
    private static readonly Vector4[] Corals = [Colour.Hex("#ff7f6b"), Colour.Hex("#ffb35c"), Colour.Hex("#d76fb0"), Colour.Hex("#8f6bd6")];

    public static void Paint(Painting painting)
    {
        float s = painting.Short, h = painting.Height, bed = h * 0.84f;
        painting.Canvas.Fill(0, painting.Height, Math.Max(2, (int)(s / 340)), new WaterShader(painting, bed));
        Dice dice = painting.Dice.Fork(70);
        var svg = new SvgWriter();
        for (int i = 0; i < 5; i++)
        {
            float x = painting.Width * (i % 2 == 0 ? dice.Between(-0.02f, 0.26f) : dice.Between(0.74f, 1.02f));
            Boulder(svg, painting, dice, x, bed + (s * dice.Between(0.02f, 0.09f)), s * dice.Between(0.08f, 0.2f));
        }

        for (int i = 0; i < 22; i++)
        {
            float edge = dice.Unit() * dice.Unit() * 0.42f, x = painting.Width * (i % 2 == 0 ? edge : 1 - edge);
            Weed(svg, painting, dice, x, bed + (s * dice.Between(0, 0.1f)), s * dice.Between(0.08f, 0.3f));
        }

        for (int i = 0; i < 7; i++)
        {
            Coral(svg, painting, dice, painting.Width * dice.Unit(), bed + (s * dice.Between(0.03f, 0.11f)), s * dice.Between(0.03f, 0.075f));
        }

        painting.Draw(svg, h * 0.4f, h);
    }

    /// <summary>In front of all that swims.</summary>
    public static void Bubbles(Painting painting)
    {
        Dice dice = painting.Dice.Fork(71);
        var svg = new SvgWriter();
        float s = painting.Short;
        for (int cluster = 0; cluster < 4; cluster++)
        {
            float x = painting.Width * dice.Between(0.08f, 0.92f), y = painting.Height * dice.Between(0.35f, 0.85f);
            for (int i = 0; i < 8; i++)
            {
                float radius = s * dice.Between(0.003f, 0.012f), cx = x + (dice.Around() * s * 0.035f), cy = y - (i * s * 0.035f * dice.Between(0.6f, 1.3f));
                svg.Ellipse(cx, cy, radius, radius, Colour.Hex("#bff0ff"), 0.22f);
                svg.Ellipse(cx - (radius * 0.3f), cy - (radius * 0.35f), radius * 0.32f, radius * 0.26f, Colour.Hex("#ffffff"), 0.75f);
            }
        }

        painting.Draw(svg, 0, painting.Height);
    }

    private static Vector4 Deep(Painting painting, Vector4 colour, float share) =>
        Vector4.Lerp(colour, Colour.Hex("#1b6f96"), share) * Vector4.Lerp(painting.Look.Light, Vector4.One, 0.4f);

    private static void Weed(SvgWriter svg, Painting painting, Dice dice, float x, float foot, float tall)
    {
        Vector4 tone = Deep(painting, Vector4.Lerp(Colour.Hex("#1f7a55"), Colour.Hex("#7fae3f"), dice.Unit()), dice.Between(0.1f, 0.5f));
        float sway = dice.Around() * tall * 0.35f, wide = tall * dice.Between(0.03f, 0.055f);
        var path = new PathBuilder().Move(x - wide, foot)
            .Curve(x - wide - sway, foot - (tall * 0.33f), x + (sway * 0.2f) - (wide * 0.7f), foot - (tall * 0.6f)).Curve(x + sway, foot - (tall * 0.85f), x + (sway * 0.6f), foot - tall)
            .Curve(x + sway + (wide * 2), foot - (tall * 0.8f), x + (sway * 0.2f) + (wide * 0.7f), foot - (tall * 0.58f)).Curve(x + wide - sway, foot - (tall * 0.3f), x + wide, foot).Close();
        svg.Fill(path, tone);
    }

    private static void Coral(SvgWriter svg, Painting painting, Dice dice, float x, float foot, float size)
    {
        Vector4 tone = Deep(painting, dice.Pick(Corals), dice.Between(0.1f, 0.4f));
        for (int i = 0; i < 7; i++)
        {
            float angle = (-150 + (i * 20) + (dice.Around() * 8)) * MathF.PI / 180, length = size * dice.Between(0.7f, 1.3f);
            svg.Stroke(new PathBuilder().Move(x, foot).Curve(x + (MathF.Cos(angle) * length * 0.4f), foot + (MathF.Sin(angle) * length * 0.7f), x + (MathF.Cos(angle) * length), foot + (MathF.Sin(angle) * length)), tone * dice.Between(0.85f, 1.1f), size * 0.16f);
        }
    }

    private static void Boulder(SvgWriter svg, Painting painting, Dice dice, float x, float foot, float wide)
    {
        float tall = wide * dice.Between(0.5f, 0.9f);
        svg.Fill(new PathBuilder().Move(x - (wide * 0.6f), foot).Curve(x - (wide * 0.5f), foot - tall, x, foot - tall).Curve(x + (wide * 0.55f), foot - (tall * 0.9f), x + (wide * 0.6f), foot).Close(), Deep(painting, Colour.Hex("#4c5a6b"), 0.35f));
        svg.Fill(new PathBuilder().Move(x - (wide * 0.35f), foot - (tall * 0.75f)).Curve(x - (wide * 0.1f), foot - (tall * 1.02f), x + (wide * 0.25f), foot - (tall * 0.9f)).Curve(x, foot - (tall * 0.7f), x - (wide * 0.35f), foot - (tall * 0.75f)).Close(), Deep(painting, Colour.Hex("#8fb0b0"), 0.3f), 0.7f);
    }

    private readonly struct WaterShader(Painting painting, float bed) : IShader
    {
        private static readonly Vector4[] Depths = [Colour.Hex("#a8f0ec"), Colour.Hex("#4cc3d6"), Colour.Hex("#1f8fbb"), Colour.Hex("#125f94"), Colour.Hex("#0b3f72"), Colour.Hex("#0a2c58")];

        private readonly Noise _noise = painting.Noise(72);
        private readonly Vector4 _light = Vector4.Lerp(painting.Look.Light, Vector4.One, 0.45f);
        private readonly float _scale = 1 / painting.Short, _sunX = painting.SunX, _height = painting.Height, _dark = 1 - (0.55f * painting.Look.Darkness);

        public Vector4 At(float x, float y)
        {
            float down = y / _height;
            float side = (x - _sunX) * _scale;
            Vector4 colour = Colour.Ramp(Depths, (down * 0.95f) + (0.10f * side * side)) * _light;

            // Rays spread from a point above the surface.
            float angle = (x - _sunX) / (y + (0.5f / _scale));
            float rays = (_noise.At((angle * 13) + 40, 1) * 0.6f) + (_noise.At((angle * 31) + 9, 6) * 0.4f);
            colour += new Vector4(0.55f, 0.85f, 0.8f, 0) * (_dark * Colour.Step(0.45f, 0.85f, rays) * 0.62f * MathF.Exp(-(down * 1.9f) - (side * side * 1.6f)));
            if (down < 0.12f)
            {
                float ripple = _noise.Ridged(x * _scale * 5 / (0.3f + (down * 5)), 3 / (0.03f + down), 2);
                colour += new Vector4(0.5f, 0.6f, 0.55f, 0) * (Colour.Step(0.55f, 0.9f, ripple) * (1 - (down / 0.12f)) * _dark);
            }

            float edge = bed + ((_noise.Fractal(x * _scale * 3, 4, 3) - 0.5f) / _scale * 0.09f);
            if (y > edge - (0.03f / _scale))
            {
                float near = Math.Clamp((y - edge) / (_height - edge + 1), 0.02f, 1);
                float u = side / (near + 0.35f) * 5, v = 2.5f / (near + 0.35f);
                float web = MathF.Pow(_noise.Ridged(u + (_noise.At(u, v) * 1.2f), v * 2.2f, 2), 3);
                Vector4 sand = Vector4.Lerp(Colour.Hex("#2f7f97"), Colour.Hex("#c9c48f"), 0.30f + (0.45f * near)) * _light * (0.72f + (0.2f * _noise.Fractal(u * 3, v * 3, 2)));
                sand += new Vector4(0.5f, 0.6f, 0.45f, 0) * (web * 0.65f * _dark);
                colour = Vector4.Lerp(colour, sand, Colour.Step(-0.03f / _scale, 0.03f / _scale, y - edge) * 0.95f);
            }

            return colour;
        }
    }
}
