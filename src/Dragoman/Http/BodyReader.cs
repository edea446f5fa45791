using System.Buffers;
using System.IO.Pipelines;

namespace Dragoman.Http;

/// <summary>Reads a body once, whole, into pooled memory.</summary>
public static class BodyReader
{
    /// <summary>The body, which the caller disposes of; <c>null</c> when it is longer than <paramref name="maxBytes"/>.</summary>
    public static async ValueTask<PooledBuffer?> ReadAsync(PipeReader reader, long maxBytes, CancellationToken cancellationToken)
    {
        PooledBuffer? body = null;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancellationToken);
                var bytes = result.Buffer;
                body ??= new PooledBuffer((int)Math.Max(256, Math.Min(bytes.Length, maxBytes)));
                if (body.Length + bytes.Length > maxBytes)
                {
                    reader.AdvanceTo(bytes.End); // An open read would make the server drop the connection instead of draining it.
                    body.Dispose();
                    return null;
                }

                foreach (var segment in bytes)
                {
                    body.Write(segment.Span);
                }

                reader.AdvanceTo(bytes.End);
                if (result.IsCompleted)
                {
                    return body;
                }
            }
        }
        catch
        {
            body?.Dispose();
            throw;
        }
    }

    /// <summary>The body, which the caller disposes of; <c>null</c> when it is longer than <paramref name="maxBytes"/>.</summary>
    public static async ValueTask<PooledBuffer?> ReadAsync(Stream stream, long maxBytes, CancellationToken cancellationToken)
    {
        var body = new PooledBuffer();
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(body.GetMemory(1024), cancellationToken);
                if (read == 0)
                {
                    return body;
                }

                body.Advance(read);
                if (body.Length > maxBytes)
                {
                    body.Dispose();
                    return null;
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }
}
