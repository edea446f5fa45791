using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <summary>One client request on its way through the gateway: who, what, and what has become of it so far.</summary>
public sealed class Call(GatewaySnapshot settings, string dialect, Caller caller, ChatRequest request, long startedAt)
{
    private List<AttemptRecord>? _attempts;

    /// <summary>In force for this call from its start to its end.</summary>
    public GatewaySnapshot Settings { get; } = settings;

    /// <summary>Which API the client speaks: <c>agentai</c>.</summary>
    public string Dialect { get; } = dialect;

    public Caller Caller { get; } = caller;

    /// <summary>As the caller made it, and once the call is admitted with what <see cref="Gather"/> added.</summary>
    public ChatRequest Request { get; internal set; } = request;

    /// <summary>
    /// Fetches what the request stands on, such as passages of documents: once, after the call is admitted and before it is routed. It hands back the whole
    /// request, or why there is none. Absent where the request stands for itself.
    /// </summary>
    public Func<CancellationToken, ValueTask<GatheredRequest>>? Gather { get; init; }

    /// <summary>A <see cref="TimeProvider"/> timestamp.</summary>
    public long StartedAt { get; } = startedAt;

    /// <summary>Each try at an upstream, oldest first.</summary>
    public IReadOnlyList<AttemptRecord> Attempts => _attempts ?? [];

    /// <summary><c>provider/model</c> of the deployment that answers; absent while none does.</summary>
    public string? ServedBy { get; internal set; }

    /// <summary>What the answering deployment did not honour, by the names of OpenAI's wire; the dialect tells the caller.</summary>
    public IReadOnlyList<string> Dropped { get; internal set; } = [];

    /// <summary>How the caller stands with the limits on requests, this call counted; the dialect tells the caller.</summary>
    public RateLimitStatus RateLimits { get; internal set; }

    internal void Record(AttemptRecord attempt) => (_attempts ??= new List<AttemptRecord>(1)).Add(attempt);
}

/// <summary>One of the two.</summary>
public readonly record struct GatheredRequest(ChatRequest? Request, GatewayError? Error)
{
    public static implicit operator GatheredRequest(ChatRequest request) => new(request, null);

    public static implicit operator GatheredRequest(GatewayError error) => new(null, error);
}

/// <param name="Deployment"><c>provider/model</c>.</param>
/// <param name="Outcome">What went wrong; absent when it answered.</param>
/// <param name="Duration">From the first byte sent to the last one read.</param>
public readonly record struct AttemptRecord(string Deployment, ErrorKind? Outcome, TimeSpan Duration);

/// <summary>How a call ended.</summary>
/// <param name="Error">Absent when the whole answer was delivered.</param>
/// <param name="Usage">What it took, as far as is known.</param>
/// <param name="Duration">From admission to the end.</param>
public readonly record struct CallOutcome(GatewayError? Error, Usage Usage, TimeSpan Duration);

/// <summary>A plain answer or the reason why there is none.</summary>
public readonly record struct ChatResult(ChatResponse? Response, GatewayError? Error)
{
    public static implicit operator ChatResult(ChatResponse response) => new(response, null);

    public static implicit operator ChatResult(GatewayError error) => new(null, error);
}

/// <summary>A streamed answer or the reason why it did not begin.</summary>
public readonly record struct ChatStreamResult(ChatStream? Stream, GatewayError? Error);

/// <summary>
/// A streamed answer under way: canonical steps in order, the last of them <see cref="ChatEventKind.Failed"/> where it broke.
/// Disposing it settles the call, whether it was read to its end or not, and cancels the upstream if it still runs.
/// </summary>
public abstract class ChatStream : IAsyncEnumerable<ChatEvent>, IAsyncDisposable
{
    public abstract IAsyncEnumerator<ChatEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default);

    public abstract ValueTask DisposeAsync();
}
