namespace Dragoman.Pipeline;

/// <summary>The spine, as dialects see it: admit → route → attempt → settle.</summary>
public interface IChatGateway
{
    /// <summary>
    /// Answers a call whole. Refusals and failures are values; an exception is a program error.
    /// <see cref="Call.ServedBy"/> and <see cref="Call.Dropped"/> are set when this returns.
    /// </summary>
    /// <param name="cancellationToken">The client went away.</param>
    ValueTask<ChatResult> CompleteAsync(Call call, CancellationToken cancellationToken);

    /// <summary>Opens a streamed answer: returns when the first content is at hand, or with the reason why none will come.</summary>
    /// <param name="cancellationToken">The client went away.</param>
    ValueTask<ChatStreamResult> StreamAsync(Call call, CancellationToken cancellationToken);
}
