using System.Buffers;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

/// <summary>
/// An endpoint that takes one JSON body to one whole answer: what is the same in every dialect. The dialect brings what it understands and what it
/// says, both pure.
/// </summary>
internal sealed class ChatEndpoint(IChatDialect dialect, DialectServices services, ChatReader read, ChatWriter write)
{
    public async Task HandleAsync(HttpContext context)
    {
        var startedAt = services.Time.GetTimestamp();
        var settings = services.Settings();
        if (context.Features.Get<Caller>() is not { } caller)
        {
            await dialect.WriteErrorAsync(context, new GatewayError(ErrorKind.Unauthenticated, "An API key is required."));
            return;
        }

        // 1. The body, whole, and what it asks for. The pooled bytes go back before the model is called.
        var (body, bodyError) = await JsonBody.ReadAsync(context, settings.MaxRequestBodyBytes);
        if (body is null)
        {
            await dialect.WriteErrorAsync(context, bodyError!);
            return;
        }

        ChatRead asked;
        using (body)
        {
            asked = read(body.WrittenSpan);
        }

        if (asked.Request is null)
        {
            await dialect.WriteErrorAsync(context, asked.Error!);
            return;
        }

        // 2. The call.
        var call = new Call(settings, dialect.Name, caller, asked.Request, startedAt);
        ChatResult result;
        try
        {
            result = await services.Gateway.CompleteAsync(call, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        // 3. The answer.
        context.Features.Set(call);
        GatewayHeaders.SetServedBy(context.Response, call);
        if (result.Response is not { } answer)
        {
            GatewayHeaders.SetDropped(context.Response, call.Dropped, asked.Ignored.Names, asked.Ignored.Unnamed);
            await dialect.WriteErrorAsync(context, result.Error!);
            return;
        }

        var lost = AnswerText.LostParts(answer);
        GatewayHeaders.SetDropped(
            context.Response, call.Dropped, lost is null ? asked.Ignored.Names : [.. asked.Ignored.Names, .. lost], asked.Ignored.Unnamed);
        if (Withheld(answer) is { } withheld)
        {
            await dialect.WriteErrorAsync(context, withheld);
            return;
        }

        dialect.SetRateLimits(context);
        using var output = new PooledBuffer();
        write(output, call, answer);
        await JsonBody.SendAsync(context, output);
    }

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

/// <summary>Turns a body into what is asked for, or into the reason for refusal.</summary>
internal delegate ChatRead ChatReader(ReadOnlySpan<byte> body);

/// <summary>Writes the body of an answer.</summary>
internal delegate void ChatWriter(IBufferWriter<byte> output, Call call, ChatResponse answer);

/// <param name="Request">What was asked; absent where the body was refused.</param>
/// <param name="Error">Why it was refused.</param>
internal readonly record struct ChatRead(ChatRequest? Request, GatewayError? Error)
{
    /// <summary>Members that the endpoint has no use for.</summary>
    public IgnoredMembers Ignored { get; init; }

    public static implicit operator ChatRead(ChatRequest request) => new(request, null);

    public static implicit operator ChatRead(GatewayError error) => new(null, error);
}
