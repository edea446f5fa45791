namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>The outline of one plane of the land: the row where it begins, for each column of the picture.</summary>
internal sealed class Ridge
{
    private readonly float[] _rows;

    private Ridge(float[] rows)
    {
        _rows = rows;
        Top = rows.Min();
    }

    public float Top { get; }

    public float this[int x] => _rows[Math.Clamp(x, 0, _rows.Length - 1)];

    /// <param name="foot">The row of its lowest valleys.</param>
    /// <param name="height">Of its highest peaks above that, in pixels.</param>
    /// <param name="length">Of one hill, in pixels.</param>
    public static Ridge Hills(Painting painting, ulong concern, float foot, float height, float length)
    {
        Noise noise = painting.Noise(concern);
        return Of(painting, x => foot - (height * Colour.Step(0.12f, 0.88f, noise.Fractal(x / length, 3.5f, 3))));
    }

    /// <param name="peak">The column of the highest peak.</param>
    public static Ridge Mountains(Painting painting, ulong concern, float foot, float height, float length, float peak)
    {
        Noise noise = painting.Noise(concern);
        return Of(painting, x =>
        {
            float u = x / length;
            float crest = noise.Ridged(u, 7.5f, 6);
            float massif = MathF.Exp(-MathF.Pow((x - peak) / (length * 0.95f), 2));
            return foot - (height * ((0.62f * crest * (0.55f + (0.45f * massif))) + (0.52f * massif * (0.72f + (0.28f * crest)))));
        });
    }

    /// <summary>Dunes: a long windward slope and a short lee one.</summary>
    public static Ridge Dunes(Painting painting, ulong concern, float foot, float height, float length)
    {
        Noise noise = painting.Noise(concern);
        float shift = painting.Dice.Fork(concern).Between(0, 1);
        return Of(painting, x =>
        {
            float u = (x / length) + shift + (0.35f * noise.At(x / length * 0.7f, 2.5f));
            float part = u - MathF.Floor(u), crest = 0.55f + (0.45f * noise.Corner((int)MathF.Floor(u), 5));
            float next = 0.55f + (0.45f * noise.Corner((int)MathF.Floor(u) + 1, 5));
            float wave = part < 0.7f ? Colour.Step(0, 1.15f, part / 0.7f) / 0.95f : Colour.Step(0, 1, (1 - part) / 0.3f);
            return foot - (height * wave * (crest + ((next - crest) * 0.15f)));
        });
    }

    /// <summary>This ridge with trees on it.</summary>
    /// <param name="tall">Of a tree, in pixels.</param>
    /// <param name="firs">Their share among the trees, 0 to 1.</param>
    /// <param name="density">1 for a closed forest.</param>
    public Ridge Wooded(Painting painting, ulong concern, float tall, float firs, float density)
    {
        Dice dice = painting.Dice.Fork(concern);
        float[] rows = [.. _rows];
        float gap = tall * 0.30f / density;
        for (float x = -tall; x < rows.Length + tall; x += gap * dice.Between(0.45f, 1.55f))
        {
            float height = tall * dice.Between(0.6f, 1.15f), root = this[(int)x] + (tall * 0.05f);
            if (dice.Chance(firs))
            {
                Fir(rows, x, root, height);
            }
            else
            {
                // A crown of three heaps.
                Heap(rows, x, root - (height * 0.42f), height * 0.36f);
                Heap(rows, x - (height * dice.Between(0.2f, 0.4f)), root - (height * 0.3f), height * dice.Between(0.2f, 0.3f));
                Heap(rows, x + (height * dice.Between(0.2f, 0.4f)), root - (height * 0.3f), height * dice.Between(0.2f, 0.3f));
            }
        }

        return new Ridge(rows);
    }

    /// <summary>Boughs: steps that hang down a little.</summary>
    private static void Fir(float[] rows, float x, float root, float height)
    {
        const float Tiers = 5.5f;
        float half = height * 0.20f;
        for (int i = Math.Max(0, (int)(x - half)); i <= Math.Min(rows.Length - 1, (int)(x + half)); i++)
        {
            float tier = MathF.Abs(i - x) / half * Tiers, bough = tier - MathF.Floor(tier);
            rows[i] = Math.Min(rows[i], root - (height * (1 - ((MathF.Floor(tier) + (bough * 0.35f)) / Tiers))));
        }
    }

    private static void Heap(float[] rows, float x, float middle, float radius)
    {
        for (int i = Math.Max(0, (int)(x - radius)); i <= Math.Min(rows.Length - 1, (int)(x + radius)); i++)
        {
            rows[i] = Math.Min(rows[i], middle - MathF.Sqrt(Math.Max(0, (radius * radius) - ((i - x) * (i - x)))));
        }
    }

    /// <param name="row">Where the plane begins, by column.</param>
    public static Ridge Of(Painting painting, Func<float, float> row)
    {
        var rows = new float[painting.Width];
        for (int x = 0; x < rows.Length; x++)
        {
            rows[x] = row(x);
        }

        return new Ridge(rows);
    }
}
