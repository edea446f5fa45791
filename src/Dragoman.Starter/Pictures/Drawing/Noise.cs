namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Value noise on a lattice of hashed points, and its sums over octaves; all results are from 0 to 1.</summary>
internal readonly struct Noise(uint seed)
{
    private const int Side = 256;

    /// <summary>The lattice's values; each noise begins elsewhere in it.</summary>
    private static readonly float[] Lattice = MakeLattice();

    private readonly int _right = (int)(seed & 0xFFFF), _down = (int)(seed >> 16);

    /// <summary>Smooth, with features of about one unit.</summary>
    public float At(float x, float y)
    {
        float fx = MathF.Floor(x), fy = MathF.Floor(y);
        int ix = (int)fx, iy = (int)fy;
        float u = x - fx, v = y - fy;
        u = u * u * (3 - (2 * u));
        v = v * v * (3 - (2 * v));
        float top = Corner(ix, iy), bottom = Corner(ix, iy + 1);
        top += (Corner(ix + 1, iy) - top) * u;
        bottom += (Corner(ix + 1, iy + 1) - bottom) * u;
        return top + ((bottom - top) * v);
    }

    /// <summary>Clouds, meadows, stains: each octave is half as large and half as strong.</summary>
    public float Fractal(float x, float y, int octaves)
    {
        float sum = 0, weight = 0.5f, total = 0;
        for (int i = 0; i < octaves; i++)
        {
            sum += weight * At(x, y);
            total += weight;
            weight *= 0.5f;

            // Turned by about 37° at each step, since a lattice shows where all octaves share its axes.
            (x, y) = ((1.6f * x) - (1.2f * y) + 17.3f, (1.2f * x) + (1.6f * y) - 9.1f);
        }

        return sum / total;
    }

    /// <summary>Sharp crests: mountains, lightning, wrinkles.</summary>
    public float Ridged(float x, float y, int octaves)
    {
        float sum = 0, weight = 0.5f, total = 0;
        for (int i = 0; i < octaves; i++)
        {
            float crest = 1 - MathF.Abs((2 * At(x, y)) - 1);
            sum += weight * crest * crest;
            total += weight;
            weight *= 0.5f;
            (x, y) = ((1.6f * x) - (1.2f * y) + 17.3f, (1.2f * x) + (1.6f * y) - 9.1f);
        }

        return sum / total;
    }

    /// <summary>White noise of a pixel.</summary>
    public float Corner(int x, int y) => Lattice[(((y + _down) & (Side - 1)) * Side) | ((x + _right) & (Side - 1))];

    private static float[] MakeLattice()
    {
        var dice = new Dice(2026);
        var lattice = new float[Side * Side];
        for (int i = 0; i < lattice.Length; i++)
        {
            lattice[i] = dice.Unit();
        }

        return lattice;
    }
}
