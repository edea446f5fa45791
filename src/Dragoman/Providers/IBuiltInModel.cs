using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>A model inside this process, without a wire: it honours every parameter, or says so in its answer.</summary>
public interface IBuiltInModel
{
    /// <summary><c>provider/model</c>.</summary>
    string Id { get; }

    /// <summary>
    /// The steps of the streamed answer; the plain answer is those put together. One that fails ends in <see cref="ChatEventKind.Failed"/>, which
    /// may be its only step.
    /// </summary>
    ValueTask<IEnumerable<ChatEvent>> AnswerAsync(ChatRequest request, CancellationToken cancellationToken);
}
