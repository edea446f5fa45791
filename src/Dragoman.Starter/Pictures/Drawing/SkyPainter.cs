using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>The sky down to the horizon: its gradient, the glow about the sun, clouds lit from it; stars and the moon at night.</summary>
internal static class SkyPainter
{
    public static void Paint(Painting painting)
    {
        // A little further than the horizon: ground that rolls leaves some of it free.
        int bottom = (int)(painting.Horizon + (painting.Short * 0.06f));
        int step = Math.Max(2, (int)(painting.Short / 300));
        painting.Canvas.Fill(0, bottom, step, new SkyShader(painting));
        if (painting.Look.Darkness > 0.5f)
        {
            Stars(painting, bottom, (int)(painting.Width * painting.Horizon / painting.Short * 0.45f * Math.Max(0, painting.Look.Darkness - (0.8f * painting.Look.Clouds))));
        }

        if (painting.Look is { SunHeight: > 0, Sunny: true })
        {
            Disc(painting);
        }
    }

    /// <summary>A rainbow from the ground to the ground, opposite the sun.</summary>
    public static void Rainbow(Painting painting)
    {
        float radius = Math.Min(painting.Width * 0.62f, painting.Horizon * 0.86f), x = painting.Width - painting.SunX;
        painting.Canvas.Glaze((int)(x - radius) - 1, (int)(painting.Horizon - radius), (int)(x + radius) + 1, (int)(painting.Horizon + (painting.Short * 0.06f)), new RainbowGlaze(x, painting.Horizon, radius));
    }

    /// <summary>The disc of sun or moon with its glow.</summary>
    private static void Disc(Painting painting)
    {
        Look look = painting.Look;
        bool moon = look.Darkness > 0.5f;
        float radius = painting.Short * (moon ? 0.055f : 0.028f + (0.04f * (1 - look.SunHeight)));
        painting.Canvas.Glow(painting.SunX, painting.SunY, radius * 7, look.Sun * (moon ? 0.22f : 0.25f), 3);
        painting.Canvas.Glaze(
            (int)(painting.SunX - radius) - 1,
            (int)(painting.SunY - radius) - 1,
            (int)(painting.SunX + radius) + 2,
            (int)Math.Min(painting.SunY + radius + 2, painting.Horizon),
            new DiscGlaze(painting.SunX, painting.SunY, radius, look.Sun, moon, painting.Noise(12)));
    }

    public static void Stars(Painting painting, int bottom, int count)
    {
        Dice dice = painting.Dice.Fork(11);
        Canvas canvas = painting.Canvas;
        float unit = painting.Short / 1024;
        for (int i = 0; i < count; i++)
        {
            float x = dice.Unit() * painting.Width, depth = dice.Unit();
            float y = depth * bottom, size = (0.5f + (1.1f * MathF.Pow(dice.Unit(), 6))) * Math.Max(unit, 0.7f);
            Vector4 tone = Vector4.Lerp(new Vector4(0.75f, 0.85f, 1, 0), new Vector4(1, 0.9f, 0.75f, 0), dice.Unit());
            float bright = (0.25f + (0.75f * dice.Unit() * dice.Unit())) * (1 - (0.75f * depth));
            canvas.Glow(x, y, size * 2.2f, tone * bright * 1.3f, 1.5f);
            if (size > 1.35f * Math.Max(unit, 0.7f))
            {
                canvas.Glow(x, y, size * 9, tone * 0.2f, 3);
            }
        }
    }

    private readonly struct RainbowGlaze(float cx, float cy, float radius) : IGlaze
    {
        private static readonly Vector4[] Band =
        [
            Colour.Hex("#8a5cd6"), Colour.Hex("#4a6cf0"), Colour.Hex("#35b8e0"), Colour.Hex("#55cf70"), Colour.Hex("#f7e14a"), Colour.Hex("#ff9c3c"), Colour.Hex("#f2504a"),
        ];

        public Vector4 Over(Vector4 below, int x, int y)
        {
            float dx = x - cx, dy = y - cy, far = MathF.Sqrt((dx * dx) + (dy * dy)) / radius;
            float place = (far - 0.84f) / 0.15f;
            if (place is < 0 or > 1)
            {
                // It is a little brighter inside.
                return place < 0 ? below + (Vector4.One * 0.035f * Colour.Step(0.3f, 0.84f, far) * Colour.Step(0.05f, -0.1f, dy / radius)) : below;
            }

            float strength = 0.62f * Colour.Step(0, 0.2f, place) * Colour.Step(1, 0.8f, place) * Colour.Step(0.08f, -0.22f, dy / radius);
            return Vector4.Lerp(below, Vector4.Max(below * 0.85f, Colour.Ramp(Band, place)), strength);
        }
    }

    private readonly struct DiscGlaze(float cx, float cy, float radius, Vector4 colour, bool moon, Noise noise) : IGlaze
    {
        public Vector4 Over(Vector4 below, int x, int y)
        {
            float dx = x - cx, dy = y - cy, distance = MathF.Sqrt((dx * dx) + (dy * dy));
            float cover = moon ? Math.Clamp(radius - distance + 0.5f, 0, 1) : Colour.Step(radius, radius * 0.82f, distance);
            if (cover == 0)
            {
                return below;
            }

            float tone = 1;
            if (moon)
            {
                // Dark seas, and a limb a little darker than the middle.
                float seas = noise.Fractal((dx / radius * 1.7f) + 5, (dy / radius * 1.7f) + 5, 3);
                tone = (1 - (0.28f * Colour.Step(0.45f, 0.7f, seas))) * (1 - (0.2f * distance / radius * distance / radius));
            }

            return Vector4.Lerp(below, colour * tone, cover);
        }
    }
}

/// <summary>Gradient, glow and clouds of a sky.</summary>
internal readonly struct SkyShader : IShader
{
    private readonly Vector4[] _stops;
    private readonly Look _look;
    private readonly Noise _noise;
    private readonly float _width, _horizon, _sunX, _sunY, _scale, _low, _drift, _glow;
    private readonly bool _milky, _streaks;

    public SkyShader(Painting painting)
    {
        _look = painting.Look;
        _stops = _look.Sky;
        _noise = painting.Noise(10);
        _width = painting.Width;
        _horizon = Math.Max(painting.Horizon, 1);
        _sunX = painting.SunX;
        _sunY = painting.SunY;
        _scale = 1 / painting.Short;

        // The density above which there is cloud: half of all fractal noise lies above 0.5.
        _low = 0.66f - (0.42f * _look.Clouds);
        _drift = painting.Dice.Fork(13).Between(0, 40);
        _milky = painting.Look.Darkness > 0.9f && _look.Clouds < 0.5f;
        _streaks = _look.SunHeight is < 0.3f and > -0.2f || painting.Scene.Weather == Weather.Wind;
        _glow = _look.Sunny ? 1 : 0.35f;
    }

    public Vector4 At(float x, float y)
    {
        float down = y / _horizon;
        Vector4 colour = Colour.Ramp(_stops, down);
        float dx = (x - _sunX) * _scale, dy = (y - _sunY) * _scale;
        float far = (dx * dx) + (dy * dy);
        if (_look.Darkness < 0.9f)
        {
            // A wide glow that lies along the horizon, and a close one.
            float wide = _look.SunHeight < 0.3f ? 0.30f * MathF.Exp(-((dx * dx * 2.2f) + (dy * dy * 9))) : 0.12f * MathF.Exp(-far * 5);
            colour += _look.Sun * _glow * (Vector4.One - Vector4.Min(colour, Vector4.One)) * (wide + ((_look.SunHeight < 0.3f ? 0.45f : 0.35f) * MathF.Exp(-far * (_look.SunHeight < 0.3f ? 30 : 60))));
        }

        if (_milky)
        {
            colour += Milk(x * _scale, y * _scale);
        }

        // A flat layer of clouds seen from below: it narrows towards the horizon.
        float lift = 1.12f - Math.Clamp(down, 0, 1);
        float perspective = 0.55f / (lift + 0.10f);
        float u = ((x - (_width / 2)) * _scale * perspective * (_streaks ? 1.3f : 3.6f)) + _drift, v = perspective * (_streaks ? 5.5f : 3.9f);
        float warp = _noise.Fractal((u * 0.7f) + 31, v * 0.7f, 2) - 0.5f;
        float density = _noise.Fractal(u + (warp * 1.6f), v + (warp * 0.8f), 5);
        float cover = Colour.Step(_low, _low + (_streaks ? 0.16f : 0.09f), density);
        if (cover <= 0)
        {
            return colour;
        }

        // Where the layer grows thicker towards the sun, this side is in its own shadow.
        float length = MathF.Sqrt(far) + 0.02f;
        float toSun = _noise.Fractal(u + (warp * 1.6f) - (dx / length * 0.16f), v + (warp * 0.8f) + 0.22f, 4);
        float lit = Math.Clamp(0.62f + ((density - toSun) * 3.2f) - ((density - _low) * 0.9f), 0, 1);
        Vector4 cloud = Colour.Mix(_look.CloudShade, _look.CloudLit, lit) + (_look.Sun * _glow * ((_look.SunHeight < 0.3f ? 0.35f : 0.10f) * lit * MathF.Exp(-far * 6)));
        cloud = Colour.Mix(cloud, colour, 0.55f * Colour.Step(0.55f, 1, down));
        float most = _look.Clouds > 0.6f ? 0.97f : 0.9f;
        return Colour.Mix(colour, cloud, cover * most * Colour.Step(1.02f, 0.86f, down));
    }

    private Vector4 Milk(float x, float y)
    {
        float across = (x * 0.55f) + (y * 0.83f) - 0.62f, along = (x * 0.83f) - (y * 0.55f);
        float band = MathF.Exp(-across * across * 22);
        float dust = _noise.Fractal((along * 3) + 70, (across * 5) + 20, 5);
        float glow = band * Colour.Step(0.3f, 0.75f, dust);
        return ((new Vector4(0.30f, 0.26f, 0.46f, 0) * glow) + (new Vector4(0.22f, 0.2f, 0.2f, 0) * glow * glow * glow)) * 0.75f;
    }
}
