using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dragoman.Server.Knowledge;

/// <summary>Vectors of one byte a dimension, and how near they are to a question's.</summary>
internal static class Int8Vector
{
    private const int Step = 32;

    // Products of a stored byte and this fit an int many thousand dimensions long.
    private const float QueryRange = 2047;

    /// <summary>Bytes of a stored vector: whole steps, the rest of the last being 0.</summary>
    public static int Stride(int dimensions) => (dimensions + Step - 1) / Step * Step;

    /// <summary>What a stored byte is to be multiplied by.</summary>
    public static float Quantize(ReadOnlySpan<float> vector, Span<sbyte> stored)
    {
        var largest = LargestOf(vector);
        var factor = largest > 0 ? sbyte.MaxValue / largest : 0;
        for (var i = 0; i < vector.Length; i++)
        {
            stored[i] = (sbyte)MathF.Round(vector[i] * factor);
        }

        stored[vector.Length..].Clear();
        return largest / sbyte.MaxValue;
    }

    /// <summary>Its scale is the same for all it is compared with, and left out.</summary>
    public static void QuantizeQuery(ReadOnlySpan<float> vector, Span<short> query)
    {
        var largest = LargestOf(vector);
        var factor = largest > 0 ? QueryRange / largest : 0;
        for (var i = 0; i < vector.Length; i++)
        {
            query[i] = (short)MathF.Round(vector[i] * factor);
        }

        query[vector.Length..].Clear();
    }

    /// <summary>Both as long as a stride.</summary>
    public static int Dot(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> stored)
    {
        ref var q = ref MemoryMarshal.GetReference(query);
        ref var s = ref MemoryMarshal.GetReference(stored);
        var (even, odd) = (Vector256<int>.Zero, Vector256<int>.Zero);
        for (nuint i = 0; i < (nuint)stored.Length; i += Step)
        {
            var (lower, upper) = Vector256.Widen(Vector256.LoadUnsafe(ref s, i));
            even += MultiplyAdjacent(lower, Vector256.LoadUnsafe(ref q, i));
            odd += MultiplyAdjacent(upper, Vector256.LoadUnsafe(ref q, i + (Step / 2)));
        }

        return Vector256.Sum(even + odd);
    }

    private static float LargestOf(ReadOnlySpan<float> vector)
    {
        var largest = 0f;
        foreach (var value in vector)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    private static Vector256<int> MultiplyAdjacent(Vector256<short> left, Vector256<short> right)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.MultiplyAddAdjacent(left, right);
        }

        var (leftLower, leftUpper) = Vector256.Widen(left);
        var (rightLower, rightUpper) = Vector256.Widen(right);
        return (leftLower * rightLower) + (leftUpper * rightUpper);
    }
}
