using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>A colour for each pixel of a rectangle; a struct, so that the loop over it is compiled with it inside.</summary>
internal interface IShader
{
    /// <param name="x">In pixels, of the pixel's middle.</param>
    Vector4 At(float x, float y);
}

/// <summary>A colour, and in W its share, for what covers only part of what is there.</summary>
internal interface IGlaze
{
    /// <param name="below">What is there.</param>
    Vector4 Over(Vector4 below, int x, int y);
}

/// <summary>The picture in the making: one opaque colour a pixel, where light may be brighter than white.</summary>
internal sealed class Canvas(int width, int height)
{
    private static readonly ParallelOptions Two = new() { MaxDegreeOfParallelism = 2 };

    public int Width => width;

    public int Height => height;

    public Vector4[] Pixels { get; } = new Vector4[width * height];

    public ref Vector4 this[int x, int y] => ref Pixels[(y * width) + x];

    public Span<Vector4> Row(int y) => Pixels.AsSpan(y * width, width);

    /// <summary>The colour at a place, the border's where that is outside.</summary>
    public Vector4 Near(int x, int y) => Pixels[(Math.Clamp(y, 0, height - 1) * width) + Math.Clamp(x, 0, width - 1)];

    /// <summary>Calls for each of the rows, on two threads.</summary>
    public static void ForRows(int top, int bottom, Action<int> row)
    {
        const int Band = 16;
        int bands = (bottom - top + Band - 1) / Band;
        if (bands > 0)
        {
            Parallel.For(0, bands, Two, band =>
            {
                int end = Math.Min(top + ((band + 1) * Band), bottom);
                for (int y = top + (band * Band); y < end; y++)
                {
                    row(y);
                }
            });
        }
    }

    /// <summary>Fills rows with a smooth shader that is asked at every <paramref name="step"/>th pixel only.</summary>
    /// <param name="edge">Nothing above it is filled.</param>
    public void Fill<TShader>(int top, int bottom, int step, TShader shader, Ridge? edge = null)
        where TShader : struct, IShader
    {
        (top, bottom) = (Math.Clamp(top, 0, height), Math.Clamp(bottom, 0, height));
        if (bottom <= top)
        {
            return;
        }

        Canvas coarse = Coarse(top, bottom, step, shader);
        Vector4[] grid = coarse.Pixels;
        int columns = coarse.Width;
        float part = 1f / step;
        ForRows(top, bottom, y =>
        {
            int j = (y - top) / step;
            float v = ((y - top) % step) * part;
            Span<Vector4> row = Row(y);
            for (int i = 0; i < columns - 1; i++)
            {
                int at = (j * columns) + i;
                Vector4 left = Vector4.Lerp(grid[at], grid[at + columns], v), right = Vector4.Lerp(grid[at + 1], grid[at + columns + 1], v);
                Vector4 slope = (right - left) * part;
                int end = Math.Min((i + 1) * step, row.Length);
                for (int x = i * step; x < end; x++, left += slope)
                {
                    row[x] = edge is null ? left : Vector4.Lerp(row[x], left, Math.Clamp(y - edge[x] + 0.5f, 0, 1));
                }
            }
        });
    }

    /// <summary>
    /// Values of a costly shader at every <paramref name="step"/>th pixel of some rows, from which <see cref="Smooth"/> gives those between: the value of
    /// a pixel is at <c>x / step</c>, <c>(y - top) / step</c>.
    /// </summary>
    public Canvas Coarse<TShader>(int top, int bottom, int step, TShader shader)
        where TShader : struct, IShader
    {
        var coarse = new Canvas((width / step) + 2, (Math.Max(bottom - top, 0) / step) + 2);
        ForRows(0, coarse.Height, j =>
        {
            Span<Vector4> row = coarse.Row(j);
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = shader.At(i * step, top + (j * step));
            }
        });
        return coarse;
    }

    /// <summary>Changes each pixel of a rectangle.</summary>
    public void Glaze<TGlaze>(int left, int top, int right, int bottom, TGlaze glaze)
        where TGlaze : struct, IGlaze
    {
        (left, right) = (Math.Clamp(left, 0, width), Math.Clamp(right, 0, width));
        ForRows(Math.Clamp(top, 0, height), Math.Clamp(bottom, 0, height), y =>
        {
            Span<Vector4> row = Row(y);
            for (int x = left; x < right; x++)
            {
                row[x] = glaze.Over(row[x], x, y);
            }
        });
    }

    /// <summary>Lays a drawing over the picture.</summary>
    /// <param name="light">Its colours are multiplied by this.</param>
    /// <param name="haze">Its colours go to this by <paramref name="hazing"/>, 0 to 1.</param>
    public void Draw(Sprite sprite, int left, int top, Vector4 light, Vector4 haze, float hazing, float opacity = 1)
    {
        int from = Math.Max(0, -left), to = Math.Min(sprite.Width, width - left);
        ForRows(Math.Max(0, top), Math.Min(height, top + sprite.Height), y =>
        {
            ReadOnlySpan<byte> source = sprite.Row(y - top);
            Span<Vector4> row = Row(y);
            for (int i = from; i < to; i++)
            {
                byte alpha = source[(4 * i) + 3];
                if (alpha != 0)
                {
                    Vector4 colour = new Vector4(source[4 * i], source[(4 * i) + 1], source[(4 * i) + 2], 0) * (1 / 255f) * light;
                    row[left + i] = Vector4.Lerp(row[left + i], Vector4.Lerp(colour, haze, hazing), alpha * opacity / 255f);
                }
            }
        });
    }

    /// <summary>A round light, brightest in its middle, added to what is there.</summary>
    /// <param name="power">How quickly it falls off; the light ends at <paramref name="radius"/>.</param>
    public void Glow(float x, float y, float radius, Vector4 colour, float power = 2) =>
        Glaze((int)(x - radius), (int)(y - radius), (int)(x + radius) + 1, (int)(y + radius) + 1, new RoundLight(x, y, 1 / radius, colour, power));

    /// <summary>A smaller and softer copy: the mean of each square of <paramref name="step"/> pixels, blurred.</summary>
    public Canvas Soft(int step, int radius)
    {
        var small = new Canvas((width + step - 1) / step, (height + step - 1) / step);
        ForRows(0, small.Height, j =>
        {
            Span<Vector4> target = small.Row(j);
            int bottom = Math.Min((j + 1) * step, height);
            for (int i = 0; i < target.Length; i++)
            {
                Vector4 sum = default;
                int right = Math.Min((i + 1) * step, width);
                for (int y = j * step; y < bottom; y++)
                {
                    for (int x = i * step; x < right; x++)
                    {
                        sum += Pixels[(y * width) + x];
                    }
                }

                target[i] = sum / ((bottom - (j * step)) * (right - (i * step)));
            }
        });
        for (int pass = 0; pass < 2 && radius > 0; pass++)
        {
            small.BlurRows(radius);
            small.BlurColumns(radius);
        }

        return small;
    }

    /// <summary>The colour between pixels of a <see cref="Soft"/> copy, at a place of the large picture.</summary>
    public Vector4 Smooth(float x, float y)
    {
        float fx = Math.Clamp(x, 0, width - 1.001f), fy = Math.Clamp(y, 0, height - 1.001f);
        int ix = (int)fx, iy = (int)fy;
        int at = (iy * width) + ix, right = ix + 1 < width ? 1 : 0, down = iy + 1 < height ? width : 0;
        return Vector4.Lerp(
            Vector4.Lerp(Pixels[at], Pixels[at + right], fx - ix),
            Vector4.Lerp(Pixels[at + down], Pixels[at + down + right], fx - ix),
            fy - iy);
    }

    private void BlurRows(int radius) => ForRows(0, height, y =>
    {
        Span<Vector4> row = Row(y);
        BoxBlur(row.ToArray(), row, 1, radius);
    });

    private void BlurColumns(int radius) => ForRows(0, width, x =>
    {
        var column = new Vector4[height];
        for (int y = 0; y < height; y++)
        {
            column[y] = Pixels[(y * width) + x];
        }

        BoxBlur(column, Pixels.AsSpan(x), width, radius);
    });

    private static void BoxBlur(ReadOnlySpan<Vector4> source, Span<Vector4> target, int stride, int radius)
    {
        int last = source.Length - 1;
        Vector4 sum = default;
        for (int i = -radius; i <= radius; i++)
        {
            sum += source[Math.Clamp(i, 0, last)];
        }

        float part = 1f / ((2 * radius) + 1);
        for (int i = 0; i <= last; i++)
        {
            target[i * stride] = sum * part;
            sum += source[Math.Min(i + radius + 1, last)] - source[Math.Max(i - radius, 0)];
        }
    }

    private readonly struct RoundLight(float cx, float cy, float scale, Vector4 colour, float power) : IGlaze
    {
        public Vector4 Over(Vector4 below, int x, int y)
        {
            float dx = (x - cx) * scale, dy = (y - cy) * scale;
            float rest = 1 - MathF.Sqrt((dx * dx) + (dy * dy));
            return rest <= 0 ? below : below + (colour * MathF.Pow(rest, power));
        }
    }
}
