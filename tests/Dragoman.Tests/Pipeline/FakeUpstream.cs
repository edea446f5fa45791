using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Channels;

namespace Dragoman.Tests.Pipeline;

/// <summary>Upstreams in memory: what is asked of <c>http://name/…</c> is answered by the answers set for that name, in turn; the last one stays.</summary>
internal sealed class FakeUpstream : HttpMessageHandler
{
    private readonly Dictionary<string, Queue<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>>> _answers = [];

    /// <summary>Each request: <c>name/path</c>.</summary>
    public List<string> Asked { get; } = [];

    public List<HttpRequestMessage> Requests { get; } = [];

    public FakeUpstream On(string name, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        if (!_answers.TryGetValue(name, out var queue))
        {
            _answers.Add(name, queue = []);
        }

        queue.Enqueue(answer);
        return this;
    }

    public FakeUpstream On(string name, int status, string body, Action<HttpResponseMessage>? with = null, string type = "application/json") =>
        On(name, (_, _) =>
        {
            var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
            response.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
            with?.Invoke(response);
            return Task.FromResult(response);
        });

    public FakeUpstream On(string name, Exception failure) => On(name, (_, _) => Task.FromException<HttpResponseMessage>(failure));

    /// <summary>Never answers; tells when it was given up.</summary>
    public FakeUpstream Silent(string name, Action? asked = null) => On(name, async (_, cancellation) =>
    {
        asked?.Invoke();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        return null!;
    });

    public FakeUpstream Streams(string name, params string[] events) =>
        On(name, 200, string.Concat(events.Select(word => $"data: {word}\n\n")), type: "text/event-stream");

    public FakeUpstream Streams(string name, FakeBody body) => On(name, (_, _) =>
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        return Task.FromResult(response);
    });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
        }

        Asked.Add(request.RequestUri!.Host + request.RequestUri.AbsolutePath);
        Requests.Add(request);
        var queue = _answers[request.RequestUri.Host];
        return await (queue.Count > 1 ? queue.Dequeue() : queue.Peek())(request, cancellationToken);
    }
}

/// <summary>The body of a streamed answer, piece by piece as the test says.</summary>
internal sealed class FakeBody : Stream
{
    // Whoever waits for a piece goes on in the call that brings it: when Say returns, it has been read.
    private readonly Channel<byte[]> _pieces = Channel.CreateUnbounded<byte[]>(new() { AllowSynchronousContinuations = true });

    public bool IsDisposed { get; private set; }

    public bool WasCanceled { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public FakeBody Say(params string[] events)
    {
        foreach (var word in events)
        {
            _pieces.Writer.TryWrite(Encoding.UTF8.GetBytes($"data: {word}\n\n"));
        }

        return this;
    }

    public FakeBody End(Exception? failure = null)
    {
        _pieces.Writer.Complete(failure);
        return this;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_pieces.Reader.TryRead(out var piece))
        {
            try
            {
                if (!await _pieces.Reader.WaitToReadAsync(cancellationToken))
                {
                    return 0;
                }
            }
            catch (OperationCanceledException)
            {
                WasCanceled = true;
                throw;
            }

            _pieces.Reader.TryRead(out piece);
        }

        piece!.CopyTo(buffer);
        return piece!.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
