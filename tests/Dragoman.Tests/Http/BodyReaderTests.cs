using System.Buffers;
using System.IO.Pipelines;
using Dragoman.Http;

namespace Dragoman.Tests.Http;

public sealed class BodyReaderTests
{
    [Theory]
    [InlineData(0, 1, 10)]
    [InlineData(10, 3, 10)]
    [InlineData(10, 10, 10)]
    [InlineData(11, 3, 10)]
    [InlineData(300, 7, 300)]
    [InlineData(301, 7, 300)]
    [InlineData(100_000, 999, 100_000)]
    [InlineData(100_001, 999, 100_000)]
    [InlineData(10, 3, long.MaxValue)]
    [InlineData(1, 1, 0)]
    public async Task Body_OfAnyLength_IsReadWholeOrNotAtAll(int length, int piece, long limit)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        foreach (var part in bytes.Chunk(piece))
        {
            pipe.Writer.Write(part);
            await pipe.Writer.FlushAsync();
        }

        await pipe.Writer.CompleteAsync();
        using var fromPipe = await BodyReader.ReadAsync(pipe.Reader, limit, default);
        using var fromStream = await BodyReader.ReadAsync(new Pieces(bytes, piece), limit, default);
        if (length > limit)
        {
            fromPipe.ShouldBeNull();
            fromStream.ShouldBeNull();
        }
        else
        {
            fromPipe!.WrittenSpan.SequenceEqual(bytes).ShouldBeTrue();
            fromStream!.WrittenSpan.SequenceEqual(bytes).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Body_TooLong_LeavesNoReadOpen()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[20]);
        (await BodyReader.ReadAsync(pipe.Reader, 10, default)).ShouldBeNull();
        await pipe.Writer.WriteAsync(new byte[5]);
        (await pipe.Reader.ReadAsync()).Buffer.Length.ShouldBe(5);
    }

    [Fact]
    public async Task Body_BrokenOff_Throws()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[20]);
        await pipe.Writer.CompleteAsync(new IOException("gone"));
        await Should.ThrowAsync<IOException>(async () => await BodyReader.ReadAsync(pipe.Reader, 100, default));
        await Should.ThrowAsync<IOException>(async () => await BodyReader.ReadAsync(new Pieces(new byte[20], 7, failAt: 14), 100, default));
    }

    [Fact]
    public async Task Body_CallerGone_Throws()
    {
        using var gone = new CancellationTokenSource();
        var pipe = new Pipe();
        var reading = BodyReader.ReadAsync(pipe.Reader, 100, gone.Token);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await reading);
    }

    private sealed class Pieces(byte[] bytes, int piece, int failAt = -1) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Length.ShouldBeGreaterThan(0);
            return Position == failAt ? throw new IOException("gone") : base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
        }
    }
}
