using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

internal sealed class TranscriptionClient(UpstreamClient upstream, ITranscriptionProvider wire, TimeProvider time) : ITranscription
{
    private readonly Retries _retries = new(time);

    public async ValueTask<TranscriptionResult> TranscribeAsync(
        GatewaySnapshot settings, ModelReference transcriber, string path, string fileName, CancellationToken cancellationToken)
    {
        var (provider, error) = OfferRoute.Transcription.Find(settings, transcriber);
        if (provider is null)
        {
            return new TranscriptionResult(null, error);
        }

        var target = wire.Locate(provider.Vendor, provider.Name, provider.BaseUri, transcriber.Model, provider.ApiKey);
        (var answer, error) = await _retries.RunAsync(
            limits => TryAsync(target, path, fileName, limits, cancellationToken), settings.Upstream, Patience.OfBackground, cancellationToken);
        return new TranscriptionResult(answer.Text, error);
    }

    private async ValueTask<(TranscriptionAnswer Answer, GatewayError? Error)> TryAsync(
        UpstreamTarget target, string path, string fileName, UpstreamLimits limits, CancellationToken cancellationToken)
    {
        FileStream recording;
        try
        {
            recording = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (default, new GatewayError(ErrorKind.Internal, "The recording could not be read."));
        }

        return await upstream.SendAsync(wire, target, Form(wire.Fields(target), recording, fileName), limits, cancellationToken);
    }

    /// <summary>The recording goes from the file to the wire piece by piece and is closed with the form.</summary>
    private static MultipartFormDataContent Form(IReadOnlyList<KeyValuePair<string, string>> fields, FileStream recording, string fileName)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(UpstreamClient.FormPart(new StringContent(value), name));
        }

        // A caller chose the file's name: its ending, which tells the format, is all of it that travels.
        var ending = new string([.. Path.GetExtension(fileName).Where(char.IsAsciiLetterOrDigit).Take(8)]);
        form.Add(UpstreamClient.FormPart(new StreamContent(recording), "file", ending.Length > 0 ? $"recording.{ending}" : "recording"));
        return form;
    }
}
