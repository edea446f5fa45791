using Microsoft.Win32.SafeHandles;

namespace Dragoman.Server.Images;

/// <summary>
/// A picture's file, read where the reader stands: what is wanted often is in the system's memory, and sending each piece to another thread to be copied from
/// there, as files are read otherwise, takes longer than the copy. A disk that is waited for holds up one thread either way.
/// </summary>
internal sealed class PictureFile : Stream
{
    private readonly SafeFileHandle _handle;

    private PictureFile(SafeFileHandle handle)
    {
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position { get; set; }

    public DateTimeOffset WrittenAt => File.GetLastWriteTimeUtc(_handle);

    /// <exception cref="IOException">There is none, or it cannot be read.</exception>
    public static PictureFile Open(string path) => new(File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete));

    public override int Read(Span<byte> buffer)
    {
        var read = RandomAccess.Read(_handle, buffer, Position);
        Position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _handle.Dispose();
        }

        base.Dispose(disposing);
    }
}
