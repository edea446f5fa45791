using Dragoman.Server.Knowledge;

namespace Dragoman.Server.Tests.Knowledge;

public sealed class VectorTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(384)]
    [InlineData(3072)]
    public void Dot_OfQuantized_IsNearTheExactOne(int dimensions)
    {
        var random = new Random(dimensions);
        for (var round = 0; round < 5; round++)
        {
            var (left, right) = (Unit(random, dimensions), Unit(random, dimensions));
            var (query, stored) = (new short[Int8Vector.Stride(dimensions)], new sbyte[Int8Vector.Stride(dimensions)]);
            Int8Vector.QuantizeQuery(left, query);
            var scale = Int8Vector.Quantize(right, stored) * left.Max(Math.Abs) / 2047;

            (Int8Vector.Dot(query, stored) * scale).ShouldBe(left.Zip(right, (a, b) => a * b).Sum(), 0.01);
        }

        Int8Vector.Quantize(new float[dimensions], new sbyte[Int8Vector.Stride(dimensions)]).ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Nearest_MoreThanThereAre_GivesAll(int rows)
    {
        var table = new VectorTable(100);
        table.Append(1, [.. Enumerable.Range(1, rows).Select(number => (long)number)], [.. Enumerable.Repeat(Unit(new Random(1), 100), rows)]);

        table.Look().Nearest(Unit(new Random(2), 100), int.MaxValue, null).Length.ShouldBe(rows);
    }

    [Fact]
    public void Nearest_OfThousands_HoldsTheExactBest()
    {
        var random = new Random(1);
        var vectors = Enumerable.Range(0, 2_000).Select(_ => Unit(random, 100)).ToArray();
        var table = new VectorTable(100);
        for (var i = 0; i < vectors.Length; i += 500)
        {
            table.Append(i + 1, [.. Enumerable.Range(i + 1, 500).Select(number => (long)number)], vectors[i..(i + 500)]);
        }

        for (var round = 0; round < 5; round++)
        {
            var query = Unit(random, 100);
            var exact = vectors.Select((vector, i) => (Chunk: i + 1L, Score: vector.Zip(query, (a, b) => a * b).Sum())).OrderByDescending(it => it.Score).Take(10);

            var near = table.Look().Nearest(query, 64, null);

            near.Length.ShouldBe(64);
            exact.Select(it => it.Chunk).ShouldBeSubsetOf(near);
        }
    }

    [Fact]
    public void Remove_TakesOut_AndLooksBeforeItStay()
    {
        var table = new VectorTable(2);
        table.Append(1, [1, 2], [[1, 0], [0, 1]]);
        var before = table.Look();
        table.Append(2, [5, 7], [[1, 0], [0, 1]]);

        before.Horizon.ShouldBe(2);
        before.Nearest([1, 0], 10, null).Order().ShouldBe([1, 2]);
        table.Look().Nearest([1, 0], 1, [2]).ShouldBe([5]);
        table.Look().DocumentOf(7).ShouldBe(2);
        table.Look().DocumentOf(6).ShouldBe(0);
        table.Remove((document, _) => document == 1);
        table.Remove((_, chunk) => chunk == 7);

        table.Count.ShouldBe(1);
        table.Look().Nearest([0, 1], 10, null).ShouldBe([5]);
        table.Look().DocumentOf(1).ShouldBe(0);
        table.IsSparse.ShouldBeFalse();
    }

    [Fact]
    public void Table_MostlyRemoved_IsSparse()
    {
        var table = new VectorTable(1);
        table.Append(1, [.. Enumerable.Range(1, 3000).Select(number => (long)number)], [.. Enumerable.Repeat(new float[] { 1 }, 3000)]);

        table.Remove((_, chunk) => chunk <= 1600);

        table.IsSparse.ShouldBeTrue();
        table.Count.ShouldBe(1400);
    }

    private static float[] Unit(Random random, int dimensions)
    {
        var vector = Enumerable.Range(0, dimensions).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        var length = MathF.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => value / length)];
    }
}
