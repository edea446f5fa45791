using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>A model inside this process, without a wire: it honours every parameter, or says that it does not.</summary>
public interface IBuiltInModel
{
    /// <summary><c>provider/model</c>.</summary>
    string Id { get; }

    /// <summary>Wishes of the request that make no difference to its answer; the caller is told their names.</summary>
    ChatParameters Unhonoured(ChatRequest request) => ChatParameters.None;

    /// <summary>
    /// The steps of the streamed answer; the plain answer is those put together. One that fails ends in <see cref="ChatEventKind.Failed"/>, which
    /// may be its only step.
    /// </summary>
    ValueTask<IEnumerable<ChatEvent>> AnswerAsync(ChatRequest request, CancellationToken cancellationToken);
}
