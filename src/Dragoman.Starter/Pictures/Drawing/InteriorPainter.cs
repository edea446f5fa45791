using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Indoors: a room with a window on the weather outside, or a table close up before a soft background.</summary>
internal static class InteriorPainter
{
    private static readonly (Vector4 Wall, Vector4 Trim, Vector4 Rug)[] Schemes =
    [
        (Colour.Hex("#dfcfb6"), Colour.Hex("#f6efe2"), Colour.Hex("#a5503f")),
        (Colour.Hex("#a9bfb4"), Colour.Hex("#f1f2ea"), Colour.Hex("#c98a4b")),
        (Colour.Hex("#c7b3c4"), Colour.Hex("#f5eef2"), Colour.Hex("#54618f")),
        (Colour.Hex("#9db3c7"), Colour.Hex("#eef3f6"), Colour.Hex("#b8674e")),
        (Colour.Hex("#e3b795"), Colour.Hex("#faf1e6"), Colour.Hex("#5d7d74")),
    ];

    public static void Room(Painting painting)
    {
        Dice dice = painting.Dice.Fork(80);
        (Vector4 wall, Vector4 trim, Vector4 rug) = dice.Pick(Schemes);
        if (painting.Scene.Tints.Count > 0)
        {
            wall = Vector4.Lerp(wall, Colour.Hex(painting.Scene.Tints[0]), 0.75f);
        }

        float s = painting.Short, w = painting.Width, floor = painting.Horizon;
        Vector4 indoors = Indoors(painting);
        float wide = s * 0.36f, tall = s * 0.44f, left = Math.Clamp(painting.SunX - (wide / 2), s * 0.05f, w - wide - (s * 0.05f)), top = floor - tall - (s * 0.20f);

        // The sky was painted for the whole wall: the wall leaves the window free, and hills lie low in it.
        LandPainter.Hill(painting, 81, Ridge.Hills(painting, 81, top + (tall * 0.9f), tall * 0.25f, s * 0.3f), floor, painting.Look.Land.GrassLit, painting.Look.Land.Fir, 0.35f);
        var svg = new SvgWriter();
        svg.Raw(WallAround(painting, left, top, wide, tall, wall * indoors));
        Frame(svg, left, top, wide, tall, s * 0.014f, trim * indoors);
        Curtain(svg, left - (s * 0.085f), top - (s * 0.035f), s * 0.085f, tall + (s * 0.1f), Vector4.Lerp(rug, trim, 0.45f) * indoors);
        Curtain(svg, left + wide, top - (s * 0.035f), s * 0.085f, tall + (s * 0.1f), Vector4.Lerp(rug, trim, 0.45f) * indoors);
        svg.Rectangle(left - (s * 0.11f), top - (s * 0.045f), wide + (s * 0.22f), s * 0.014f, Palettes.Trunk * indoors, 1, s * 0.007f);
        float other = left > w / 2 ? left - (s * 0.36f) : left + wide + (s * 0.2f);
        if (other > 0 && other < w - (s * 0.2f))
        {
            Picture(svg, painting, dice, other, top + (tall * 0.18f), s * 0.17f, s * 0.21f, indoors);
        }

        svg.Rectangle(0, floor - (s * 0.035f), w, s * 0.035f, trim * indoors * 0.95f);
        svg.Rectangle(0, floor - (s * 0.037f), w, s * 0.003f, trim * indoors * 0.75f);
        painting.Draw(svg, 0, floor);
        painting.Canvas.Fill((int)floor, painting.Height, 2, new BoardsShader(painting, Colour.Hex("#b5804f") * indoors, Colour.Hex("#7d5232") * indoors, false));
        var carpet = new SvgWriter();
        float y = painting.GroundRow(0.52f);
        carpet.Ellipse(w * 0.5f, y, s * 0.46f, s * 0.105f, rug * indoors);
        carpet.Ellipse(w * 0.5f, y, s * 0.41f, s * 0.088f, Vector4.Lerp(rug, trim, 0.55f) * indoors);
        carpet.Ellipse(w * 0.5f, y, s * 0.385f, s * 0.08f, Vector4.Lerp(rug, Palettes.Ink, 0.08f) * indoors);
        painting.Draw(carpet, floor, painting.Height);
        painting.Canvas.Glaze(0, 0, painting.Width, painting.Height, new RoomLight(painting, left + (wide / 2), top + (tall / 2), wide, tall));
    }

    public static void Table(Painting painting)
    {
        Dice dice = painting.Dice.Fork(85);
        Vector4 indoors = Indoors(painting);
        (Vector4 wall, _, Vector4 accent) = dice.Pick(Schemes);
        if (painting.Scene.Tints.Count > 0)
        {
            wall = Vector4.Lerp(wall, Colour.Hex(painting.Scene.Tints[0]), 0.75f);
        }

        float s = painting.Short;
        int edge = (int)painting.Horizon;
        painting.Canvas.Fill(0, edge + 1, 4, new BackShader(painting, wall * indoors, accent * indoors));
        Vector4 warm = Vector4.Lerp(new Vector4(1, 0.86f, 0.62f, 0), painting.Look.Sun, 0.4f);
        for (int i = 0; i < 26; i++)
        {
            // Lights out of focus are discs, brighter at their edge.
            float x = painting.Width * dice.Unit(), y = edge * dice.Between(0.05f, 0.95f), radius = s * dice.Between(0.02f, 0.065f);
            Vector4 tone = Vector4.Lerp(warm, i % 3 == 0 ? accent * 1.4f : Vector4.One, dice.Between(0, 0.5f)) * dice.Between(0.05f, 0.2f);
            painting.Canvas.Glaze((int)(x - radius), (int)(y - radius), (int)(x + radius) + 2, Math.Min((int)(y + radius) + 2, edge), new BokehGlaze(x, y, radius, tone));
        }

        painting.Canvas.Fill(edge, painting.Height, 2, new BoardsShader(painting, Colour.Hex("#c58d58") * indoors, Colour.Hex("#8a5a36") * indoors, true));
        painting.Canvas.Glow(painting.SunX, painting.GroundRow(0.3f), s * 0.6f, warm * 0.16f, 2);
    }

    /// <summary>Rooms are lit by lamps when it is dark outside.</summary>
    private static Vector4 Indoors(Painting painting)
    {
        Vector4 lamp = new(0.92f, 0.76f, 0.58f, 0);
        return Vector4.Lerp(Vector4.Lerp(painting.Look.Light, Vector4.One, 0.5f), lamp, painting.Look.Darkness);
    }

    private static string WallAround(Painting painting, float left, float top, float wide, float tall, Vector4 wall) => FormattableString.Invariant(
        $"<path fill-rule=\"evenodd\" fill=\"{Colour.ToHex(wall)}\" d=\"M0 0H{painting.Width}V{painting.Horizon:0.#}H0ZM{left:0.#} {top:0.#}h{wide:0.#}v{tall:0.#}h{-wide:0.#}Z\"/>");

    private static void Frame(SvgWriter svg, float left, float top, float wide, float tall, float bar, Vector4 trim)
    {
        svg.Rectangle(left - bar, top - bar, wide + (2 * bar), bar, trim).Rectangle(left - bar, top, bar, tall, trim * 0.94f).Rectangle(left + wide, top, bar, tall, trim * 0.94f);
        svg.Rectangle(left + (wide / 2) - (bar * 0.4f), top, bar * 0.8f, tall, trim * 0.96f).Rectangle(left, top + (tall * 0.42f), wide, bar * 0.8f, trim * 0.96f);
        svg.Rectangle(left - (bar * 2), top + tall, wide + (4 * bar), bar * 1.7f, trim).Rectangle(left - (bar * 2), top + tall + (bar * 1.7f), wide + (4 * bar), bar * 0.5f, trim * 0.7f);
    }

    private static void Curtain(SvgWriter svg, float x, float y, float wide, float tall, Vector4 cloth)
    {
        for (int i = 0; i < 4; i++)
        {
            float fold = wide / 4, left = x + (i * fold);
            svg.Rectangle(left, y, fold + 0.5f, tall, cloth * (i % 2 == 0 ? 1.05f : 0.92f));
            svg.Rectangle(left + (fold * 0.6f), y, fold * 0.4f, tall, cloth * 0.82f, 0.6f);
        }
    }

    private static void Picture(SvgWriter svg, Painting painting, Dice dice, float x, float y, float wide, float tall, Vector4 indoors)
    {
        svg.Rectangle(x + 3, y + 4, wide, tall, Palettes.Ink, 0.25f).Rectangle(x, y, wide, tall, Palettes.Trunk * indoors).Rectangle(x + (wide * 0.06f), y + (wide * 0.06f), wide * 0.88f, tall - (wide * 0.12f), Palettes.Paper * indoors);
        float inset = wide * 0.15f;
        svg.Gradient(x + inset, y + inset, wide - (2 * inset), tall - (2 * inset), painting.Look.Land.GrassShade * indoors, Colour.Hex("#e8c79a") * indoors);
        svg.Ellipse(x + (wide * dice.Between(0.35f, 0.65f)), y + (tall * 0.42f), wide * 0.13f, wide * 0.13f, Colour.Hex("#f3ead2") * indoors);
        svg.Fill(new PathBuilder().Move(x + inset, y + tall - inset).Curve(x + (wide * 0.35f), y + (tall * 0.5f), x + (wide * 0.55f), y + (tall * 0.7f)).Curve(x + (wide * 0.75f), y + (tall * 0.58f), x + wide - inset, y + (tall * 0.72f)).Line(x + wide - inset, y + tall - inset).Close(), Colour.Hex("#4f6b66") * indoors);
    }

    private readonly struct BoardsShader(Painting painting, Vector4 lit, Vector4 shade, bool across) : IShader
    {
        private readonly Noise _noise = painting.Noise(82);
        private readonly float _scale = 1 / painting.Short, _middle = painting.Width / 2f, _sunX = painting.SunX;

        public Vector4 At(float x, float y)
        {
            float near = painting.NearnessOf(y), depth = 1 / (near + 0.30f);
            float u = (x - _middle) * _scale * depth, v = depth * 1.5f;
            (float along, float wide) = across ? (u, v * 2.6f) : (v, u * 5.5f);
            float board = MathF.Floor(wide), part = wide - board;
            float grain = _noise.Fractal((along * 1.3f) + (board * 7.7f), (wide * 9) + (_noise.At((along * 2) + board, wide * 2) * 2.4f), 3);
            float tone = 0.45f + (0.35f * (_noise.Corner((int)board, 3) - 0.5f)) + (0.75f * (grain - 0.5f));
            float gap = Math.Min(part, 1 - part);
            float side = (x - _sunX) * _scale;
            Vector4 colour = Vector4.Lerp(shade, lit, Math.Clamp(tone + (0.35f * MathF.Exp(-side * side * 2)), 0, 1));
            return colour * (0.62f + (0.38f * Colour.Step(0, 0.045f, gap))) * (1.06f - (0.22f * near));
        }
    }

    private readonly struct BackShader(Painting painting, Vector4 wall, Vector4 accent) : IShader
    {
        private readonly Noise _noise = painting.Noise(86);
        private readonly float _scale = 1 / painting.Short, _sunX = painting.SunX, _height = painting.Horizon;
        private readonly Vector4 _outside = painting.Look.Sky[^2];

        public Vector4 At(float x, float y)
        {
            // Large soft shapes: a window's light, furniture in shade.
            float shapes = _noise.Fractal(x * _scale * 2.2f, y * _scale * 1.6f, 2), side = (x - _sunX) * _scale * 2.4f, up = ((y / _height) - 0.35f) * 1.8f;
            Vector4 colour = Vector4.Lerp(wall * 0.62f, accent * 0.5f, Colour.Step(0.45f, 0.75f, shapes));
            return colour + (_outside * (0.42f * MathF.Exp(-(side * side * side * side) - (up * up * up * up)))) - (Vector4.One * (0.12f * Colour.Step(0.6f, 1, y / _height)));
        }
    }

    private readonly struct BokehGlaze(float cx, float cy, float radius, Vector4 tone) : IGlaze
    {
        public Vector4 Over(Vector4 below, int x, int y)
        {
            float dx = x - cx, dy = y - cy, far = MathF.Sqrt((dx * dx) + (dy * dy)) / radius;
            return below + (tone * ((0.6f + (0.4f * far * far)) * Colour.Step(1, 0.93f, far)));
        }
    }

    /// <summary>Light from the window on the wall and the floor, and corners in shade.</summary>
    private readonly struct RoomLight(Painting painting, float windowX, float windowY, float wide, float tall) : IGlaze
    {
        private readonly float _scale = 1 / painting.Short, _floor = painting.Horizon, _middle = painting.Width / 2f;
        private readonly float _strength = painting.Look.Sunny ? 0.34f * (1 - (0.7f * painting.Look.Darkness)) : 0.1f;
        private readonly Vector4 _sun = painting.Look.Sun;
        private readonly float _lean = painting.SunOnLeft ? 1 : -1;

        public Vector4 Over(Vector4 below, int x, int y)
        {
            float dx = (x - windowX) * _scale, dy = (y - windowY) * _scale, cx = (x - _middle) * _scale;
            bool pane = MathF.Abs(x - windowX) < wide / 2 && MathF.Abs(y - windowY) < tall / 2;
            float near = pane ? 1 : 0.80f + (0.34f * MathF.Exp(-((dx * dx) + (dy * dy)) * 4)) - (0.12f * cx * cx);
            Vector4 colour = below * near;
            float down = y - _floor;
            if (down > 0)
            {
                // The window's shape, slanted over the floor.
                float slant = (x - windowX - (_lean * down * 0.9f)) / (wide * 0.5f), deep = (down * _scale) - 0.035f;
                float bars = MathF.Abs(slant) < 0.05f ? 0.25f : 1;
                float patch = Colour.Step(1.04f, 0.94f, MathF.Abs(slant)) * Colour.Step(0, 0.02f, deep) * Colour.Step(0.2f, 0.16f, deep) * bars;
                colour += below * _sun * (_strength * 1.5f * patch);
            }

            return colour;
        }
    }
}
