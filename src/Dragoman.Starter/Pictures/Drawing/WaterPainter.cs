using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Still and moving water: what stands behind it mirrored in ripples, its own colour nearer by, and the sun's path on it.</summary>
internal static class WaterPainter
{
    /// <param name="shore">The row where the water begins.</param>
    /// <param name="waves">0 for a mirror, 1 for a rough sea.</param>
    public static void Paint(Painting painting, float shore, float waves)
    {
        Canvas canvas = painting.Canvas;
        canvas.Glaze(0, (int)shore, canvas.Width, canvas.Height, new WaterGlaze(painting, shore, waves));
    }

    /// <summary>The swell in X, the ripples on it in Y, both around 0.</summary>
    private readonly struct WaveShader(Painting painting, int shore) : IShader
    {
        private readonly Noise _noise = painting.Noise(30);
        private readonly float _depth = Math.Max(painting.Height - shore, 1), _scale = 1 / painting.Short, _middle = painting.Width / 2f;

        public Vector4 At(float x, float y)
        {
            float near = Math.Max((y - shore) / _depth, 0.004f);
            float u = (x - _middle) * _scale / (near + 0.06f), v = 1 / (near + 0.045f);
            return new Vector4(_noise.Fractal((u * 1.1f) + 9, v * 3.4f, 3) - 0.5f, _noise.Fractal((u * 4.5f) - 7, v * 11, 2) - 0.5f, 0, 0);
        }
    }

    private readonly struct WaterGlaze : IGlaze
    {
        private const int Step = 2;

        private readonly Canvas _canvas;
        private readonly Canvas _surface;
        private readonly Look _look;
        private readonly Vector4 _deep, _lit, _glint;
        private readonly float _shore, _waves, _depth, _scale, _sunX, _short, _path;

        public WaterGlaze(Painting painting, float shore, float waves)
        {
            _canvas = painting.Canvas;
            _surface = painting.Canvas.Coarse((int)shore, painting.Height, Step, new WaveShader(painting, (int)shore));
            _look = painting.Look;
            _shore = (int)shore;
            _waves = waves;
            _depth = Math.Max(painting.Height - shore, 1);
            _short = painting.Short;
            _scale = 1 / painting.Short;
            _sunX = painting.SunX;
            Vector4 tone = Vector4.Lerp(_look.Light, _look.Sky[1] * 1.5f, 0.3f);
            _deep = Palettes.WaterDeep * tone;
            _lit = Palettes.WaterLit * tone;
            _glint = _look.Sun;
            _path = _look.Sunny && _look.SunHeight > -0.1f ? (_look.SunHeight < 0.3f ? 1 : _look.Darkness > 0.5f ? 0.5f : 0.3f) : 0;
        }

        public Vector4 Over(Vector4 below, int x, int y)
        {
            float near = Math.Max((y - _shore) / _depth, 0.004f);
            Vector4 wave = _surface.Smooth(x / (float)Step, (y - _shore) / Step);
            (float swell, float ripple) = (wave.X, wave.Y);
            float tilt = (swell * (0.35f + (1.3f * _waves))) + (ripple * (0.25f + (0.5f * _waves)));

            float back = (y - _shore) * (0.9f - (0.25f * near));
            int mirrorX = x + (int)(tilt * _short * 0.05f * (near + 0.15f));
            int mirrorY = (int)(_shore - 1 - Math.Max(0, back + (tilt * _short * 0.22f * near)));
            Vector4 mirror = _canvas.Near(mirrorX, Math.Clamp(mirrorY, 0, (int)_shore - 1));

            // Seen flat, water mirrors; seen from above, it shows itself.
            float own = Math.Clamp(0.16f + (0.50f * near) + (_waves * 0.18f) + (tilt * 0.55f), 0.05f, 0.9f);
            Vector4 body = Vector4.Lerp(_lit, _deep, Math.Clamp(0.25f + (0.75f * near) - (tilt * 1.1f), 0, 1));
            Vector4 colour = Vector4.Lerp(mirror * 0.94f, body, own);

            float crest = Colour.Step(0.16f, 0.42f, tilt) * (0.10f + (0.35f * _waves));
            colour = Vector4.Lerp(colour, _look.CloudLit, crest * 0.5f);
            if (_path > 0)
            {
                float width = 0.035f + (0.16f * near);
                float aside = (x - _sunX) * _scale / width;
                float sparkle = Colour.Step(0.06f, 0.3f, ripple + (0.55f * swell) + (0.20f * MathF.Exp(-aside * aside)));
                colour += _glint * (_path * sparkle * MathF.Exp(-aside * aside * 0.9f) * (1 - (0.55f * near)) * 0.75f);
            }

            // A bright line lies where the water ends.
            return Vector4.Lerp(colour, _look.Haze, 0.45f * MathF.Exp(-near * 55) * (0.4f + _look.Mist));
        }
    }
}
