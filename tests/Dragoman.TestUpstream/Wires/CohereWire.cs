using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>What Cohere's calls have in common: the key as a bearer token, errors as <c>{"id","message"}</c>, https://docs.cohere.com/reference/errors</summary>
internal abstract class CohereWire : Wire
{
    public override UpstreamError NotJson => Invalid("invalid request: the body is not valid JSON");

    public override string? Key(RecordedRequest request) => BearerToken(request);

    public override UpstreamError? CheckKey(RecordedRequest request, Func<string, bool> accepted) => Key(request) switch
    {
        null or "" => new() { Kind = ErrorKind.Unauthorized, Message = "no api key supplied" },
        var key => accepted(key) ? null : new UpstreamError { Kind = ErrorKind.Unauthorized },
    };

    public override Rendered Error(WireKind kind, UpstreamError error, string model, string id)
    {
        var (status, message) = error.Kind switch
        {
            ErrorKind.InvalidRequest => (400, "invalid request"),
            ErrorKind.Unauthorized => (401, "invalid api token"),
            ErrorKind.ModelNotFound => (404, $"model '{model}' not found, make sure the correct model ID was used and that you have access to the model."),
            ErrorKind.RateLimited => (429,
                "You are using a Trial key, which is limited to 40 API calls / minute. You can continue to use the Trial key for free or upgrade to a "
                + "Production key with higher rate limits at 'https://dashboard.cohere.com/api-keys'."),
            ErrorKind.QuotaExceeded => (402, "Please add or update your payment method at https://dashboard.cohere.com/billing?tab=payment to continue"),
            ErrorKind.Overloaded => (503, "service unavailable"),
            ErrorKind.ContextTooLong => (400, "too many tokens: the total number of tokens in the request exceeds the limit."),
            _ => (500, "internal server error, this has been reported to our developers"),
        };
        return new(error.Status ?? status, "application/json", [new(Bytes(new JsonObject { ["id"] = id, ["message"] = error.Message ?? message }))]);
    }

    public override Frame ErrorFrame(WireKind kind, UpstreamError error, string model, string id) => Error(kind, error, model, id).Frames[0];

    public override Rendered Models(IReadOnlyList<string> models, string id) => Error(WireKind.None, new() { Status = 404, Message = "not found" }, "", id);

    protected static UpstreamError Invalid(string message) => new() { Kind = ErrorKind.InvalidRequest, Message = message };
}
