using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <summary>One client request on its way through the gateway: who, what, and what has become of it so far. What policies see, whatever is asked for.</summary>
public abstract class Call(GatewaySnapshot settings, string dialect, Caller caller, long startedAt)
{
    private List<AttemptRecord>? _attempts;

    /// <summary>In force for this call from its start to its end.</summary>
    public GatewaySnapshot Settings { get; } = settings;

    /// <summary>Which API the client speaks: <c>agentai</c>.</summary>
    public string Dialect { get; } = dialect;

    public Caller Caller { get; } = caller;

    /// <summary>A <see cref="TimeProvider"/> timestamp.</summary>
    public long StartedAt { get; } = startedAt;

    /// <summary>The model as the caller named it.</summary>
    public abstract string Model { get; }

    /// <summary>The tokens that the request takes before any answer; an estimate.</summary>
    public abstract long InputTokens { get; }

    /// <summary>The most tokens that the answer can take; absent where the caller set no bound.</summary>
    public abstract long? MaxOutputTokens { get; }

    /// <summary>Each try at an upstream, oldest first.</summary>
    public IReadOnlyList<AttemptRecord> Attempts => _attempts ?? [];

    /// <summary><c>provider/model</c> of the deployment that answers; absent while none does.</summary>
    public string? ServedBy { get; internal set; }

    /// <summary>What the answering deployment did not honour, by the names of OpenAI's wire; the dialect tells the caller.</summary>
    public IReadOnlyList<string> Dropped { get; internal set; } = [];

    /// <summary>How the caller stands with the limits on requests, this call counted; the dialect tells the caller.</summary>
    public RateLimitStatus RateLimits { get; internal set; }

    /// <summary>Writes down how an attempt ended, and tells of its upstream. A built-in model fails on purpose only, and nobody is the worse for it.</summary>
    internal void Record(Deployment deployment, GatewayError? error, TimeSpan duration, DeploymentHealth health)
    {
        (_attempts ??= new List<AttemptRecord>(1)).Add(new AttemptRecord(deployment.Id, error?.Kind, duration));
        if (deployment.BuiltIn is null)
        {
            health.Report(deployment, error);
        }
    }
}

/// <summary>A call of a model that chats.</summary>
public sealed class ChatCall(GatewaySnapshot settings, string dialect, Caller caller, ChatRequest request, long startedAt)
    : Call(settings, dialect, caller, startedAt)
{
    /// <summary>As the caller made it, and once the call is admitted with what <see cref="Gather"/> added.</summary>
    public ChatRequest Request { get; internal set; } = request;

    public override string Model => Request.Model;

    public override long InputTokens => UsageEstimate.InputOf(Request);

    public override long? MaxOutputTokens => Request.MaxOutputTokens is { } bound ? (long)bound * Math.Max(Request.ChoiceCount ?? 1, 1) : null;

    /// <summary>
    /// Fetches what the request stands on, such as passages of documents: once, after the call is admitted and before it is routed. It hands back the whole
    /// request, or why there is none. Absent where the request stands for itself.
    /// </summary>
    public Func<CancellationToken, ValueTask<GatheredRequest>>? Gather { get; init; }

    /// <summary>
    /// What the dialect does with a whole answer before the call is settled, such as putting its pictures where the client sees them. It hands back the answer
    /// to be told, or why there is none. Absent where the answer is told as it is.
    /// </summary>
    public Func<ChatCall, ChatResponse, CancellationToken, ValueTask<ChatResult>>? Finish { get; init; }
}

/// <summary>A call of a model that makes pictures.</summary>
public sealed class ImageCall(GatewaySnapshot settings, string dialect, Caller caller, ImageRequest request, long startedAt)
    : Call(settings, dialect, caller, startedAt)
{
    public ImageRequest Request { get; } = request;

    /// <summary>What the dialect does with the pictures before the call is settled; tells why it could not. Absent where they are told as they are.</summary>
    public Func<ImageResponse, CancellationToken, ValueTask<GatewayError?>>? Finish { get; init; }

    public override string Model => Request.Model;

    public override long InputTokens => UsageEstimate.TokensOf([Request.Prompt]);

    /// <summary>None: what a picture takes in tokens, where it takes any, no caller can bound.</summary>
    public override long? MaxOutputTokens => 0;
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
