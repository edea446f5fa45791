using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>What people have built: skylines whose windows light up in the evening, and villages.</summary>
internal static class CityPainter
{
    private static readonly Vector4[] Walls = [Colour.Hex("#7c8aa5"), Colour.Hex("#9a8f97"), Colour.Hex("#67809a"), Colour.Hex("#a89a8c"), Colour.Hex("#58708c"), Colour.Hex("#8a7f95")];
    private static readonly Vector4[] Plasters = [Colour.Hex("#f0e3cb"), Colour.Hex("#e9d3b0"), Colour.Hex("#f3ece0"), Colour.Hex("#dfc3a4"), Colour.Hex("#e6dccf")];
    private static readonly Vector4[] Roofs = [Colour.Hex("#b5543c"), Colour.Hex("#8f4a3a"), Colour.Hex("#a8654a"), Colour.Hex("#6e5a5c")];

    /// <summary>Three rows of towers, the nearest tallest windows.</summary>
    public static void Skyline(Painting painting, float foot, float scale = 1)
    {
        float s = painting.Short * scale;
        painting.Canvas.Glow(painting.Width / 2f, foot, painting.Width * 0.6f, new Vector4(0.62f, 0.40f, 0.32f, 0) * painting.Look.Darkness, 1.5f);
        for (int layer = 0; layer < 3; layer++)
        {
            Dice dice = painting.Dice.Fork((ulong)(200 + layer));
            var svg = new SvgWriter();
            float hazing = 0.68f - (0.27f * layer), x = -s * 0.05f, highest = foot, middle = painting.Width - painting.SunX;
            while (x < painting.Width + (s * 0.05f))
            {
                float wide = s * dice.Between(0.05f, 0.105f);
                float centre = MathF.Exp(-MathF.Pow((x - middle) / (painting.Width * 0.32f), 2));
                float tall = s * (0.12f + (0.20f * dice.Unit()) + (0.42f * centre * dice.Between(0.35f, 1))) * (1 - (0.20f * layer));
                highest = Math.Min(highest, foot - (tall * 1.25f));
                Tower(painting, svg, dice, x, foot, wide, tall, hazing);
                x += wide * dice.Between(0.8f, 1.25f);
            }

            painting.Draw(svg, highest, foot + 1);
        }
    }

    public static void Village(Painting painting, float foot)
    {
        float s = painting.Short;
        Dice dice = painting.Dice.Fork(210);
        var svg = new SvgWriter();
        int houses = (int)(7 * painting.Width / s);
        float church = painting.Width - painting.SunX;
        for (int i = 0; i < houses; i++)
        {
            float nearness = 0.04f + (0.14f * i / houses), size = s * (0.085f + (0.09f * nearness / 0.18f));
            float x = painting.Width * (((i * 0.618f) + 0.1f) % 1), base_ = foot + (s * 0.04f * i / houses);
            if (i == houses / 2)
            {
                Church(painting, svg, church, base_, s * 0.26f, nearness);
            }

            House(painting, svg, dice, x, base_, size, nearness);
        }

        painting.Draw(svg, foot - (s * 0.4f), foot + (s * 0.08f));
    }

    private static void Tower(Painting painting, SvgWriter svg, Dice dice, float x, float foot, float wide, float tall, float hazing)
    {
        Look look = painting.Look;
        Vector4 Tone(Vector4 c) => Vector4.Lerp(c * look.Light, look.Haze, hazing);
        Vector4 wall = dice.Pick(Walls) * dice.Between(0.8f, 1.05f);
        float top = foot - tall, lit = wide * 0.3f;
        bool left = painting.SunOnLeft;
        Vector4 streets = Vector4.Lerp(look.Haze, Colour.Hex("#a8704e"), 0.55f * look.Darkness);
        svg.Gradient(x, top, wide, tall, Tone(wall), Vector4.Lerp(Tone(wall * 0.85f), streets, 0.38f));
        svg.Rectangle(left ? x : x + wide - lit, top, lit, tall, Tone(wall * 1.18f), 0.75f);
        switch (dice.Below(4))
        {
            case 0:
                svg.Rectangle(x + (wide * 0.46f), top - (tall * 0.14f), wide * 0.06f, tall * 0.14f, Tone(wall * 0.8f));
                break;
            case 1:
                svg.Rectangle(x + (wide * 0.2f), top - (tall * 0.06f), wide * 0.6f, tall * 0.07f, Tone(wall * 0.95f));
                break;
            case 2:
                svg.Fill(new PathBuilder().Move(x, top + 1).Line(x + (wide / 2), top - (wide * 0.5f)).Line(x + wide, top + 1).Close(), Tone(wall * 0.9f));
                break;
            default:
                break;
        }

        float cell = Math.Max(wide / (5 + dice.Below(4)), 2.5f), pitch = cell * dice.Between(1.2f, 1.7f);
        var bright = new PathBuilder();
        var dark = new PathBuilder();
        float share = dice.Between(0.08f, 0.5f) * (look.Darkness > 0.5f ? 1 : look.Darkness > 0.15f ? 0.5f : 0);
        Vector4 glow = Vector4.Lerp(Palettes.Window, Colour.Hex("#cfe6ff"), dice.Chance(0.25f) ? 0.8f : dice.Between(0, 0.3f));
        for (float y = top + (pitch * 0.5f); y < foot - pitch; y += pitch)
        {
            for (float w = x + (cell * 0.25f); w < x + wide - (cell * 0.6f); w += cell)
            {
                (dice.Chance(share) ? bright : dark).Move(w, y).Line(w + (cell * 0.52f), y).Line(w + (cell * 0.52f), y + (pitch * 0.56f)).Line(w, y + (pitch * 0.56f)).Close();
            }
        }

        svg.Fill(dark, Tone(Vector4.Lerp(wall * 0.6f, look.Sky[2], 0.25f)), 0.6f);
        svg.Fill(bright, Vector4.Lerp(glow * 1.15f, look.Haze, hazing * 0.5f));
    }

    private static void House(Painting painting, SvgWriter svg, Dice dice, float x, float foot, float size, float nearness)
    {
        Vector4 wall = dice.Pick(Plasters), roof = painting.Look.Land.Snow > 0.5f ? Palettes.Snow : dice.Pick(Roofs);
        float wide = size * dice.Between(0.95f, 1.35f), tall = size * 0.52f, ridge = size * 0.48f, left = x - (wide / 2);
        bool sunny = painting.SunOnLeft;
        svg.Gradient(left, foot - tall, wide, tall, painting.Lit(wall, nearness), painting.Lit(wall * 0.86f, nearness));
        svg.Rectangle(sunny ? left + (wide * 0.66f) : left, foot - tall, wide * 0.34f, tall, painting.Lit(wall * 0.72f, nearness), 0.8f);
        svg.Rectangle(left + (wide * 0.72f), foot - tall - (ridge * 0.95f), wide * 0.09f, ridge * 0.7f, painting.Lit(Colour.Hex("#8a6a5c"), nearness));
        svg.Fill(new PathBuilder().Move(left - (wide * 0.07f), foot - tall + 1).Line(left + (wide * 0.16f), foot - tall - ridge).Line(left + (wide * 0.84f), foot - tall - ridge).Line(left + (wide * 1.07f), foot - tall + 1).Close(), painting.Lit(roof, nearness));
        svg.Fill(new PathBuilder().Move(left - (wide * 0.07f), foot - tall + 1).Line(left + (wide * 1.07f), foot - tall + 1).Line(left + (wide * 1.03f), foot - tall - (ridge * 0.12f)).Line(left - (wide * 0.03f), foot - tall - (ridge * 0.12f)).Close(), painting.Lit(roof * 0.75f, nearness));
        Vector4 pane = painting.Look.Darkness > 0.4f ? Palettes.Window : painting.Lit(Colour.Hex("#5f7890"), nearness);
        for (int i = 0; i < 3; i++)
        {
            float wx = left + (wide * (0.14f + (0.29f * i)));
            if (i == 1)
            {
                svg.Rectangle(wx, foot - (tall * 0.62f), wide * 0.14f, tall * 0.62f, painting.Lit(Colour.Hex("#6b4a38"), nearness));
            }
            else
            {
                svg.Rectangle(wx - (wide * 0.012f), foot - (tall * 0.74f), wide * 0.164f, tall * 0.40f, painting.Lit(Colour.Hex("#ffffff"), nearness));
                svg.Rectangle(wx, foot - (tall * 0.72f), wide * 0.14f, tall * 0.36f, pane);
            }
        }
    }

    private static void Church(Painting painting, SvgWriter svg, float x, float foot, float tall, float nearness)
    {
        float wide = tall * 0.2f;
        svg.Gradient(x - (wide / 2), foot - (tall * 0.62f), wide, tall * 0.62f, painting.Lit(Plasters[2], nearness), painting.Lit(Plasters[2] * 0.85f, nearness));
        svg.Rectangle(painting.SunOnLeft ? x + (wide * 0.1f) : x - (wide / 2), foot - (tall * 0.62f), wide * 0.4f, tall * 0.62f, painting.Lit(Plasters[2] * 0.75f, nearness), 0.8f);
        svg.Fill(new PathBuilder().Move(x - (wide * 0.58f), foot - (tall * 0.6f)).Line(x, foot - tall).Line(x + (wide * 0.58f), foot - (tall * 0.6f)).Close(), painting.Lit(Roofs[1], nearness));
        svg.Ellipse(x, foot - (tall * 0.5f), wide * 0.17f, wide * 0.17f, painting.Look.Darkness > 0.4f ? Palettes.Window : painting.Lit(Colour.Hex("#4c5b6b"), nearness));
    }
}
