using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>
/// Trees, bushes, reeds and rocks, each with a side to the light. Leaves are painted at once; what has an outline goes into the drawing that is given.
/// </summary>
internal sealed class Flora(Painting painting, SvgWriter svg, Dice dice)
{
    private readonly LandColours _land = painting.Look.Land;
    private readonly Brush _brush = new(painting.Canvas);
    private readonly float _toSun = painting.SunOnLeft ? -1 : 1;

    public void Fir(float x, float foot, float tall, float nearness)
    {
        Vector4 shade = painting.Lit(_land.Fir * dice.Between(0.62f, 0.8f), nearness), lit = painting.Lit(_land.Fir * dice.Between(1.05f, 1.35f), nearness);
        Vector4 snow = painting.Lit(Palettes.Snow, nearness);
        float half = tall * dice.Between(0.19f, 0.25f);
        svg.Rectangle(x - (tall * 0.025f), foot - (tall * 0.14f), tall * 0.05f, tall * 0.14f, painting.Lit(Palettes.Trunk, nearness));
        int tiers = tall > painting.Short * 0.1f ? 6 : 4;
        for (int i = 0; i < tiers; i++)
        {
            float part = (float)i / tiers, wide = half * (1 - (part * 0.86f)), low = foot - (tall * (0.1f + (part * 0.78f))), high = low - (tall * (0.36f - (part * 0.14f)));
            float sag = tall * 0.025f, lean = wide * dice.Around() * 0.08f;
            svg.Fill(new PathBuilder().Move(x, high).Curve(x + (wide * 0.32f), low - sag, x + wide + lean, low + sag).Curve(x, low - (sag * 1.4f), x - wide + lean, low + sag).Curve(x - (wide * 0.32f), low - sag, x, high).Close(), shade);
            svg.Fill(new PathBuilder().Move(x, high).Curve(x + (_toSun * wide * 0.32f), low - sag, x + (_toSun * wide) + lean, low + sag).Curve(x + (_toSun * wide * 0.4f), low - sag, x, low - (sag * 2.2f)).Close(), lit);
            if (_land.Snow > 0.3f)
            {
                float cap = wide * 0.72f, edge = low - ((low - high) * 0.24f);
                svg.Fill(new PathBuilder().Move(x, high).Curve(x + (cap * 0.3f), edge - sag, x + cap, edge + sag).Curve(x + (cap * 0.35f), edge - (sag * 0.6f), x, edge + (sag * 1.3f)).Curve(x - (cap * 0.35f), edge - (sag * 0.6f), x - cap, edge + sag).Curve(x - (cap * 0.3f), edge - sag, x, high).Close(), snow, 0.92f);
            }
        }
    }

    /// <summary>A broad-leaved tree: blossoming, green, red and gold, or bare, as the season has it.</summary>
    public void Tree(float x, float foot, float tall, float nearness)
    {
        Vector4 bark = painting.Lit(Palettes.Trunk, nearness);
        if (_land.Leaves.Length == 0)
        {
            Branch(x, foot, tall * 0.34f, -90, tall * 0.045f, bark, 5);
            return;
        }

        _brush.Blade(x, foot, tall * 0.55f, 0, tall * 0.045f, bark, 0.5f);
        Vector4 leaf = dice.Pick(_land.Leaves);
        Crown(x, foot - (tall * 0.63f), tall * 0.31f, tall * 0.33f, leaf, nearness, tall > painting.Short * 0.28f ? 46 : 24);
    }

    /// <param name="lean">The side to which its trunk bends, -1 or 1.</param>
    public void Palm(float x, float foot, float tall, float nearness, float lean)
    {
        float topX = x + (lean * tall * 0.26f), topY = foot - tall, thick = tall * 0.022f;
        Vector4 bark = painting.Lit(Colour.Hex("#8a6748"), nearness);
        svg.Fill(new PathBuilder().Move(x - (thick * 1.7f), foot).Curve(x - thick, foot - (tall * 0.6f), topX - (thick * 0.6f), topY).Line(topX + (thick * 0.6f), topY).Curve(x + (thick * 1.6f), foot - (tall * 0.55f), x + (thick * 1.9f), foot).Close(), bark);
        for (int i = 0; i < 11; i++)
        {
            float angle = (-200 + (i * 22) + (dice.Around() * 7)) * MathF.PI / 180, reach = tall * dice.Between(0.36f, 0.46f);
            float endX = topX + (MathF.Cos(angle) * reach), endY = topY + (MathF.Sin(angle) * reach * 0.55f) + (reach * 0.36f);
            float bendX = topX + (MathF.Cos(angle) * reach * 0.5f), bendY = topY + (MathF.Sin(angle) * reach * 0.75f) - (reach * 0.12f);
            Vector4 leaf = painting.Lit(Vector4.Lerp(Colour.Hex("#2f6b3c"), Colour.Hex("#86b84c"), i % 2 == 0 ? dice.Between(0.5f, 0.9f) : dice.Between(0, 0.4f)), nearness);
            svg.Fill(new PathBuilder().Move(topX, topY - thick).Curve(bendX, bendY - (reach * 0.13f), endX, endY).Curve(bendX, bendY + (reach * 0.10f), topX, topY + thick).Close(), leaf);
        }

        for (int i = 0; i < 3; i++)
        {
            svg.Ellipse(topX + ((i - 1) * thick * 1.6f), topY + (thick * 1.4f), thick * 1.1f, thick * 1.1f, painting.Lit(Colour.Hex("#6a4a30"), nearness));
        }
    }

    public void Bush(float x, float foot, float wide, float nearness)
    {
        Vector4 leaf = Vector4.Lerp(_land.Fir, _land.GrassShade, dice.Between(0.45f, 0.8f));
        Crown(x, foot - (wide * 0.2f), wide * 0.5f, wide * 0.24f, leaf, nearness, 16);
    }

    public void Reeds(float x, float foot, float tall, float nearness)
    {
        Vector4 tone = Vector4.Lerp(_land.GrassLit, _land.GrassShade, dice.Between(0.35f, 1)) * 0.84f;
        var path = new PathBuilder();
        int blades = 3 + dice.Below(4);
        for (int i = 0; i < blades; i++)
        {
            float lean = dice.Around() * tall * 0.55f, height = tall * dice.Between(0.55f, 1), root = x + (dice.Around() * tall * 0.25f), thick = tall * 0.045f;
            path.Move(root - thick, foot).Curve(root - (thick * 0.5f), foot - (height * 0.6f), root + lean, foot - height).Curve(root + (thick * 1.5f), foot - (height * 0.5f), root + thick, foot).Close();
        }

        svg.Fill(path, painting.Lit(tone, nearness));
    }

    public void Rock(float x, float foot, float wide, float nearness)
    {
        float tall = wide * dice.Between(0.4f, 0.65f);
        Vector4 stone = _land.Rock * dice.Between(0.8f, 1.05f);
        svg.Fill(new PathBuilder().Move(x - (wide * 0.5f), foot).Curve(x - (wide * 0.46f), foot - (tall * 0.8f), x - (wide * 0.1f), foot - tall).Curve(x + (wide * 0.36f), foot - (tall * 0.96f), x + (wide * 0.5f), foot).Close(), painting.Lit(stone * 0.66f, nearness));
        svg.Fill(new PathBuilder().Move(x + (_toSun * wide * 0.46f), foot - (tall * 0.2f)).Curve(x + (_toSun * wide * 0.42f), foot - (tall * 0.85f), x - (wide * 0.06f), foot - tall).Curve(x + (_toSun * wide * 0.1f), foot - (tall * 0.5f), x + (_toSun * wide * 0.46f), foot - (tall * 0.2f)).Close(), painting.Lit(_land.Snow > 0.5f ? Palettes.Snow : stone * 1.12f, nearness));
    }

    private void Crown(float x, float y, float radiusX, float radiusY, Vector4 leaf, float nearness, int tufts)
    {
        // Shade first and largest, then ever lighter and smaller ones towards the light.
        _brush.Ellipse(x, y, radiusX * 0.8f, radiusY * 0.8f, painting.Lit(leaf * 0.62f, nearness));
        for (int layer = 0; layer < 4; layer++)
        {
            Vector4 tone = painting.Lit((leaf * (0.64f + (0.16f * layer))) + (painting.Look.Sun * (0.025f * layer)), nearness);
            for (int i = 0; i < tufts; i++)
            {
                float angle = MathF.Tau * (i + dice.Unit()) / tufts, away = MathF.Sqrt(dice.Unit()) * (0.92f - (0.15f * layer));
                float cx = x + (MathF.Cos(angle) * radiusX * away) + (_toSun * radiusX * 0.10f * layer), cy = y + (MathF.Sin(angle) * radiusY * away) - (radiusY * 0.12f * layer);
                float size = dice.Between(0.13f, 0.25f) * (1 - (0.17f * layer)) * (tufts > 40 ? 0.72f : 1);
                _brush.Ellipse(cx, cy, radiusX * size, radiusY * size * 0.85f, tone * dice.Between(0.93f, 1.07f));
            }
        }

        if (_land.Snow > 0.3f)
        {
            _brush.Ellipse(x, y - (radiusY * 0.55f), radiusX * 0.6f, radiusY * 0.3f, painting.Lit(Palettes.Snow, nearness), 0.9f);
        }
    }

    private void Branch(float x, float y, float length, float angle, float width, Vector4 colour, int depth)
    {
        float radians = angle * MathF.PI / 180, endX = x + (MathF.Cos(radians) * length), endY = y + (MathF.Sin(radians) * length);
        svg.Stroke(new PathBuilder().Move(x, y).Line(endX, endY), colour, Math.Max(width, 0.5f));
        if (depth == 0 || length < 2)
        {
            return;
        }

        int forks = depth > 3 ? 3 : 2;
        for (int i = 0; i < forks; i++)
        {
            float spread = forks == 3 ? (i - 1) * 34 : (i * 2 - 1) * 24;
            Branch(endX, endY, length * dice.Between(0.6f, 0.78f), angle + spread + (dice.Around() * 12), width * 0.62f, colour, depth - 1);
        }
    }
}
