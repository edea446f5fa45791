using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>What the weather puts before the picture: fog, rain, snow, lightning, leaves in the wind.</summary>
internal static class WeatherPainter
{
    /// <summary>Behind the subjects: banks of fog, lightning.</summary>
    public static void PaintBehind(Painting painting)
    {
        if (painting.Scene.Weather == Weather.Storm && painting.Horizon > painting.Short * 0.2f)
        {
            Lightning(painting);
        }

        if (painting.Scene.Weather == Weather.Fog)
        {
            painting.Canvas.Glaze(0, (int)(painting.Horizon * 0.5f), painting.Width, painting.Height, new FogGlaze(painting, painting.Horizon, 0.8f));
        }
    }

    public static void PaintBefore(Painting painting)
    {
        switch (painting.Scene.Weather)
        {
            case Weather.Rain or Weather.Storm: Rain(painting); break;
            case Weather.Snow: Snow(painting); break;
            case Weather.Fog:
                painting.Canvas.Glaze(0, (int)painting.Horizon, painting.Width, painting.Height, new FogGlaze(painting, painting.Height * 0.95f, 0.42f));
                break;
            case Weather.Wind: Leaves(painting); break;
            default: break;
        }
    }

    private static void Rain(Painting painting)
    {
        Dice dice = painting.Dice.Fork(90);
        float s = painting.Short, slant = painting.Scene.Weather == Weather.Storm ? 0.32f : 0.14f;
        for (int layer = 0; layer < 2; layer++)
        {
            var path = new PathBuilder();
            int drops = (int)((layer == 0 ? 260 : 110) * painting.Width * painting.Height / (s * s));
            float length = s * (layer == 0 ? 0.03f : 0.065f);
            for (int i = 0; i < drops; i++)
            {
                float x = dice.Between(-0.1f, 1.1f) * painting.Width, y = dice.Between(-0.05f, 1) * painting.Height, long_ = length * dice.Between(0.6f, 1.2f);
                path.Move(x, y).Line(x - (long_ * slant), y + long_);
            }

            var svg = new SvgWriter().Stroke(path, Vector4.Lerp(painting.Look.CloudLit, Vector4.One, 0.35f), Math.Max(s * (layer == 0 ? 0.0011f : 0.0019f), 0.6f), layer == 0 ? 0.42f : 0.5f);
            painting.Draw(svg, 0, painting.Height);
        }
    }

    private static void Snow(Painting painting)
    {
        Dice dice = painting.Dice.Fork(91);
        float s = painting.Short;
        var svg = new SvgWriter();
        int flakes = (int)(330 * painting.Width * painting.Height / (s * s));
        Vector4 white = Vector4.Lerp(painting.Look.CloudLit, Vector4.One, 0.6f);
        for (int i = 0; i < flakes; i++)
        {
            float size = s * (0.0014f + (0.0048f * MathF.Pow(dice.Unit(), 4)));
            svg.Ellipse(dice.Unit() * painting.Width, dice.Unit() * painting.Height, size, size * dice.Between(0.85f, 1.1f), white, dice.Between(0.5f, 0.95f));
        }

        painting.Draw(svg, 0, painting.Height);
        for (int i = 0; i < 14; i++)
        {
            // A few so near that they are out of focus.
            painting.Canvas.Glow(dice.Unit() * painting.Width, dice.Unit() * painting.Height, s * dice.Between(0.012f, 0.026f), white * 0.28f, 1.2f);
        }
    }

    private static void Leaves(Painting painting)
    {
        if (painting.Look.Land.Leaves.Length == 0 || painting.Scene.Place is Place.Sea or Place.Desert or Place.Sky or Place.Space or Place.Underwater or Place.Table or Place.Room)
        {
            return;
        }

        Dice dice = painting.Dice.Fork(92);
        var svg = new SvgWriter();
        for (int i = 0; i < 42; i++)
        {
            float size = painting.Short * (0.005f + (0.012f * dice.Unit() * dice.Unit()));
            svg.Group(dice.Unit() * painting.Width, dice.Between(0.25f, 0.98f) * painting.Height, dice.Between(0, 360), 1, 1, g =>
                g.Fill(new PathBuilder().Move(-size, 0).Curve(0, -size * 0.8f, size, 0).Curve(0, size * 0.8f, -size, 0).Close(), painting.Lit(dice.Pick(painting.Look.Land.Leaves), 0.9f)));
        }

        painting.Draw(svg, 0, painting.Height);
    }

    private static void Lightning(Painting painting)
    {
        Dice dice = painting.Dice.Fork(93);
        float x = painting.Width - painting.SunX + (painting.Short * 0.12f * dice.Around()), y = 0, bottom = painting.Horizon, step = bottom / 14;
        var path = new PathBuilder().Move(x, y);
        var twigs = new PathBuilder();
        painting.Canvas.Glow(x, bottom * 0.25f, painting.Short * 0.75f, new Vector4(0.5f, 0.5f, 0.75f, 0) * 0.55f, 2);
        while (y < bottom)
        {
            x += dice.Around() * step * 1.1f;
            y += step * dice.Between(0.6f, 1.3f);
            path.Line(x, Math.Min(y, bottom));
            if (dice.Chance(0.35f))
            {
                float side = dice.Chance(0.5f) ? 1 : -1;
                twigs.Move(x, y).Line(x + (side * step * 0.7f), y + (step * 0.8f)).Line(x + (side * step * 1.1f), y + (step * 1.7f));
            }
        }

        var svg = new SvgWriter()
            .Stroke(path, Colour.Hex("#a9b4ff"), painting.Short * 0.014f, 0.25f)
            .Stroke(twigs, Colour.Hex("#dfe4ff"), painting.Short * 0.002f, 0.8f)
            .Stroke(path, Colour.Hex("#ffffff"), painting.Short * 0.0045f);
        painting.Draw(svg, 0, bottom);
    }

    private readonly struct FogGlaze(Painting painting, float middle, float strength) : IGlaze
    {
        private readonly Noise _noise = painting.Noise(94);
        private readonly Vector4 _fog = Vector4.Lerp(painting.Look.Haze, painting.Look.CloudLit, 0.25f);
        private readonly float _scale = 1 / painting.Short;

        public Vector4 Over(Vector4 below, int x, int y)
        {
            float away = (y - middle) * _scale;
            float bank = MathF.Exp(-away * away * 26) * (0.55f + (0.9f * _noise.Fractal((x * _scale * 2.2f) + middle, y * _scale * 7, 3)));
            return Vector4.Lerp(below, _fog, Math.Clamp(bank * strength, 0, 0.95f));
        }
    }
}
