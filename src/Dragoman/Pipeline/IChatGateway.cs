using Dragoman.Model;

namespace Dragoman.Pipeline;

/// <summary>The spine, as dialects see it: admit → route → attempt → settle.</summary>
public interface IChatGateway
{
    /// <summary>
    /// Answers a call whole. Refusals and failures are values; an exception is a program error.
    /// <see cref="Call.ServedBy"/> and <see cref="Call.Dropped"/> are set when this returns.
    /// </summary>
    /// <param name="cancellationToken">The client went away.</param>
    ValueTask<ChatResult> CompleteAsync(ChatCall call, CancellationToken cancellationToken);

    /// <summary>Opens a streamed answer: returns when the first content is at hand, or with the reason why none will come.</summary>
    /// <param name="cancellationToken">The client went away.</param>
    ValueTask<ChatStreamResult> StreamAsync(ChatCall call, CancellationToken cancellationToken);
}

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
