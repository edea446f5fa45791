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

    private readonly struct MountainGlaze : IGlaze
    {
        private readonly Ridge _ridge;
        private readonly Noise _crest, _noise;
        private readonly Look _look;
        private readonly Vector4 _rock, _snowLit, _snowShade;
        private readonly float _foot, _snow, _hazing, _scale, _side, _height;

        public MountainGlaze(Painting painting, ulong concern, Ridge ridge, float foot, float length, float snowline, float hazing)
        {
            _ridge = ridge;
            _crest = painting.Noise(concern);
            _noise = painting.Noise(concern + 1);
            _look = painting.Look;
            _foot = foot;
            _snow = Math.Max(snowline, _look.Land.Snow * 0.85f);
            _hazing = hazing;
            _height = Math.Max(foot - ridge.Top, 1);
            _scale = 1 / length;
            _side = painting.SunX < painting.Width / 2f ? -1 : 1;
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

            // The crest's own noise carried on downhill: each spur keeps a lit and a shaded face.
            float fall = deep * _scale, bend = (_noise.Fractal(x * _scale * 2.2f, y * _scale * 2.6f, 2) - 0.5f) * Math.Min(0.7f, fall * 2.4f);
            float u = (x * _scale) + bend, v = 7.5f + (fall * 1.9f);
            float here = _crest.Ridged(u, v, 5), towards = _crest.Ridged(u + (_side * 0.05f), v - 0.02f, 5);
            float shade = Colour.Step(0.12f, 0.88f, 0.5f + ((here - towards) * 3.4f));

            float altitude = (_foot - y) / _height;
            float snow = Colour.Step(0, 0.10f, altitude - (1 - _snow) + ((here - 0.45f) * 0.34f) + ((_noise.At(u * 9, v * 7) - 0.5f) * 0.12f));
            Vector4 rock = _rock * (0.42f + (0.8f * shade)) * (0.9f + (0.2f * _noise.At(u * 14, v * 40)));
            Vector4 colour = Vector4.Lerp(rock, Vector4.Lerp(_snowShade, _snowLit, Colour.Step(0.25f, 0.62f, shade)), snow);
            float mist = _hazing + ((1 - _hazing) * 0.75f * Colour.Step(0.45f, 0, altitude));
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
