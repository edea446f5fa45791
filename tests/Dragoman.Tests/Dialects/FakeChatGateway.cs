using Dragoman.Model;
using Dragoman.Pipeline;

namespace Dragoman.Tests.Dialects;

/// <summary>Answers with what it was told to; by default with the text of the first message.</summary>
internal sealed class FakeChatGateway : IChatGateway
{
    public Func<Call, CancellationToken, ValueTask<ChatResult>> Answer { get; set; } = static (call, _) =>
    {
        call.ServedBy = "openai/gpt-4o";
        return new(Text(call.Request.Messages[0].Text));
    };

    /// <summary>The first request is done with, or what the endpoint threw.</summary>
    public TaskCompletionSource Handled { get; } = new();

    public Call? LastCall { get; private set; }

    public static ChatResponse Text(string text, FinishReason reason = FinishReason.Stop) =>
        new() { Choices = [new ChatChoice(0, ChatMessage.OfText(ChatRole.Assistant, text), reason)] };

    public ValueTask<ChatResult> CompleteAsync(Call call, CancellationToken cancellationToken)
    {
        LastCall = call;
        return Answer(call, cancellationToken);
    }

    public ValueTask<ChatStreamResult> StreamAsync(Call call, CancellationToken cancellationToken) => throw new NotSupportedException();
}
