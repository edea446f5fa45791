using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Space: clouds of gas, stars by the thousand, a planet lit from the side, or the ground of a moon.</summary>
internal static class SpacePainter
{
    private static readonly Vector4[][] Gases =
    [
        [Colour.Hex("#1b1464"), Colour.Hex("#8e3fa8"), Colour.Hex("#ff7ac0")],
        [Colour.Hex("#0b2a5b"), Colour.Hex("#1f8a9e"), Colour.Hex("#8ff0d8")],
        [Colour.Hex("#2b1150"), Colour.Hex("#b0443f"), Colour.Hex("#ffb35c")],
        [Colour.Hex("#101f5e"), Colour.Hex("#4a55d6"), Colour.Hex("#b3a2ff")],
    ];

    private static readonly Vector4[][] Planets =
    [
        [Colour.Hex("#d98d5b"), Colour.Hex("#f3cf9e"), Colour.Hex("#a5583b")],
        [Colour.Hex("#3f7fd0"), Colour.Hex("#e7f2fb"), Colour.Hex("#2f8f5f")],
        [Colour.Hex("#7f6bd1"), Colour.Hex("#c6b6f5"), Colour.Hex("#473b8f")],
        [Colour.Hex("#3fa8a0"), Colour.Hex("#c7f2e4"), Colour.Hex("#1f6078")],
    ];

    public static void Paint(Painting painting)
    {
        Dice dice = painting.Dice.Fork(60);
        float s = painting.Short;
        int step = Math.Max(2, (int)(s / 300));
        painting.Canvas.Fill(0, painting.Height, step, new NebulaShader(painting, dice.Pick(Gases), dice.Pick(Gases)));
        SkyPainter.Stars(painting, painting.Height, (int)(520f * painting.Width * painting.Height / (s * s)));
        bool ground = OnMoon(painting.Scene);
        float x = painting.SunX, y = painting.Height * dice.Between(0.2f, 0.3f), radius = s * dice.Between(0.10f, 0.15f);
        if (ground)
        {
            Sphere(painting, x, y, radius * 0.8f, Planets[1], 0.35f);
            MoonGround(painting);
        }
        else
        {
            // One planet near and cut by the border, one far.
            Vector4[] planet = dice.Pick(Planets);
            Sphere(painting, painting.SunOnLeft ? painting.Width * 0.02f : painting.Width * 0.98f, painting.Height * 1.02f, s * 0.42f, planet, 0.5f);
            Sphere(painting, x, y, radius * 0.55f, dice.Pick(Planets), 0.3f);
        }
    }

    /// <summary>Something stands on a moon or planet, which then is the ground.</summary>
    public static bool OnMoon(Scene scene) => scene.Place == Place.Space && scene.Subjects.Any(s => s.Relation is { Kind: RelationKind.On } r
        && r.To >= 0 && r.To < scene.Subjects.Count && scene.Subjects[r.To].Habitat is Habitat.Sky or Habitat.Backdrop);

    private static void Sphere(Painting painting, float x, float y, float radius, Vector4[] tones, float cloudy)
    {
        float reach = radius * 1.2f;
        painting.Canvas.Glaze((int)(x - reach), (int)(y - reach), (int)(x + reach) + 1, (int)(y + reach) + 1, new SphereGlaze(painting, x, y, radius, tones, cloudy));
    }

    private static void MoonGround(Painting painting)
    {
        float top = painting.Height * 0.66f;
        painting.Canvas.Glaze(0, (int)(top - (painting.Short * 0.12f)), painting.Width, painting.Height, new MoonGlaze(painting, top));
    }

    private readonly struct NebulaShader(Painting painting, Vector4[] gas, Vector4[] other) : IShader
    {
        private readonly Noise _noise = painting.Noise(61);
        private readonly float _scale = 1 / painting.Short;
        private readonly Vector4 _tint = painting.Scene.Tints.Count > 0 ? Colour.Hex(painting.Scene.Tints[0]) : default;

        public Vector4 At(float x, float y)
        {
            float u = x * _scale * 1.7f, v = y * _scale * 1.7f;
            float bendX = _noise.Fractal(u + 5, v + 3, 3) - 0.5f, bendY = _noise.Fractal(u + 25, v + 13, 3) - 0.5f;
            float cloud = _noise.Fractal(u + (bendX * 2.2f), v + (bendY * 2.2f), 5);
            float thick = Colour.Step(0.42f, 0.78f, cloud);
            float veil = _noise.Fractal((u * 0.8f) - (bendY * 3) + 50, (v * 0.8f) + (bendX * 3), 4);
            Vector4 colour = Vector4.Lerp(Colour.Hex("#03040d"), gas[0] * 0.55f, Colour.Step(0.3f, 0.65f, cloud));
            colour += gas[1] * (0.75f * thick * thick) + (gas[2] * (0.85f * MathF.Pow(thick, 4)));
            colour += other[1] * (0.40f * Colour.Step(0.52f, 0.8f, veil)) + (_tint * (0.35f * thick));

            // Dust lies before it.
            return colour * (1 - (0.55f * Colour.Step(0.5f, 0.72f, _noise.Ridged(u + bendX + 9, v + bendY + 4, 4)) * thick));
        }
    }

    private readonly struct SphereGlaze(Painting painting, float cx, float cy, float radius, Vector4[] tones, float cloudy) : IGlaze
    {
        private readonly Noise _noise = painting.Noise(62);
        private readonly float _side = painting.SunOnLeft ? -1 : 1;

        public Vector4 Over(Vector4 below, int x, int y)
        {
            float dx = (x - cx) / radius, dy = (y - cy) / radius, far = MathF.Sqrt((dx * dx) + (dy * dy));
            Vector4 air = Vector4.Lerp(tones[1], tones[0], 0.5f);
            float facing = -((dx * -_side) + (dy * 0.8f)) / 1.28f;
            if (far > 1)
            {
                float rest = Math.Max(0, 1 - ((far - 1) / 0.18f));
                return below + (air * (rest * rest * rest * 0.5f * Math.Clamp(0.35f + facing, 0, 1)));
            }

            float z = MathF.Sqrt(1 - (far * far));
            float light = Math.Clamp((facing * 0.85f) + (z * 0.5f), 0, 1);
            float lat = (dy * 3.2f) + (dx * 0.5f), bend = _noise.Fractal((dx / (z + 0.6f) * 2) + 8, (dy * 2.5f) + 3, 4) - 0.5f;
            float band = _noise.Fractal((dx / (z + 0.7f) * 0.7f) + 4 + bend, (lat * 1.5f) + (bend * 1.2f), 4);
            Vector4 surface = Vector4.Lerp(Vector4.Lerp(tones[2], tones[0], Colour.Step(0.3f, 0.55f, band)), tones[1], Colour.Step(0.58f, 0.74f, band) * (0.5f + cloudy));
            Vector4 colour = (surface * (0.02f + (1.05f * light))) + (air * (0.55f * MathF.Pow(1 - z, 3) * Math.Clamp(0.3f + facing, 0, 1)));
            return Vector4.Lerp(below, colour, Math.Clamp((1 - far) * radius, 0, 1));
        }
    }

    private readonly struct MoonGlaze(Painting painting, float top) : IGlaze
    {
        private readonly Noise _noise = painting.Noise(63);
        private readonly float _scale = 1 / painting.Short, _middle = painting.Width / 2f, _short = painting.Short, _height = painting.Height;
        private readonly float _side = painting.SunOnLeft ? -1 : 1;

        public Vector4 Over(Vector4 below, int x, int y)
        {
            float across = (x - _middle) * _scale;
            float edge = top + (across * across * _short * 0.16f) - (_noise.Fractal(x * _scale * 5, 2, 4) * _short * 0.05f);
            float deep = y - edge;
            if (deep < 0)
            {
                return below;
            }

            float near = Math.Clamp(deep / (_height - edge), 0.03f, 1), u = across / (near + 0.12f) * 1.4f, v = 1.6f / (near + 0.12f);
            float here = Height(u, v), light = 0.5f + ((here - Height(u + (_side * 0.05f), v + 0.03f)) * 5.5f);
            Vector4 dust = Vector4.Lerp(Colour.Hex("#4f5262"), Colour.Hex("#d6d3cd"), Math.Clamp(light, 0, 1));
            return Vector4.Lerp(below, dust * (1.05f - (0.35f * near)), Math.Min(deep, 1));
        }

        /// <summary>Rolling dust with round craters, one in each second cell of a lattice.</summary>
        private float Height(float u, float v)
        {
            float height = _noise.Fractal(u * 2.4f, v * 2.4f, 3) * 0.22f;
            for (int size = 1; size <= 2; size++)
            {
                float a = u * size * 1.3f, b = v * size * 1.3f;
                int i = (int)MathF.Floor(a), j = (int)MathF.Floor(b);
                float radius = 0.16f + (0.22f * _noise.Corner(i + 7, j));
                float dx = a - i - 0.5f - ((_noise.Corner(i, j + 9) - 0.5f) * 0.2f), dy = b - j - 0.5f, far = MathF.Sqrt((dx * dx) + (dy * dy)) / radius;
                if (_noise.Corner(i, j) > 0.45f && far < 1.3f)
                {
                    height += (far < 1 ? (far * far * 0.26f) - 0.16f : 0.10f * Colour.Step(1.3f, 1, far)) / size;
                }
            }

            return height;
        }
    }
}
