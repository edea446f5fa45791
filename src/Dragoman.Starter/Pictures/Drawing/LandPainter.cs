using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Planes of land between sky and ground, far ones first; each is hazed by its distance.</summary>
internal static class LandPainter
{
    /// <summary>Rock in facets with snow on it.</summary>
    /// <param name="length">Of one mountain, as the ridge was made with.</param>
    /// <param name="snowline">How much of the height is under snow, 0 to 1.</param>
    public static void Mountains(Painting painting, ulong concern, Ridge ridge, float foot, float length, float snowline, float hazing)
    {
        Canvas canvas = painting.Canvas;
        canvas.Glaze(0, (int)ridge.Top - 1, canvas.Width, (int)foot + 1, new MountainGlaze(painting, concern, ridge, foot, length, snowline, hazing));
    }

    /// <summary>Grass, wood, sand or snow: lit at its crest, misty at its foot.</summary>
    public static void Hill(Painting painting, ulong concern, Ridge ridge, float foot, Vector4 lit, Vector4 shade, float hazing, float patches = 1, float mist = 1)
    {
        Canvas canvas = painting.Canvas;
        canvas.Glaze(0, (int)ridge.Top - 1, canvas.Width, (int)foot + 1, new HillGlaze(painting, concern, ridge, foot, lit, shade, hazing, patches, mist));
    }

    /// <summary>The light on a slope in X, the share of snow in Y.</summary>
    private readonly struct SlopeShader(Painting painting, ulong concern, Ridge ridge, float foot, float length, float snow) : IShader
    {
        private readonly Noise _crest = painting.Noise(concern), _noise = painting.Noise(concern + 1);
        private readonly float _scale = 1 / length, _side = painting.SunX < painting.Width / 2f ? -1 : 1, _height = Math.Max(foot - ridge.Top, 1);

        public Vector4 At(float x, float y)
        {
            float deep = y - ridge[(int)x];
            if (deep < -4)
            {
                return default;
            }

            // The crest's own noise carried on downhill keeps each spur's lit and shaded face; two slanting families of ribs cut facets into them.
            float fall = deep * _scale, u = x * _scale, v = 7.5f + (fall * 0.9f);
            float here = _crest.Ridged(u, v, 4), towards = _crest.Ridged(u + (_side * 0.05f), v - 0.02f, 4);
            float ribs = _noise.Fractal((u + (0.75f * fall)) * 7, 3 + (fall * 1.6f), 3) - _noise.Fractal((u - (0.75f * fall)) * 7, 43 + (fall * 1.6f), 3);
            float shade = Colour.Step(0.15f, 0.85f, 0.5f + ((here - towards) * 2 * MathF.Exp(-fall * 1.2f)) + (_side * ribs * 1.15f));
            float altitude = (foot - y) / _height;
            float white = altitude - (1 - snow) + ((here - 0.45f) * 0.30f) + (ribs * 0.35f) + ((_noise.At(u * 9, v * 7) - 0.5f) * 0.12f);
            return new Vector4(shade, white, 0, 0);
        }
    }

    private readonly struct MountainGlaze : IGlaze
    {
        private const int Step = 2;

        private readonly Ridge _ridge;
        private readonly Canvas _slopes;
        private readonly Noise _noise;
        private readonly Look _look;
        private readonly Vector4 _rock, _snowLit, _snowShade;
        private readonly float _foot, _hazing, _scale, _height;
        private readonly int _top;

        public MountainGlaze(Painting painting, ulong concern, Ridge ridge, float foot, float length, float snowline, float hazing)
        {
            _ridge = ridge;
            _look = painting.Look;
            _foot = foot;
            _hazing = hazing;
            _top = (int)ridge.Top - 1;
            _height = Math.Max(foot - ridge.Top, 1);
            _scale = 40 / length;
            _noise = painting.Noise(concern + 2);
            float snow = Math.Max(snowline, _look.Land.Snow * 0.85f);
            _slopes = painting.Canvas.Coarse(_top, (int)foot + 1, Step, new SlopeShader(painting, concern, ridge, foot, length, snow));
            _rock = _look.Land.Rock * _look.Light;
            Vector4 warm = Vector4.Lerp(Vector4.One, _look.Sun, _look.Darkness > 0.8f ? 0 : 0.25f);
            _snowLit = Palettes.Snow * _look.Light * warm;
            _snowShade = Palettes.SnowShade * Vector4.Lerp(_look.Light, _look.Sky[2], 0.35f);
        }

        public Vector4 Over(Vector4 below, int x, int y)
        {
            float deep = y - _ridge[x] + 0.5f;
            if (deep <= 0)
            {
                return below;
            }

            Vector4 slope = _slopes.Smooth(x / (float)Step, (y - _top) / (float)Step);
            Vector4 rock = _rock * (0.42f + (0.8f * slope.X)) * (0.88f + (0.24f * _noise.At(x * _scale, y * _scale)));
            Vector4 colour = Vector4.Lerp(rock, Vector4.Lerp(_snowShade, _snowLit, Colour.Step(0.25f, 0.62f, slope.X)), Colour.Step(0, 0.10f, slope.Y));
            float mist = _hazing + ((1 - _hazing) * 0.75f * Colour.Step(0.45f, 0, (_foot - y) / _height));
            return Vector4.Lerp(below, Vector4.Lerp(colour, _look.Haze, mist), Math.Min(deep, 1));
        }
    }

    private readonly struct HillGlaze(
        Painting painting, ulong concern, Ridge ridge, float foot, Vector4 lit, Vector4 shade, float hazing, float patches, float mist) : IGlaze
    {
        private readonly Noise _noise = painting.Noise(concern + 1);
        private readonly Vector4 _lit = lit * painting.Look.Light, _shade = shade * painting.Look.Light;
        private readonly Vector4 _haze = painting.Look.Haze;
        private readonly float _scale = 9 / painting.Short, _extent = Math.Max(foot - ridge.Top, 1);
        private readonly float _warm = painting.Look.Sunny ? 0.22f : 0.06f;
        private readonly Vector4 _sun = painting.Look.Sun * painting.Look.Light;

        public Vector4 Over(Vector4 below, int x, int y)
        {
            float deep = y - ridge[x] + 0.5f;
            if (deep <= 0)
            {
                return below;
            }

            float down = deep / _extent;
            float patch = (_noise.Fractal(x * _scale, y * _scale * 2.6f, 3) - 0.5f) * patches;
            Vector4 colour = Vector4.Lerp(_lit, _shade, Math.Clamp((down * 1.1f) + (patch * 1.1f) + 0.1f, 0, 1));
            colour += _sun * (_warm * MathF.Exp(-deep * _scale * (patches > 1.5f ? 9 : 2.2f)));
            float lost = hazing + ((1 - hazing) * 0.62f * mist * Colour.Step(0.25f, 1.05f, down));
            return Vector4.Lerp(below, Vector4.Lerp(colour, _haze, lost), Math.Min(deep, 1));
        }
    }
}
