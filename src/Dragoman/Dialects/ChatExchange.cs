using System.Buffers;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

/// <summary>One call as a dialect understood it, and how it words the answer. Made for each request.</summary>
internal sealed record ChatExchange(ChatRequest Request)
{
    /// <summary>Members that the endpoint has no use for.</summary>
    public IgnoredMembers Ignored { get; init; }

    /// <summary>See <see cref="ChatCall.Gather"/>.</summary>
    public Func<CancellationToken, ValueTask<GatheredRequest>>? Gather { get; init; }

    /// <summary>Writes the whole answer.</summary>
    public required ChatWriter Write { get; init; }

    /// <summary>Makes what words the answer step by step; present where the caller asked for a stream.</summary>
    public Func<ChatCall, IChatStreamWriter>? Stream { get; init; }

    /// <summary>
    /// The answer is one text: what else a model made is named as dropped, and an answer that was withheld is an error, for an empty text would look like an
    /// answer. Elsewhere the answer itself says so.
    /// </summary>
    public bool IsTextOnly { get; init; } = true;

    /// <summary>The dialect tells of pictures in an answer by their addresses: they are published first.</summary>
    public bool ShowsImages { get; init; }

    /// <summary>
    /// Told of a whole answer before the client sees its end, so that whatever is made of it is there when the client asks next. Not told of one that failed
    /// or was broken off.
    /// </summary>
    public Func<ChatResponse, ValueTask>? Answered { get; init; }
}

/// <summary>
/// Turns a request into what is asked for, or into the reason for refusal. The body's bytes go back to the pool when it is done, before the model is called.
/// </summary>
internal delegate ValueTask<ChatPrepared> ChatPreparer(HttpContext context, Caller caller, GatewaySnapshot settings, ReadOnlyMemory<byte> body);

/// <summary>One of the two.</summary>
internal readonly record struct ChatPrepared(ChatExchange? Exchange, GatewayError? Error)
{
    public static implicit operator ChatPrepared(ChatExchange exchange) => new(exchange, null);

    public static implicit operator ChatPrepared(GatewayError error) => new(null, error);
}

/// <summary>Turns a body into what is asked for, or into the reason for refusal. Pure.</summary>
internal delegate ChatRead ChatReader(ReadOnlySpan<byte> body);

/// <summary>Writes the body of an answer. Pure.</summary>
internal delegate void ChatWriter(IBufferWriter<byte> output, ChatCall call, ChatResponse answer);

/// <param name="Request">What was asked; absent where the body was refused.</param>
/// <param name="Error">Why it was refused.</param>
internal readonly record struct ChatRead(ChatRequest? Request, GatewayError? Error)
{
    /// <summary>Members that the endpoint has no use for.</summary>
    public IgnoredMembers Ignored { get; init; }

    public static implicit operator ChatRead(ChatRequest request) => new(request, null);

    public static implicit operator ChatRead(GatewayError error) => new(null, error);
}

/// <summary>Words one streamed answer: it is shown each step once, in order. Pure.</summary>
internal interface IChatStreamWriter
{
    /// <summary>Of the whole stream: <c>text/event-stream</c>.</summary>
    string ContentType { get; }

    /// <summary>
    /// Writes what the client is told of a step, which may be nothing. The last step of a stream that broke is <see cref="ChatEventKind.Failed"/>, to be told
    /// as an error in the dialect's shape.
    /// </summary>
    void Write(IBufferWriter<byte> output, in ChatEvent step);

    /// <summary>Writes the end of a whole answer; never called for one that broke.</summary>
    void Complete(IBufferWriter<byte> output);
}
