using System.Buffers;
using Dragoman.Http;

namespace Dragoman.Tests.Http;

public sealed class PooledBufferTests
{
    [Fact]
    public void Buffer_WrittenInPieces_HoldsThemAll()
    {
        using var buffer = new PooledBuffer(1);
        var expected = new byte[100_000];
        new Random(1).NextBytes(expected);
        foreach (var piece in expected.Chunk(777))
        {
            buffer.Write(piece);
        }

        buffer.Length.ShouldBe(expected.Length);
        buffer.WrittenSpan.SequenceEqual(expected).ShouldBeTrue();
        buffer.WrittenMemory.Span.SequenceEqual(expected).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void Buffer_AskedForRoom_GivesAtLeastThatAndNeverNone(int room)
    {
        using var buffer = new PooledBuffer(16);
        buffer.Advance(16);
        buffer.GetSpan(room).Length.ShouldBeGreaterThanOrEqualTo(Math.Max(room, 1));
        buffer.GetMemory(room).Length.ShouldBeGreaterThanOrEqualTo(Math.Max(room, 1));
    }

    [Fact]
    public void Buffer_Consumed_KeepsTheRest()
    {
        using var buffer = new PooledBuffer();
        buffer.Write("abcdef"u8);
        buffer.Consume(2);
        buffer.WrittenSpan.ToArray().ShouldBe("cdef"u8.ToArray());
        buffer.Consume(4);
        buffer.Length.ShouldBe(0);
    }

    [Fact]
    public void Buffer_AskedForTheImpossible_Throws()
    {
        using var buffer = new PooledBuffer();
        buffer.Write("abc"u8);
        Should.Throw<ArgumentOutOfRangeException>(() => buffer.Advance(int.MaxValue));
        Should.Throw<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => buffer.Consume(4));
        Should.Throw<ArgumentOutOfRangeException>(() => buffer.Consume(-1));
        Should.Throw<InvalidOperationException>(() => buffer.GetMemory(int.MaxValue)); // And not an empty piece, which a reader would take for the end.
        buffer.Length.ShouldBe(3);
    }

    [Fact]
    public void Buffer_ClearedOrDisposed_IsEmpty()
    {
        var buffer = new PooledBuffer();
        buffer.Write("abc"u8);
        buffer.Clear();
        buffer.Length.ShouldBe(0);
        buffer.Write("abc"u8);
        buffer.Dispose();
        buffer.Dispose();
        buffer.WrittenSpan.IsEmpty.ShouldBeTrue();
    }
}
