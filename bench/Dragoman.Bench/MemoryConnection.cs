using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Dragoman.Bench;

/// <summary>
/// One connection to a Kestrel in this process, without a socket: what is written is handled on the writer's own thread before the write returns, so that
/// nothing is measured but the handling.
/// </summary>
internal sealed class MemoryConnection : IConnectionListenerFactory
{
    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false, pauseWriterThreshold: 0);

    private readonly Pipe _toServer = new(Inline);
    private readonly Pipe _toClient = new(Inline);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new Listener(endpoint, new Duplex(_toServer.Reader, _toClient.Writer)));

    /// <summary>Sends a request and reads its answer, which must be 200, to the end.</summary>
    /// <returns>The answer, head and body; good until the next call.</returns>
    public async ValueTask<ReadOnlyMemory<byte>> CallAsync(ReadOnlyMemory<byte> request)
    {
        await _toServer.Writer.WriteAsync(request);
        while (true)
        {
            var read = await _toClient.Reader.ReadAsync();
            var bytes = read.Buffer.FirstSpan;
            if (read.Buffer.IsSingleSegment && LengthOf(bytes) is { } length && bytes.Length >= length)
            {
                if (!bytes.StartsWith("HTTP/1.1 200"u8))
                {
                    throw new InvalidOperationException(System.Text.Encoding.UTF8.GetString(bytes));
                }

                var answer = read.Buffer.First;
                _toClient.Reader.AdvanceTo(read.Buffer.End);
                return answer;
            }

            if (read.IsCompleted)
            {
                throw new InvalidOperationException("The server closed the connection.");
            }

            _toClient.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Of head and body together; <c>null</c> while the head is not whole.</summary>
    private static int? LengthOf(ReadOnlySpan<byte> bytes)
    {
        var head = bytes.IndexOf("\r\n\r\n"u8);
        var length = bytes.IndexOf("Content-Length: "u8);
        return head > 0 && System.Buffers.Text.Utf8Parser.TryParse(bytes[(length + 16)..], out int body, out _) ? head + 4 + body : null;
    }

    private sealed class Listener(EndPoint endpoint, IDuplexPipe transport) : IConnectionListener
    {
        private readonly Channel<ConnectionContext> _connections = Channel.CreateUnbounded<ConnectionContext>();
        private bool _isAccepted;

        public EndPoint EndPoint => endpoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (!_isAccepted)
            {
                _isAccepted = true;
                return new DefaultConnectionContext("memory") { Transport = transport };
            }

            return await _connections.Reader.WaitToReadAsync(cancellationToken) ? null : null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _connections.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
