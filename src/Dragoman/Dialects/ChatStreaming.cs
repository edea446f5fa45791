using Dragoman.Model;
using Dragoman.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

/// <summary>Sends a streamed answer as it comes.</summary>
internal static class ChatStreaming
{
    /// <summary>Bytes that may wait for the next step; a stream whose steps come without pause is sent in pieces of about this size.</summary>
    private const long MostUnsent = 4 * 1024;

    /// <summary>
    /// Steps that are at hand together go out together; none waits for one that is not. The client's slowness holds the upstream back, its absence ends the
    /// stream. Disposing of the stream is the caller's part.
    /// </summary>
    /// <param name="answered">See <see cref="ChatExchange.Answered"/>.</param>
    public static async Task SendAsync(HttpContext context, ChatStream stream, IChatStreamWriter writer, Func<ChatResponse, ValueTask>? answered)
    {
        var response = context.Response;
        response.ContentType = writer.ContentType;
        response.Headers.CacheControl = "no-cache";
        response.Headers["x-accel-buffering"] = "no"; // nginx and its like would otherwise collect the stream.

        var output = response.BodyWriter;
        var whole = answered is null ? null : new ChatResponseBuilder();
        var isBroken = false;
        await using (var steps = stream.GetAsyncEnumerator(context.RequestAborted))
        {
            var next = steps.MoveNextAsync();
            while (true)
            {
                if (!next.IsCompleted || output.UnflushedBytes > MostUnsent)
                {
                    await output.FlushAsync(CancellationToken.None); // Returns, and does not throw, when the client is gone.
                }

                if (!await next)
                {
                    break;
                }

                var step = steps.Current;
                isBroken |= step.Kind == ChatEventKind.Failed;
                whole?.Add(step);
                writer.Write(output, step);
                next = steps.MoveNextAsync();
            }
        }

        if (!isBroken)
        {
            if (answered is not null)
            {
                await answered(whole!.Build());
            }

            writer.Complete(output);
        }

        await output.FlushAsync(CancellationToken.None);
    }
}
