using Dragoman.Model;
using Dragoman.Pipeline;

namespace Dragoman.Tests.Dialects;

/// <summary>Answers with what it was told to; by default with the text of the first message.</summary>
internal sealed class FakeChatGateway : IChatGateway
{
    public Func<ChatCall, CancellationToken, ValueTask<ChatResult>> Answer { get; set; } = static (call, _) =>
    {
        call.ServedBy = "openai/gpt-4o";
        return new(Text(call.Request.Messages[0].Text));
    };

    /// <summary>By default the steps of <see cref="Answer"/>.</summary>
    public Func<ChatCall, CancellationToken, ValueTask<ChatStreamResult>>? Stream { get; set; }

    /// <summary>The first request is done with, or what the endpoint threw.</summary>
    public TaskCompletionSource Handled { get; } = new();

    public ChatCall? LastCall { get; private set; }

    public static ChatResponse Text(string text, FinishReason reason = FinishReason.Stop) =>
        new() { Choices = [new ChatChoice(0, ChatMessage.OfText(ChatRole.Assistant, text), reason)] };

    public async ValueTask<ChatResult> CompleteAsync(ChatCall call, CancellationToken cancellationToken)
    {
        LastCall = call;
        var result = await GatherAsync(call, cancellationToken) is { } missing ? missing : await Answer(call, cancellationToken);
        return result.Response is { } answer && call.Finish is { } finish ? await finish(call, answer, cancellationToken) : result;
    }

    public async ValueTask<ChatStreamResult> StreamAsync(ChatCall call, CancellationToken cancellationToken)
    {
        LastCall = call;
        if (await GatherAsync(call, cancellationToken) is { } missing)
        {
            return new ChatStreamResult(null, missing);
        }

        if (Stream is not null)
        {
            return await Stream(call, cancellationToken);
        }

        var (answer, error) = await Answer(call, cancellationToken);
        return new ChatStreamResult(answer is null ? null : FakeChatStream.Of(answer.ToSteps()), error);
    }

    /// <summary>As the pipeline does it.</summary>
    private static async ValueTask<GatewayError?> GatherAsync(ChatCall call, CancellationToken cancellationToken)
    {
        if (call.Gather is not { } gather)
        {
            return null;
        }

        var (request, error) = await gather(cancellationToken);
        call.Request = request ?? call.Request;
        return error;
    }
}
