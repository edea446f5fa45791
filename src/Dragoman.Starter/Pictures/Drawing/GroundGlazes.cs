using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Heaped clouds, lit from the sun's side.</summary>
internal readonly struct CloudSeaGlaze(Painting painting, float top) : IGlaze
{
    private readonly Noise _noise = painting.Noise(170);
    private readonly Look _look = painting.Look;
    private readonly float _scale = 1 / painting.Short, _middle = painting.Width / 2f, _height = painting.Height, _side = painting.SunOnLeft ? -1 : 1, _sunX = painting.SunX;

    public Vector4 Over(Vector4 below, int x, int y)
    {
        float near = (y - top) / (_height - top), depth = 1 / (near + 0.13f), u = (x - _middle) * _scale * depth * 1.5f, v = depth * 2.6f;
        float warp = _noise.Fractal(u + 7, v, 2) - 0.5f;
        float here = _noise.Fractal(u + warp, v + warp, 5), towards = _noise.Fractal(u + warp + (_side * 0.12f), v + warp + 0.22f, 4);
        float side = (x - _sunX) * _scale;
        float lit = Math.Clamp(0.52f + ((here - towards) * 3.6f) + ((here - 0.5f) * 0.9f), 0, 1);
        Vector4 cloud = Vector4.Lerp(_look.CloudShade, _look.CloudLit, lit) + (_look.Sun * (0.22f * lit * MathF.Exp(-side * side * 4) * (1 - near)));
        cloud = Vector4.Lerp(cloud, _look.Haze, 0.75f * MathF.Exp(-near * 9));
        return Vector4.Lerp(below, cloud, Colour.Step(0, 0.12f, near + ((here - 0.5f) * 0.16f)));
    }
}

/// <summary>Sand with a wet edge and a line of foam.</summary>
internal readonly struct SandGlaze(Painting painting, Ridge surf) : IGlaze
{
    private readonly Noise _noise = painting.Noise(162);
    private readonly float _scale = 1 / painting.Short, _middle = painting.Width / 2f;
    private readonly Vector4 _light = painting.Look.Light, _foam = Vector4.Lerp(painting.Look.CloudLit, painting.Look.Light, 0.25f);

    public Vector4 Over(Vector4 below, int x, int y)
    {
        float near = painting.NearnessOf(y), u = (x - _middle) * _scale / (near + 0.1f), v = 1 / (near + 0.1f);
        float lace = _noise.Ridged(u * 4, v * 9, 3), away = ((y - surf[x]) * _scale) + ((_noise.At(u * 2.2f, v * 5) - 0.5f) * 0.02f);
        float breaker = away + 0.055f;
        Vector4 water = Vector4.Lerp(below, _foam, Colour.Step(0.014f, 0, MathF.Abs(breaker)) * Colour.Step(0.35f, 0.75f, lace) * 0.85f);
        if (away < -0.004f)
        {
            return Vector4.Lerp(water, _foam, Colour.Step(-0.03f, -0.002f, away) * Colour.Step(0.45f, 0.7f, lace) * 0.8f);
        }

        float tone = _noise.Fractal(u * 7, v * 12, 3);
        Vector4 sand = Vector4.Lerp(Palettes.SandShade, Palettes.Sand, 0.55f + (0.5f * tone)) * _light * (1.05f - (0.18f * near));
        Vector4 wet = Vector4.Lerp(sand * 0.68f, painting.Look.Sky[^2], 0.22f);
        Vector4 colour = Vector4.Lerp(wet, sand, Colour.Step(0.02f, 0.07f, away));
        return Vector4.Lerp(colour, _foam, Colour.Step(0.010f, 0.002f, away) * 0.9f);
    }
}

/// <summary>The nearest dune: a lit slope, a shaded one below its crest, and ripples.</summary>
internal readonly struct DuneGlaze(Painting painting, Ridge crest) : IGlaze
{
    private readonly Noise _noise = painting.Noise(133);
    private readonly float _scale = 1 / painting.Short, _side = painting.SunOnLeft ? -1 : 1;
    private readonly Vector4 _lit = Palettes.Sand * painting.Look.Light * 1.03f, _shade = Palettes.SandShade * painting.Look.Light * 0.9f;

    public Vector4 Over(Vector4 below, int x, int y)
    {
        float deep = y - crest[x] + 0.5f;
        if (deep <= 0)
        {
            return below;
        }

        float near = painting.NearnessOf(y), depth = 1 / (near + 0.12f), slope = (crest[x - 4] - crest[x + 4]) / 8;
        float bend = _noise.Fractal(x * _scale * 2.5f, y * _scale * 3, 2);
        float ripple = MathF.Sin((depth * 26) + (bend * 16)) * 0.5f * near;
        float light = 0.62f - (slope * _side * 1.1f * MathF.Exp(-deep * _scale * 4)) + (ripple * 0.16f) + ((bend - 0.5f) * 0.5f) - (0.25f * near);
        return Vector4.Lerp(below, Vector4.Lerp(_shade, _lit, Math.Clamp(light, 0, 1)), Math.Min(deep, 1));
    }
}

/// <summary>Rows of a crop, drawn together at the horizon.</summary>
internal readonly struct RowsShader(Painting painting, Vector4 ripe, Vector4 stalk) : IShader
{
    private readonly Noise _noise = painting.Noise(163);
    private readonly float _scale = 1 / painting.Short, _middle = painting.Width * 0.5f;
    private readonly Vector4 _light = painting.Look.Light, _haze = painting.Look.Haze;

    public Vector4 At(float x, float y)
    {
        float near = Math.Max(painting.NearnessOf(y), 0.01f), u = (x - _middle) * _scale / (near + 0.05f), v = 1 / (near + 0.05f);
        float bend = _noise.Fractal(u * 0.8f, v * 1.2f, 2) - 0.5f, row = (u * 4.2f) + (bend * 0.3f), part = MathF.Abs(row - MathF.Floor(row) - 0.5f) * 2;
        float ears = _noise.Fractal(u * 42, v * 16, 2), soft = Math.Min(1, near * 6);
        float light = 0.5f + (((1 - part) - 0.5f) * 0.75f * soft) + ((ears - 0.5f) * 1.1f * soft) + (bend * 0.5f) - (0.12f * near);
        return Vector4.Lerp(Vector4.Lerp(stalk, ripe, Math.Clamp(light, 0, 1)) * _light, _haze, painting.Hazing(near) * 0.8f);
    }
}

/// <summary>Paving before the water.</summary>
internal readonly struct QuayGlaze(Painting painting, float top) : IGlaze
{
    private readonly Noise _noise = painting.Noise(164);
    private readonly float _scale = 1 / painting.Short, _middle = painting.Width / 2f, _wet = painting.Scene.Weather is Weather.Rain or Weather.Storm ? 0.5f : 0.1f;
    private readonly Vector4 _light = Vector4.Lerp(painting.Look.Light, Vector4.One, 0.1f);

    public Vector4 Over(Vector4 below, int x, int y)
    {
        float near = painting.NearnessOf(y), depth = 1 / (near + 0.1f), u = (x - _middle) * _scale * depth * 3, v = depth * 5;
        float row = MathF.Floor(v), joint = Math.Min(v - row, 1 - (v - row)), shifted = u + (row % 2 * 0.5f), across = shifted - MathF.Floor(shifted);
        joint = Math.Min(joint, Math.Min(across, 1 - across) * 1.6f);
        float tone = 0.8f + (0.25f * _noise.Corner((int)row, (int)MathF.Floor(shifted))) + (0.3f * (_noise.Fractal(u * 5, v * 5, 2) - 0.5f));
        Vector4 stone = Colour.Hex("#8d8a92") * _light * tone * (0.7f + (0.3f * Colour.Step(0, 0.06f, joint)));
        if (y < top + (painting.Short * 0.012f))
        {
            stone = Colour.Hex("#a5a2a8") * _light * 1.1f;
        }

        return Vector4.Lerp(stone, below, _wet);
    }
}
