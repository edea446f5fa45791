using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.OpenAI;

/// <summary>OpenAI's transcription (platform.openai.com/docs/api-reference/audio/createTranscription); by default it answers in JSON.</summary>
internal sealed class OpenAITranscription : ITranscriptionProvider
{
    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey) =>
        UpstreamTarget.At(UpstreamTarget.Under(baseUri, "/audio/transcriptions"), vendor, providerName, model, apiKey);

    public IReadOnlyList<KeyValuePair<string, string>> Fields(UpstreamTarget target) => [new("model", target.Model)];

    public TranscriptionAnswer ReadResponse(ReadOnlySpan<byte> body)
    {
        var wire = JsonSerializer.Deserialize(body, OpenAIOffersJson.Default.TranscriptionWire) ?? throw new JsonException("The answer is null.");
        return OpenAIMapping.IsError(wire.Error)
            ? new TranscriptionAnswer(null, OpenAIErrorReader.Read(200, body))
            : new TranscriptionAnswer(wire.Text ?? throw new JsonException("The answer holds no text."));
    }

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => OpenAIErrorReader.Read(status, body);
}
