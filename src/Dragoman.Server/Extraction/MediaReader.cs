using System.Globalization;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Dragoman.Server.Knowledge;

namespace Dragoman.Server.Extraction;

/// <summary>Leads a caller's word for a provider of transcription to a model, or to an error that says what to set.</summary>
internal delegate (ModelReference? Transcriber, GatewayError? Error) TranscriberChoice(GatewaySnapshot settings, Caller caller, string provider);

/// <summary>
/// Has pictures and films described by a vision model, and speech written down by a transcription model, with the rights of the key that added them.
/// </summary>
/// <param name="findCaller">Whose key has an id; <c>null</c> where it is in force no more.</param>
internal sealed class MediaReader(
    IChatGateway gateway,
    ITranscription transcription,
    TranscriberChoice chooseTranscriber,
    Func<string, Caller?> findCaller,
    Func<GatewaySnapshot> settings,
    TimeProvider time)
{
    // Vendors take a request of 20 MB at least, and Base64 makes of three bytes four.
    private const int LongestSeen = 15 * 1024 * 1024;

    // Whose names models have here: documents come by this API alone.
    private const string Dialect = "edenai";

    private const string DefaultPrompt =
        "Describe what can be seen, so that somebody who cannot see it can answer questions about it: what it is, who and what is in it, where and when, what "
        + "happens. Write down word for word every text that is visible. Write plain text and nothing else.";

    private static readonly GatewayError KeyGone = new(ErrorKind.Forbidden, "The API key that added the document is in force no more.");

    // A key's limits count what its owner asks for, which was the document.
    private static readonly CallLimits Unlimited = new()
    {
        RequestsPerMinute = CallLimits.None,
        RequestsPerDay = CallLimits.None,
        TokensPerMinute = CallLimits.None,
        ConcurrentCalls = CallLimits.None,
    };

    /// <summary>A picture's or film's description.</summary>
    /// <param name="path">A file of this machine.</param>
    public async ValueTask<DocumentReading> DescribeAsync(DocumentSource source, string path, CancellationToken cancellationToken)
    {
        var (type, error) = await CheckAsync(path, source.Kind == DocumentKind.Image ? "image/" : "video/", LongestSeen, cancellationToken);
        if (type is null)
        {
            return error!;
        }

        if (CallerOf(source) is not { } caller)
        {
            return KeyGone;
        }

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        ContentPart seen = source.Kind == DocumentKind.Image
            ? new ImagePart { Data = bytes, MediaType = type }
            : new FilePart(bytes, type, $"film.{MediaTypes.Extension(type)}");
        var now = settings();
        var prompt = string.IsNullOrWhiteSpace(source.Prompt) ? DefaultPrompt : source.Prompt;
        var request = new ChatRequest
        {
            Model = source.Model ?? now.Knowledge.VisionModel,
            Messages = [new ChatMessage(ChatRole.User, [new TextPart(prompt), seen])],
        };
        var result = await gateway.CompleteAsync(new ChatCall(now, Dialect, caller, request, time.GetTimestamp()), cancellationToken);
        return result.Response is { } answer ? Reading(answer.Text, "The model had nothing to say about it.") : result.Error!;
    }

    /// <summary>What is said in a recording.</summary>
    /// <param name="path">A file of this machine.</param>
    public async ValueTask<DocumentReading> TranscribeAsync(DocumentSource source, string path, CancellationToken cancellationToken)
    {
        // A film has sound, too, and providers take it.
        var (type, error) = await CheckAsync(path, "audio/", settings().Knowledge.MaxFileBytes, cancellationToken);
        if (type is null)
        {
            return error!;
        }

        if (CallerOf(source) is not { } caller)
        {
            return KeyGone;
        }

        var now = settings();
        (var transcriber, error) = chooseTranscriber(now, caller, source.Model ?? source.Project.SpeechToTextProvider);
        if (transcriber is null)
        {
            return error!;
        }

        var result = await transcription.TranscribeAsync(now, transcriber.Value, path, $"recording.{MediaTypes.Extension(type)}", cancellationToken);
        return result.Text is { } text ? Reading(text, "No speech was found in the file.") : result.Error!;
    }

    private static DocumentReading Reading(string text, string empty) => string.IsNullOrWhiteSpace(text)
        ? new GatewayError(ErrorKind.InvalidRequest, empty)
        : new DocumentText([new Section(text.Trim())]);

    private Caller? CallerOf(DocumentSource source) => findCaller(source.KeyId) is { } caller ? caller with { Limits = Unlimited } : null;

    /// <summary>The media type by the file's first bytes, or why it is not taken.</summary>
    /// <param name="family"><c>image/</c>, <c>video/</c> or <c>audio/</c>; for sound a film will do.</param>
    private static async ValueTask<(string? Type, GatewayError? Error)> CheckAsync(string path, string family, long maxBytes, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        if (file.Length > maxBytes)
        {
            return (null, new GatewayError(ErrorKind.InvalidRequest, string.Create(
                CultureInfo.InvariantCulture, $"The file is longer than {maxBytes / (1024 * 1024)} MiB, the most that a model is given.")));
        }

        var start = new byte[MediaTypes.SignatureLength];
        var length = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        var type = MediaTypes.Sniff(start.AsSpan(0, length));
        return type is not null && (type.StartsWith(family, StringComparison.Ordinal) || (family == "audio/" && type.StartsWith("video/", StringComparison.Ordinal)))
            ? (type, null)
            : (null, new GatewayError(ErrorKind.InvalidRequest, Mismatch(family, length == 0 ? "empty" : type is null ? null : MediaTypes.Describe(type))));
    }

    private static string Mismatch(string family, string? found)
    {
        var wanted = family switch
        {
            "image/" => "a picture that is known (jpg, png, webp, heic, heif)",
            "video/" => "a film that is known (mp4, mov, mpeg, avi, flv, webm, wmv, 3gpp)",
            _ => "a recording that is known (mp3, wav, m4a, ogg, flac, aac, webm, mp4)",
        };
        return $"The file is not {wanted}{(found is null ? "" : $"; it is {found}")}.";
    }
}
