using System.Numerics;
using Dragoman.Starter.Native;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Turns what was painted into a picture of its style. Light brighter than white is taken back softly, as film does.</summary>
internal static class Finish
{
    public static VipsImage Develop(Painting painting) => painting.Scene.Style switch
    {
        PictureStyle.Photo => Print(painting.Canvas, new PhotoStyle(painting)),
        PictureStyle.DigitalArt => Print(painting.Canvas, new DigitalArtStyle(painting)),
        PictureStyle.Illustration => Print(painting.Canvas, new IllustrationStyle(painting)),
        PictureStyle.Drawing => Print(painting.Canvas, new DrawingStyle(painting)),
        _ => Print(painting.Canvas, new DefaultStyle(painting)),
    };

    private static VipsImage Print<TStyle>(Canvas canvas, TStyle style)
        where TStyle : struct, IGlaze
    {
        byte[] bytes = new byte[canvas.Width * canvas.Height * 3];
        Canvas.ForRows(0, canvas.Height, y =>
        {
            ReadOnlySpan<Vector4> row = canvas.Row(y);
            Span<byte> target = bytes.AsSpan(y * canvas.Width * 3, canvas.Width * 3);
            for (int x = 0; x < row.Length; x++)
            {
                Vector4 c = Vector4.Clamp(style.Over(row[x], x, y), Vector4.Zero, Vector4.One) * 255;
                target[3 * x] = (byte)(c.X + 0.5f);
                target[(3 * x) + 1] = (byte)(c.Y + 0.5f);
                target[(3 * x) + 2] = (byte)(c.Z + 0.5f);
            }
        });
        return VipsImage.FromPixels(bytes, canvas.Width, canvas.Height, 3);
    }
}

/// <summary>What the styles have in common.</summary>
internal readonly struct Darkroom
{
    private readonly Canvas _soft;
    private readonly Noise _noise;
    private readonly float _step, _middleX, _middleY, _reach;

    public Darkroom(Painting painting)
    {
        int step = Math.Max(4, (int)(painting.Short / 128));
        _step = 1f / step;
        _soft = painting.Canvas.Soft(step, 5);
        _noise = painting.Noise(500);
        (_middleX, _middleY) = (painting.Width / 2f, painting.Height / 2f);
        _reach = 1 / ((_middleX * _middleX) + (_middleY * _middleY));
    }

    /// <summary>Light that spreads from bright places.</summary>
    public Vector4 Bloom(int x, int y, float threshold) => Vector4.Max(Vector4.Zero, Soft(x, y) - (Vector4.One * threshold));

    public Vector4 Soft(int x, int y) => _soft.Smooth((x * _step) - 0.5f, (y * _step) - 0.5f);

    /// <summary>0 in the middle, 1 in the corners.</summary>
    public float Corner(int x, int y)
    {
        float dx = x - _middleX, dy = y - _middleY;
        return ((dx * dx) + (dy * dy)) * _reach;
    }

    /// <summary>Around 0, within ±0.5, another for each pixel.</summary>
    public float Grain(int x, int y) => _noise.Corner(x, y) - 0.5f;

    /// <summary>Stains and fibres of paper, around 0.</summary>
    public float Paper(int x, int y) => (0.6f * (_noise.At(x * 0.31f, y * 0.31f) - 0.5f)) + (0.4f * (_noise.At((x * 0.07f) + 9, y * 0.5f) - 0.5f));

    /// <summary>Straight up to six sevenths, then ever less, and white only where light is endless.</summary>
    public static Vector4 Shoulder(Vector4 light)
    {
        const float Knee = 0.86f, Rest = 1 - Knee;
        Vector4 over = Vector4.Max(Vector4.Zero, light - (Vector4.One * Knee)) / Rest;

        // x / (1 + x), a little steeper, so that white paper is still white.
        return Vector4.Min(light, Vector4.One * Knee) + (over * (Vector4.One * 1.15f) / (Vector4.One + over) * Rest);
    }

    /// <summary>Darks darker and lights lighter about the middle.</summary>
    public static Vector4 Contrast(Vector4 colour, float amount)
    {
        Vector4 c = Vector4.Clamp(colour, Vector4.Zero, Vector4.One);
        return Vector4.Lerp(c, c * c * ((Vector4.One * 3) - (2 * c)), amount);
    }
}

/// <summary>A polished middle way.</summary>
internal readonly struct DefaultStyle(Painting painting) : IGlaze
{
    private readonly Darkroom _darkroom = new(painting);

    public Vector4 Over(Vector4 below, int x, int y)
    {
        Vector4 colour = Darkroom.Shoulder(below + (_darkroom.Bloom(x, y, 0.82f) * 0.4f));
        colour = Darkroom.Contrast(Colour.Saturate(colour, 1.06f), 0.18f);
        return (colour * (1 - (0.16f * _darkroom.Corner(x, y)))) + (Vector4.One * (0.014f * _darkroom.Grain(x, y)));
    }
}

/// <summary>Soft light, gentle contrast, cool shadows and warm lights, a vignette and grain; <see cref="Lens"/> has blurred what is out of focus.</summary>
internal readonly struct PhotoStyle(Painting painting) : IGlaze
{
    private readonly Darkroom _darkroom = new(painting);
    private readonly Canvas _canvas = painting.Canvas;

    public Vector4 Over(Vector4 below, int x, int y)
    {
        // A lens is less sharp than a vector.
        Vector4 mean = (_canvas.Near(x - 1, y) + _canvas.Near(x + 1, y) + _canvas.Near(x, y - 1) + _canvas.Near(x, y + 1)) * 0.25f;
        Vector4 light = Vector4.Lerp(below, mean, 0.55f);
        light = Vector4.Lerp(light, _darkroom.Soft(x, y), 0.10f) + (_darkroom.Bloom(x, y, 0.70f) * 0.5f);
        Vector4 colour = Darkroom.Contrast(Colour.Saturate(Darkroom.Shoulder(light), 0.84f), 0.28f);
        float luma = Colour.Luma(colour);
        colour += Vector4.Lerp(new Vector4(-0.012f, 0.012f, 0.035f, 0), new Vector4(0.03f, 0.012f, -0.03f, 0), luma);
        colour = (colour * 0.95f) + (Vector4.One * 0.025f);
        float grain = _darkroom.Grain(x, y) + (0.6f * _darkroom.Grain((x / 2) + 91, (y / 2) + 17));
        return (colour * (1 - (0.36f * _darkroom.Corner(x, y)))) + (Vector4.One * (0.05f * grain * (1 - (0.5f * luma))));
    }
}

/// <summary>Saturated, glowing, with violet above and cyan in the shadows.</summary>
internal readonly struct DigitalArtStyle(Painting painting) : IGlaze
{
    private readonly Darkroom _darkroom = new(painting);
    private readonly float _height = painting.Height;

    public Vector4 Over(Vector4 below, int x, int y)
    {
        Vector4 glow = _darkroom.Bloom(x, y, 0.62f);
        Vector4 colour = Darkroom.Shoulder((below * 0.94f) + (glow * 0.75f));
        float down = y / _height, luma = Colour.Luma(colour);
        Vector4 shade = Vector4.Lerp(new Vector4(0.34f, 0.08f, 0.62f, 0), new Vector4(0.02f, 0.30f, 0.55f, 0), down);
        Vector4 light = Vector4.Lerp(new Vector4(1.0f, 0.55f, 0.85f, 0), new Vector4(1.0f, 0.86f, 0.5f, 0), down);
        colour = Vector4.Lerp(colour, shade, 0.36f * (1 - luma) * (1 - luma));
        colour = Vector4.Lerp(colour, Vector4.Max(colour, light * luma * 1.15f), 0.35f);
        colour = Darkroom.Contrast(Colour.Saturate(colour, 1.42f), 0.5f);
        return (colour * (1 - (0.30f * _darkroom.Corner(x, y)))) + (Vector4.One * (0.01f * _darkroom.Grain(x, y)));
    }
}

/// <summary>A print in few tones: flat steps of light, inks a little out of register, on rough paper.</summary>
internal readonly struct IllustrationStyle(Painting painting) : IGlaze
{
    private const float Tones = 7;

    private static readonly Vector4[] Inks = [Colour.Hex("#26294d"), Colour.Hex("#47527f"), Colour.Hex("#8a7f9a"), Colour.Hex("#dba58c"), Colour.Hex("#f6d9a8"), Colour.Hex("#fff4dc")];

    private readonly Darkroom _darkroom = new(painting);
    private readonly Canvas _canvas = painting.Canvas;
    private readonly int _shift = Math.Max(1, (int)(painting.Short / 700));

    public Vector4 Over(Vector4 below, int x, int y)
    {
        Vector4 offset = _canvas.Near(x - _shift, y - _shift);
        Vector4 colour = Darkroom.Shoulder(new Vector4(offset.X, below.Y, below.Z, 0));
        float paper = _darkroom.Paper(x, y), grain = _darkroom.Grain(x, y);

        // The border between two tones is a spray of dots.
        float luma = Math.Clamp(Colour.Luma(colour), 0.02f, 1);
        float tone = (MathF.Floor(Math.Clamp((luma * Tones) + (0.22f * grain), 0, Tones - 0.01f)) + 0.5f) / Tones;
        Vector4 flat = Colour.Saturate(colour * (tone / luma), 1.12f);
        Vector4 ink = Inks[Math.Clamp((int)(tone * Inks.Length), 0, Inks.Length - 1)];
        Vector4 print = Vector4.Lerp(Vector4.Min(flat * 1.04f, Vector4.One), ink, 0.30f);
        return (Vector4.Lerp(print, Palettes.Paper, 0.07f) * (1 + (0.10f * paper))) + (Vector4.One * (0.015f * grain));
    }
}

/// <summary>Ink lines where tones meet, hatching where it is dark, and a faint wash of the colours on paper.</summary>
internal readonly struct DrawingStyle : IGlaze
{
    private readonly Darkroom _darkroom;
    private readonly float[] _luma;
    private readonly Noise _noise;
    private readonly int _width, _height, _reach;
    private readonly float _scale;

    public DrawingStyle(Painting painting)
    {
        _darkroom = new Darkroom(painting);
        _noise = painting.Noise(510);
        Canvas canvas = painting.Canvas;
        (_width, _height) = (canvas.Width, canvas.Height);
        _scale = 1024 / painting.Short;
        _reach = Math.Max(1, (int)(painting.Short / 800));
        float[] luma = new float[_width * _height];
        int width = _width;
        Canvas.ForRows(0, _height, y =>
        {
            ReadOnlySpan<Vector4> row = canvas.Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                // Colours of one lightness part from each other too.
                Vector4 c = Darkroom.Shoulder(row[x]);
                luma[(y * width) + x] = Colour.Luma(c) + (0.25f * (c.X - c.Z));
            }
        });
        _luma = luma;
    }

    public Vector4 Over(Vector4 below, int x, int y)
    {
        int r = _reach;
        float across = At(x + r, y - r) + (2 * At(x + r, y)) + At(x + r, y + r) - At(x - r, y - r) - (2 * At(x - r, y)) - At(x - r, y + r);
        float down = At(x - r, y + r) + (2 * At(x, y + r)) + At(x + r, y + r) - At(x - r, y - r) - (2 * At(x, y - r)) - At(x + r, y - r);
        float line = Colour.Step(0.12f, 0.48f, MathF.Sqrt((across * across) + (down * down)));
        float pencil = 0.75f + (0.5f * _noise.At(x * 0.6f, y * 0.6f));

        Vector4 colour = Darkroom.Shoulder(below);
        float dark = 1 - Colour.Luma(Vector4.Lerp(colour, _darkroom.Soft(x, y), 0.3f));
        float u = x * _scale, v = y * _scale, wobble = 3.5f * _noise.At(u * 0.02f, v * 0.02f);
        float ink = Hatch((u + v) * 0.115f, wobble, Colour.Step(0.42f, 0.85f, dark))
            + Hatch((u - v) * 0.115f, wobble, Colour.Step(0.60f, 0.95f, dark))
            + Hatch((v + (0.25f * u)) * 0.13f, wobble, Colour.Step(0.76f, 1, dark));
        float mark = Math.Clamp((line * 0.95f * pencil) + (ink * 0.50f * pencil), 0, 1);

        Vector4 wash = Vector4.Lerp(Palettes.Paper, Palettes.Paper * Vector4.Lerp(Vector4.One, Colour.Saturate(Vector4.Min(colour, Vector4.One), 1.25f), 0.9f), 0.42f);
        wash += Vector4.One * ((0.05f * _darkroom.Paper(x, y)) + (0.012f * _darkroom.Grain(x, y)) + (0.05f * (_noise.At(u * 0.008f, v * 0.008f) - 0.5f)));
        return Vector4.Lerp(wash, Palettes.Ink, mark * 0.88f);
    }

    private float At(int x, int y) => _luma[(Math.Clamp(y, 0, _height - 1) * _width) + Math.Clamp(x, 0, _width - 1)];

    private static float Hatch(float place, float wobble, float tone)
    {
        float part = place + wobble;
        part -= MathF.Floor(part);
        return tone <= 0 ? 0 : Colour.Step(0.18f + (0.34f * tone), 0.10f + (0.22f * tone), MathF.Abs(part - 0.5f) * 2) * Math.Min(1, tone * 2.5f);
    }
}
