using System.Runtime.CompilerServices;
using Dragoman.Model;
using Dragoman.Pipeline;

namespace Dragoman.Tests.Dialects;

/// <summary>A stream of the steps that it was given, which tells when it is disposed of.</summary>
internal sealed class FakeChatStream(Func<CancellationToken, IAsyncEnumerable<ChatEvent>> steps) : ChatStream
{
    public TaskCompletionSource Disposed { get; } = new();

    public static FakeChatStream Of(params IEnumerable<ChatEvent> steps) => new(_ => steps.ToAsyncEnumerable());

    /// <summary>The steps, and then nothing until the client is gone.</summary>
    public static FakeChatStream Endless(params IEnumerable<ChatEvent> steps)
    {
        return new FakeChatStream(Wait);

        async IAsyncEnumerable<ChatEvent> Wait([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var step in steps)
            {
                yield return step;
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    public override IAsyncEnumerator<ChatEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        steps(cancellationToken).GetAsyncEnumerator(cancellationToken);

    public override ValueTask DisposeAsync()
    {
        Disposed.TrySetResult();
        return default;
    }
}
