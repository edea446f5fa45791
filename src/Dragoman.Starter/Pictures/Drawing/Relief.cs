namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>A drawing's outline, blurred: it tells how a flat piece would bulge, and is the soft edge of its shadow.</summary>
internal sealed class Relief
{
    private readonly float[] _height;
    private readonly float _strength;

    /// <param name="radius">How far its rounding reaches inwards, in pixels.</param>
    public Relief(Sprite sprite, int radius)
    {
        (Width, Height) = (sprite.Width, sprite.Height);
        _height = new float[Width * Height];
        _strength = radius * 0.9f;
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<byte> row = sprite.Row(y);
            for (int x = 0; x < Width; x++)
            {
                _height[(y * Width) + x] = row[(4 * x) + 3] * (1 / 255f);
            }
        }

        var line = new float[Math.Max(Width, Height)];
        for (int pass = 0; pass < 2; pass++)
        {
            for (int y = 0; y < Height; y++)
            {
                Blur(line, y * Width, 1, Width, radius);
            }

            for (int x = 0; x < Width; x++)
            {
                Blur(line, x, Width, Height, radius);
            }
        }
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>How steeply it rises, to the right and downwards; 0 in the middle of a broad piece, about 1 at an edge.</summary>
    public (float Across, float Down) Slope(int x, int y)
    {
        int at = (y * Width) + x;
        float across = x > 0 && x < Width - 1 ? _height[at + 1] - _height[at - 1] : 0;
        float down = y > 0 && y < Height - 1 ? _height[at + Width] - _height[at - Width] : 0;
        return (across * _strength, down * _strength);
    }

    /// <summary>How much of the blurred outline is here, 0 to 1.</summary>
    public float Cover(float x, float y)
    {
        int ix = (int)x, iy = (int)y;
        return (uint)ix < (uint)Width && (uint)iy < (uint)Height ? _height[(iy * Width) + ix] : 0;
    }

    private void Blur(float[] line, int start, int stride, int length, int radius)
    {
        for (int i = 0; i < length; i++)
        {
            line[i] = _height[start + (i * stride)];
        }

        // Nothing is drawn outside.
        float sum = 0, part = 1f / ((2 * radius) + 1);
        for (int i = 0; i < Math.Min(radius, length); i++)
        {
            sum += line[i];
        }

        for (int i = 0; i < length; i++)
        {
            sum += (i + radius < length ? line[i + radius] : 0) - (i - radius - 1 >= 0 ? line[i - radius - 1] : 0);
            _height[start + (i * stride)] = sum * part;
        }
    }
}
