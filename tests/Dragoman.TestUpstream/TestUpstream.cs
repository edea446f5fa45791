using System.Net;
using System.Net.Sockets;
using Dragoman.Testing.Serving;

namespace Dragoman.Testing;

/// <summary>
/// A scriptable fake of the model providers' HTTP APIs (OpenAI's chat completions and Azure's, Anthropic's Messages, Google's Gemini) on a
/// real socket of this machine. Replies are scripted without regard to a wire and are rendered on the one that a request comes by:
/// <code>
/// await using var upstream = await TestUpstream.StartAsync();
/// upstream.Enqueue(Reply.RateLimited("2"), Reply.Text("Paris").WithUsage(12, 1));
/// … call upstream.BaseUrl + "/v1" …
/// upstream.Requests[1].Json!.Value.GetProperty("model").GetString().ShouldBe("gpt-4o");
/// upstream.Violations.ShouldBeEmpty();
/// </code>
/// </summary>
public sealed class TestUpstream : IAsyncDisposable
{
    readonly Listener _listener;
    readonly UpstreamApplication? _application;

    TestUpstream(Listener listener, UpstreamApplication? application)
    {
        _listener = listener;
        _application = application;
    }

    /// <summary>Such as <c>http://127.0.0.1:40123</c>, with no slash at its end.</summary>
    public string BaseUrl => _listener.BaseUrl;

    /// <summary>What has come so far, in order of arrival. The body of each is whole.</summary>
    public IReadOnlyList<RecordedRequest> Requests => Application.Log.Snapshot();

    /// <summary>What the vendors would not have known or not have taken, over all requests.</summary>
    public IReadOnlyList<Violation> Violations => [.. Requests.SelectMany(r => r.Violations)];

    /// <summary>Scripted replies that no request has used yet.</summary>
    public int Pending => Application.Script.Pending;

    /// <summary>The reply when the script has none; at first the deterministic one.</summary>
    public Reply DefaultReply
    {
        get => Application.Script.Fallback;
        set => Application.Script.Fallback = value;
    }

    UpstreamApplication Application => _application ?? throw new InvalidOperationException("A fixed upstream has no script and records nothing.");

    public static async Task<TestUpstream> StartAsync(TestUpstreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var application = new UpstreamApplication(options);
        var listener = await Listener.StartAsync(application, options.Url, fast: false, cancellationToken);
        return new(listener, application);
    }

    /// <summary>
    /// An upstream for measuring: drains each request and answers these bytes, always the same; parses, records and judges nothing.
    /// Without bytes: a plain chat completion of about 0.5 KB.
    /// </summary>
    public static Task<TestUpstream> Fixed(ReadOnlyMemory<byte> body = default, string url = "http://127.0.0.1:0") =>
        StartFixedAsync(body.IsEmpty ? FixedApplication.Plain() : new([body], "application/json"), url);

    /// <summary>The same with a stream of so many chunks, each flushed.</summary>
    public static Task<TestUpstream> FixedStream(int chunks, string url = "http://127.0.0.1:0") =>
        StartFixedAsync(FixedApplication.Stream(chunks), url);

    /// <summary>A port of this machine where connecting is refused, and that nobody else gets as long as it is held.</summary>
    public static ClosedPort ReserveClosedPort() => new();

    /// <summary>Replies to be used once each, in this order.</summary>
    public void Enqueue(params ReadOnlySpan<Reply> replies) => Enqueue(null, replies);

    /// <summary>Replies to be used once each, in this order, by requests that satisfy the condition.</summary>
    public void Enqueue(Func<RecordedRequest, bool>? when, params ReadOnlySpan<Reply> replies)
    {
        foreach (var reply in replies)
        {
            Application.Script.Once(when, reply);
        }
    }

    public void EnqueueForModel(string model, params ReadOnlySpan<Reply> replies) => Enqueue(r => r.Model == model, replies);

    public void EnqueueForPath(string path, params ReadOnlySpan<Reply> replies) => Enqueue(r => r.Path == path, replies);

    /// <summary>A reply for every request that satisfies the condition and that the queue has nothing for.</summary>
    public void Always(Func<RecordedRequest, bool>? when, Reply reply) => Application.Script.Always(when, reply);

    public void ClearScript() => Application.Script.Clear();

    public void ClearRequests() => Application.Log.Clear();

    /// <summary>Completes when a request that satisfies the condition has come, its body whole, its reply not yet begun.</summary>
    public Task<RecordedRequest> WaitForRequestAsync(Func<RecordedRequest, bool>? when = null, CancellationToken cancellationToken = default) =>
        Application.Log.WaitAsync(when ?? (_ => true), 1, "a request", cancellationToken);

    /// <summary>Completes when so many requests have come in all.</summary>
    public async Task WaitForRequestsAsync(int count, CancellationToken cancellationToken = default) =>
        await Application.Log.WaitAsync(_ => true, count, $"{count} requests", cancellationToken);

    /// <summary>Completes when the client has gone away from a request before its reply was whole.</summary>
    public Task<RecordedRequest> WaitForAbortAsync(Func<RecordedRequest, bool>? when = null, CancellationToken cancellationToken = default) =>
        Application.Log.WaitAsync(r => r.Aborted && (when is null || when(r)), 1, "a client's departure", cancellationToken);

    /// <summary>Completes when the fate of a request is known: answered, broken off by the script or left by the client.</summary>
    public Task<RecordedRequest> WaitForEndAsync(Func<RecordedRequest, bool>? when = null, CancellationToken cancellationToken = default) =>
        Application.Log.WaitAsync(r => r.Outcome != RequestOutcome.Pending && (when is null || when(r)), 1, "a request's end", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _application?.Stop();
        await _listener.DisposeAsync();
    }

    static async Task<TestUpstream> StartFixedAsync(FixedApplication application, string url) =>
        new(await Listener.StartAsync(application, url, fast: true, CancellationToken.None), null);
}

/// <summary>A bound port that does not listen.</summary>
public sealed class ClosedPort : IDisposable
{
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    internal ClosedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public string BaseUrl => $"http://127.0.0.1:{Port}";

    public void Dispose() => _socket.Dispose();
}
