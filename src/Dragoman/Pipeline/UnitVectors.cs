using System.Globalization;

namespace Dragoman.Pipeline;

/// <summary>Checks vectors that came from an upstream, and gives them unit length, so that a dot product is their cosine.</summary>
internal static class UnitVectors
{
    /// <summary>Normalises in place. What is wrong with the vectors, as a sentence; <c>null</c> where nothing is.</summary>
    /// <param name="count">How many there must be.</param>
    /// <param name="dimensions">The length that each must have; 0 leaves it to the first one.</param>
    public static string? Normalize(IReadOnlyList<float[]> vectors, int count, int dimensions)
    {
        if (vectors.Count != count)
        {
            return string.Create(CultureInfo.InvariantCulture, $"It gave {vectors.Count} vectors for {count} texts.");
        }

        foreach (var vector in vectors)
        {
            dimensions = dimensions == 0 ? vector.Length : dimensions;
            if (vector.Length != dimensions)
            {
                return string.Create(CultureInfo.InvariantCulture, $"It gave vectors of {dimensions} and of {vector.Length} dimensions.");
            }

            if (!TryNormalize(vector))
            {
                return "It gave a vector that has no direction.";
            }
        }

        return null;
    }

    private static bool TryNormalize(float[] vector)
    {
        var squares = 0.0;
        foreach (var number in vector)
        {
            squares += (double)number * number;
        }

        if (!double.IsFinite(squares) || squares == 0)
        {
            return false;
        }

        var length = Math.Sqrt(squares);
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(vector[i] / length);
        }

        return true;
    }
}
