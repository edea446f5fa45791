using Amazon.S3;
using Amazon.S3.Model;

namespace Dragoman.Server.Images;

/// <summary>A picture in S3, read as it arrives. The first answer holds it from its beginning; another place is asked for when it is read.</summary>
internal sealed class S3Picture(IAmazonS3 client, string bucket, string key, GetObjectResponse first) : Stream
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private GetObjectResponse? _response = first;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; } = first.ContentLength;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= Length)
        {
            return 0;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(LongestWait);
        _response ??= await client.GetObjectAsync(
            new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = new ByteRange(_position, Length - 1) }, deadline.Token);
        var read = await _response.ResponseStream.ReadAsync(buffer, deadline.Token);
        if (read == 0 && buffer.Length > 0)
        {
            throw new EndOfStreamException("The S3 server broke off.");
        }

        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        var position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => Length + offset,
        };
        if (position != _position)
        {
            _response?.Dispose();
            _response = null;
            _position = position;
        }

        return _position;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is on another machine: ReadAsync.");

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _response?.Dispose();
        }

        base.Dispose(disposing);
    }
}
