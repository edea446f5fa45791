namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>SplitMix64: a sequence that is the same on every machine and in every version, for one seed.</summary>
internal sealed class Dice
{
    private readonly ulong _seed;
    private ulong _state;

    public Dice(ulong seed) => (_seed, _state) = (seed, seed);

    /// <summary>Independent dice for one concern, so that a change in one part of a picture leaves the others as they are.</summary>
    public Dice Fork(ulong concern) => new(Mix(_seed ^ (concern * 0x9E3779B97F4A7C15)));

    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>0 ≤ x &lt; 1.</summary>
    public float Unit() => (Next() >> 40) / (float)(1 << 24);

    public float Between(float low, float high) => low + ((high - low) * Unit());

    /// <summary>About a normal distribution, within ±1.</summary>
    public float Around() => ((Unit() + Unit() + Unit()) / 1.5f) - 1;

    /// <summary>0 ≤ n &lt; <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public bool Chance(float probability) => Unit() < probability;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
