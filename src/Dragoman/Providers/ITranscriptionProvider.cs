using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>The wire on which upstreams write down speech: a form with the recording as its field <c>file</c>. Pure.</summary>
public interface ITranscriptionProvider : IAnswerReader<TranscriptionAnswer>
{
    UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey);

    /// <summary>The form's fields beside the recording.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Fields(UpstreamTarget target);
}

/// <param name="Text">Empty where nothing is said.</param>
public readonly record struct TranscriptionAnswer(string? Text, GatewayError? Error = null) : IUpstreamAnswer;
