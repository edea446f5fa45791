using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>
/// OpenAI's transcription, https://platform.openai.com/docs/api-reference/audio/createTranscription. It hears nothing: without a script it says what
/// file it got, <c>You said: recording.mp3, 1234 bytes</c>.
/// </summary>
internal sealed class TranscriptionWire() : BesideWire(new OpenAIWire())
{
    const int MostBytes = 25 << 20;

    static readonly string[] s_formats = ["flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm"];

    static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        "chunking_strategy", "file", "include", "language", "model", "prompt", "response_format", "stream", "temperature", "timestamp_granularities",
    };

    public override string ContentType => Forms.ContentType;

    public override UpstreamError NotJson => OpenAIErrors.Invalid("Could not parse multipart form");

    /// <summary>The form as an object; the file as its name and length.</summary>
    public override JsonElement? BodyOf(RecordedRequest request) => Forms.Read(request);

    public override Ask Read(RecordedRequest request, JsonElement body) => new(request.Wire, body.Get("model").Text() ?? "")
    {
        LastUserText = $"{body.Get("file").Get("name").Text()}, {body.Get("file").Get("bytes").Int()} bytes",
    };

    public override UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings)
    {
        findings.Unknown(body, "", s_known);
        if (string.IsNullOrEmpty(body.Get("model").Text()))
        {
            findings.Note("model", "missing");
            return OpenAIErrors.Invalid("you must provide a model parameter");
        }

        if (body.Get("file").Get("name").Text() is not { } name)
        {
            findings.Note("file", "missing");
            return OpenAIErrors.Invalid("[{'type': 'missing', 'loc': ('body', 'file'), 'msg': 'Field required', 'input': None}]");
        }

        if (!s_formats.Contains(Path.GetExtension(name).TrimStart('.')))
        {
            findings.Note("file", "format");
            return OpenAIErrors.Invalid($"Invalid file format. Supported formats: [{string.Join(", ", s_formats.Select(format => $"'{format}'"))}]", "file");
        }

        return body.Get("file").Get("bytes").Int() <= MostBytes ? null : new UpstreamError
        {
            Status = 413, Type = "server_error", Code = "",
            Message = $"413: Maximum content size limit ({MostBytes}) exceeded ({request.Body.Length} bytes read)",
        };
    }

    public override Rendered Plain(Turn turn) => new(
        200,
        "application/json",
        [
            new(Bytes(new JsonObject
            {
                ["text"] = turn.Choices[0].Text ?? "",
                ["usage"] = new JsonObject { ["type"] = "duration", ["seconds"] = 3 },
            })),
        ]) { Headers = OpenAIWire.Headers(WireKind.OpenAI, turn.Id) };
}
