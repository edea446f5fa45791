using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

/// <summary>
/// An endpoint that takes one JSON body to one answer, whole or streamed: what is the same in every dialect. The dialect brings what it understands and what
/// it says.
/// </summary>
internal sealed class ChatEndpoint(IChatDialect dialect, DialectServices services, ChatPreparer prepare)
{
    /// <summary>An endpoint whose body says all, and whose answers are whole texts.</summary>
    public ChatEndpoint(IChatDialect dialect, DialectServices services, ChatReader read, ChatWriter write, bool showsImages = false)
        : this(dialect, services, (_, _, _, body) => new(Prepare(read(body.Span), write, showsImages)))
    {
    }

    public async Task HandleAsync(HttpContext context)
    {
        // 1. The body, whole, and what it asks for. The pooled bytes go back before the model is called.
        if (await EndpointRequest.OpenAsync(context, dialect, services) is not var (caller, settings, body, startedAt))
        {
            return;
        }

        ChatPrepared prepared;
        using (body)
        {
            prepared = await prepare(context, caller, settings, body.WrittenMemory);
        }

        if (prepared.Exchange is not { } exchange)
        {
            await dialect.WriteErrorAsync(context, prepared.Error!);
            return;
        }

        // 2. The call, and 3. the answer.
        var call = new ChatCall(settings, dialect.Name, caller, exchange.Request, startedAt)
        {
            Gather = exchange.Gather,
            Finish = exchange.ShowsImages ? services.Images?.Publication.For(context) : null,
        };
        try
        {
            await (exchange.Stream is { } open ? StreamAsync(context, exchange, call, open) : CompleteAsync(context, exchange, call));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be told.
        }
    }

    private static ChatPrepared Prepare(ChatRead asked, ChatWriter write, bool showsImages) => asked.Request is { } request
        ? new ChatExchange(request) { Ignored = asked.Ignored, Write = write, ShowsImages = showsImages }
        : asked.Error!;

    private async Task CompleteAsync(HttpContext context, ChatExchange exchange, ChatCall call)
    {
        var (answer, error) = await services.Gateway.CompleteAsync(call, context.RequestAborted);
        if (answer is null)
        {
            await RefuseAsync(context, exchange, call, error!);
            return;
        }

        Begin(context, exchange, call, AnswerText.LostParts(answer, exchange));
        if (exchange.IsTextOnly && Withheld(answer) is { } withheld)
        {
            await dialect.WriteErrorAsync(context, withheld);
            return;
        }

        dialect.SetRateLimits(context);
        if (exchange.Answered is { } answered)
        {
            await answered(answer);
        }

        using var output = new PooledBuffer();
        exchange.Write(output, call, answer);
        await JsonBody.SendAsync(context, output);
    }

    private async Task StreamAsync(HttpContext context, ChatExchange exchange, ChatCall call, Func<ChatCall, IChatStreamWriter> open)
    {
        var (stream, error) = await services.Gateway.StreamAsync(call, context.RequestAborted);
        if (stream is null)
        {
            await RefuseAsync(context, exchange, call, error!);
            return;
        }

        // Disposed of whatever happens: that is what settles the call and stops the upstream.
        await using (stream)
        {
            Begin(context, exchange, call, lost: null);
            dialect.SetRateLimits(context);
            await ChatStreaming.SendAsync(context, stream, open(call), exchange.Answered);
        }
    }

    private Task RefuseAsync(HttpContext context, ChatExchange exchange, ChatCall call, GatewayError error)
    {
        Begin(context, exchange, call, lost: null);
        return dialect.WriteErrorAsync(context, error);
    }

    private static void Begin(HttpContext context, ChatExchange exchange, ChatCall call, List<string>? lost) =>
        GatewayHeaders.Tell(context, call, exchange.Ignored, lost);

    /// <summary>An empty text under status 200 would look like an answer.</summary>
    private static GatewayError? Withheld(ChatResponse answer) =>
        answer.Choices is [{ FinishReason: FinishReason.ContentFilter or FinishReason.Refusal }, ..] && AnswerText.Of(answer).Length == 0
            ? new GatewayError(ErrorKind.ContentFiltered, "The provider withheld the answer.")
            : null;
}

/// <summary>A dialect with endpoints that call models.</summary>
internal interface IChatDialect : IDialect
{
    /// <summary>
    /// Tells, in the dialect's headers, how the caller stands with the limits on requests (<see cref="DialectServices.RateLimitsOf"/>). Called for an answer;
    /// <see cref="IDialect.WriteErrorAsync"/> does it itself. A dialect without such headers leaves it as it is.
    /// </summary>
    void SetRateLimits(HttpContext context)
    {
    }
}
