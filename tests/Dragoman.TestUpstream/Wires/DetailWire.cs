using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>An API whose errors are one sentence and whose key has a header of its own.</summary>
/// <param name="member">Of the error's body, with the sentence.</param>
internal abstract class DetailWire(string keyHeader, string member) : Wire
{
    public override UpstreamError NotJson => Invalid("The body could not be read.");

    public override string? Key(RecordedRequest request) => request.Header(keyHeader);

    public override UpstreamError? CheckKey(RecordedRequest request, Func<string, bool> accepted) =>
        Key(request) is { Length: > 0 } key && accepted(key) ? null : new UpstreamError { Kind = ErrorKind.Unauthorized };

    public override Rendered Error(WireKind kind, UpstreamError error, string model, string id)
    {
        var (status, message) = error.Kind switch
        {
            ErrorKind.InvalidRequest => (422, "Invalid request"),
            ErrorKind.Unauthorized => (401, "Not authenticated"),
            ErrorKind.ModelNotFound => (404, "Not Found"),
            ErrorKind.RateLimited => (429, "Too many requests"),
            ErrorKind.QuotaExceeded => (402, "Insufficient credits"),
            ErrorKind.Overloaded => (503, "Service unavailable"),
            _ => (500, "Internal server error"),
        };
        return new(error.Status ?? status, "application/json", [new(Bytes(new JsonObject { [member] = error.Message ?? message }))]);
    }

    public override Frame ErrorFrame(WireKind kind, UpstreamError error, string model, string id) => Error(kind, error, model, id).Frames[0];

    public override Rendered Models(IReadOnlyList<string> models, string id) => Error(WireKind.None, new() { Kind = ErrorKind.ModelNotFound }, "", id);

    protected static UpstreamError Invalid(string message) => new() { Kind = ErrorKind.InvalidRequest, Message = message };
}
