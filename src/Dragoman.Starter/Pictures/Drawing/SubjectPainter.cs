using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>A thing drawn, ready to be put into the picture.</summary>
/// <param name="Left">Where its drawing begins, in the picture's pixels.</param>
internal sealed record Figure(Placed Placed, Sprite Sprite, Relief Relief, int Left, int Top);

/// <summary>Puts a thing into the picture so that it belongs there: rounded by the light, with its shadow or its reflection, hazed by its distance.</summary>
internal static class SubjectPainter
{
    /// <summary>What shines by itself is not darkened by the night.</summary>
    private static readonly HashSet<string> Shining =
        ["fire", "candle", "star", "glowing-star", "shooting-star", "sun", "full-moon", "crescent-moon", "light-bulb", "jack-o-lantern", "red-paper-lantern", "fireworks", "sparkler", "high-voltage"];

    /// <summary>Everything about a thing that does not depend on what is painted behind it.</summary>
    public static Figure Prepare(Placed placed)
    {
        int margin = (int)(placed.Tall * 0.12f) + 3;
        Sprite sprite = placed.Piece.Draw(placed.Tall, margin, placed.Flipped, placed.Turn);
        float sunk = placed.Habitat == Habitat.Water ? placed.Tall * 0.07f : 0;
        int left = (int)(placed.X - (sprite.Width / 2f)), top = (int)(placed.Base - sprite.Height + margin) + (int)sunk;
        return new Figure(placed, sprite, new Relief(sprite, Math.Max(2, (int)(placed.Tall * 0.055f))), left, top);
    }

    public static void Paint(Painting painting, Figure figure)
    {
        (Placed placed, Sprite sprite, Relief relief, int left, int top) = figure;
        Look look = painting.Look;
        bool shines = Shining.Contains(painting.Scene.Subjects[placed.Subject].Art), afloat = placed.Habitat == Habitat.Water;
        int water = afloat ? (int)placed.Base : int.MaxValue;
        if (afloat)
        {
            painting.Canvas.Glaze(left, water, left + sprite.Width, water + sprite.Height, new ReflectionGlaze(painting, sprite, left, top, water));
        }
        else if (placed.Habitat == Habitat.Ground && placed.Base < painting.Height * 0.99f)
        {
            Shadow(painting, placed, relief, left, top);
        }

        if (shines)
        {
            painting.Canvas.Glow(placed.X, placed.Base - (placed.Tall / 2), placed.Tall * 1.3f, new Vector4(1, 0.75f, 0.4f, 0) * (0.25f + (0.3f * look.Darkness)), 2.5f);
        }

        float share = shines ? 0 : 0.8f - (0.25f * look.Darkness);
        Vector4 light = Vector4.Lerp(Vector4.One, look.Light, share);
        float hazing = placed.Habitat switch
        {
            Habitat.Backdrop => 0.45f,
            Habitat.Sky => 0.05f,
            _ => (painting.Hazing(0.35f + (0.65f * placed.Nearness)) * 0.8f) + (painting.Scene.Weather == Weather.Fog ? 0.3f * (1 - placed.Nearness) : 0),
        };
        painting.Canvas.Glaze(left, top, left + sprite.Width, Math.Min(top + sprite.Height, water), new SpriteGlaze(painting, sprite, relief, left, top, light, hazing, shines));
        if (afloat)
        {
            painting.Canvas.Glaze(left, water - 4, left + sprite.Width, water + (int)(placed.Tall * 0.05f) + 3, new FoamGlaze(painting, sprite, left, top, water));
        }
    }

    private static void Shadow(Painting painting, Placed placed, Relief relief, int left, int top)
    {
        bool indoors = painting.Scene.Place is Place.Room or Place.Table;
        bool cast = painting.Look.Sunny && !indoors;
        float flat = painting.Look.SunHeight < 0.3f ? 0.55f : 0.26f;
        float shear = (placed.X - painting.SunX) / painting.Width * (painting.Look.SunHeight < 0.3f ? 1.5f : 1.1f);
        if (cast)
        {
            float reach = placed.Tall * flat, aside = placed.Tall * MathF.Abs(shear) * 1.1f;
            painting.Canvas.Glaze(
                (int)(placed.X - (placed.Wide * 0.6f) - aside), (int)(placed.Base - (placed.Tall * 0.04f)), (int)(placed.X + (placed.Wide * 0.6f) + aside), (int)(placed.Base + reach) + 1,
                new CastGlaze(painting, relief, left, top, placed.Base - (placed.Tall * 0.025f), flat, shear, 0.42f));
        }

        float wide = placed.Wide * 0.52f, tall = Math.Max(placed.Wide * 0.085f, 2);
        painting.Canvas.Glaze(
            (int)(placed.X - (wide * 1.3f)), (int)(placed.Base - (tall * 1.6f)), (int)(placed.X + (wide * 1.3f)), (int)(placed.Base + (tall * 1.5f)),
            new ContactGlaze(placed.X, placed.Base - (tall * 0.5f), wide * 1.2f, tall * 1.3f, cast ? 0.42f : 0.5f));
    }

    private readonly struct SpriteGlaze : IGlaze
    {
        private readonly Sprite _sprite;
        private readonly Relief _relief;
        private readonly Vector4 _light, _haze, _rim;
        private readonly int _left, _top;
        private readonly float _hazing, _sunX, _sunY, _volume, _height, _halo;

        public SpriteGlaze(Painting painting, Sprite sprite, Relief relief, int left, int top, Vector4 light, float hazing, bool shines)
        {
            (_sprite, _relief, _left, _top, _light, _hazing) = (sprite, relief, left, top, light, hazing);
            _haze = painting.Look.Haze;
            float dx = painting.SunX - (left + (sprite.Width / 2f)), dy = Math.Min(painting.SunY - (top + (sprite.Height / 2f)), -0.4f * MathF.Abs(dx));
            float length = MathF.Sqrt((dx * dx) + (dy * dy)) + 1;
            (_sunX, _sunY) = (dx / length, dy / length);
            bool flat = painting.Scene.Style is PictureStyle.Illustration or PictureStyle.Drawing;
            _volume = shines ? 0.1f : flat ? 0.2f : 0.36f;
            _halo = shines ? 0 : flat ? 0.4f : 0.24f;
            _rim = painting.Look.Sun * (flat ? 0 : painting.Look.Sunny ? 0.42f : 0.12f) * (painting.Scene.Style == PictureStyle.DigitalArt ? 1.8f : 1);
            _height = sprite.Height;
        }

        public Vector4 Over(Vector4 below, int x, int y)
        {
            ReadOnlySpan<byte> pixel = _sprite.Row(y - _top)[((x - _left) * 4)..];
            if (pixel[3] < 255)
            {
                // A breath of shade about it parts it from a ground of its own colour.
                below *= 1 - (_halo * _relief.Cover(x - _left, y - _top));
            }

            if (pixel[3] == 0)
            {
                return below;
            }

            Vector4 colour = new Vector4(pixel[0], pixel[1], pixel[2], 0) * (1 / 255f) * _light;
            (float across, float down) = _relief.Slope(x - _left, y - _top);
            float facing = -(across * _sunX) - (down * _sunY);
            float rise = ((y - _top) / _height) - 0.5f;
            colour *= 1 + (_volume * ((0.85f * facing) - (0.35f * rise)));
            float rim = Math.Max(0, facing - 0.25f);
            colour += _rim * (rim * rim * 1.5f) * (Vector4.One - (0.6f * Vector4.Min(colour, Vector4.One)));
            return Vector4.Lerp(below, Vector4.Lerp(colour, _haze, _hazing), pixel[3] / 255f);
        }
    }

    /// <summary>The thing's outline laid flat on the ground, away from the light.</summary>
    private readonly struct CastGlaze(Painting painting, Relief relief, int left, int top, float foot, float flat, float shear, float strength) : IGlaze
    {
        private readonly Vector4 _tone = Vector4.Lerp(painting.Look.Sky[1], Vector4.Zero, 0.55f);
        private readonly float _bottom = foot - top, _tall = relief.Height;

        public Vector4 Over(Vector4 below, int x, int y)
        {
            float up = (y - foot) / flat;
            if (up < 0)
            {
                return below;
            }

            float cover = relief.Cover(x - left - (up * shear / flat * 0.6f), _bottom - up);
            return cover <= 0.01f ? below : Vector4.Lerp(below, below * (0.35f * Vector4.One + _tone), cover * strength * (1 - (0.6f * up / _tall)));
        }
    }

    private readonly struct ContactGlaze(float cx, float cy, float radiusX, float radiusY, float strength) : IGlaze
    {
        public Vector4 Over(Vector4 below, int x, int y)
        {
            float dx = (x - cx) / radiusX, dy = (y - cy) / radiusY, rest = 1 - ((dx * dx) + (dy * dy));
            return rest <= 0 ? below : below * (1 - (strength * rest * rest));
        }
    }

    private readonly struct ReflectionGlaze(Painting painting, Sprite sprite, int left, int top, int water) : IGlaze
    {
        private readonly Noise _noise = painting.Noise(31);
        private readonly Vector4 _light = painting.Look.Light * 0.82f, _deep = Palettes.WaterDeep * painting.Look.Light;
        private readonly float _scale = 60 / painting.Short, _tall = Math.Max(1, (water - top) * 0.9f);

        public Vector4 Over(Vector4 below, int x, int y)
        {
            float down = y - water;
            float ripple = _noise.Fractal(x * _scale * 0.35f, y * _scale * 1.5f, 2) - 0.5f;
            int i = x - left + (int)(ripple * (3 + (down * 0.22f)));
            int j = water - top - 1 - (int)(down * 1.08f);
            byte alpha = sprite.Alpha(i, j);
            if (alpha == 0)
            {
                return below;
            }

            ReadOnlySpan<byte> pixel = sprite.Row(j)[(i * 4)..];
            Vector4 colour = new Vector4(pixel[0], pixel[1], pixel[2], 0) * (1 / 255f) * _light;
            float fade = 0.62f * MathF.Max(0, 1 - (down / _tall)) * (0.75f + ripple);
            return Vector4.Lerp(below, Vector4.Lerp(colour, _deep, 0.25f), alpha / 255f * Math.Clamp(fade, 0, 1));
        }
    }

    /// <summary>Light and dark where a hull meets the water.</summary>
    private readonly struct FoamGlaze(Painting painting, Sprite sprite, int left, int top, int water) : IGlaze
    {
        private readonly Noise _noise = painting.Noise(32);
        private readonly Vector4 _foam = Vector4.Lerp(painting.Look.CloudLit, painting.Look.Light, 0.3f);
        private readonly float _scale = 90 / painting.Short, _thick = Math.Max(1.5f, painting.Short * 0.0035f);

        public Vector4 Over(Vector4 below, int x, int y)
        {
            int near = sprite.Alpha(x - left, water - top - 2);
            if (near == 0)
            {
                return below;
            }

            float wave = (_noise.At(x * _scale * 0.6f, 3) - 0.35f) * _thick * 2.2f;
            float away = MathF.Abs(y - water - wave) / _thick;
            return away >= 1 ? below : Vector4.Lerp(below, _foam, (1 - away) * 0.75f * near / 255f);
        }
    }
}
