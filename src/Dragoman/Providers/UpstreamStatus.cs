using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>What an upstream's HTTP status means by itself, where its body says nothing more exact.</summary>
public static class UpstreamStatus
{
    public static ErrorKind KindOf(int status) => status switch
    {
        401 or 403 => ErrorKind.UpstreamRejectedCredential,
        402 => ErrorKind.UpstreamQuotaExhausted,
        404 => ErrorKind.UpstreamModelNotFound,
        408 or 504 or 524 => ErrorKind.UpstreamTimeout,
        413 => ErrorKind.BodyTooLarge,
        429 => ErrorKind.UpstreamRateLimited,
        498 or 503 or 529 => ErrorKind.UpstreamOverloaded, // 498 is Groq's "no capacity", 529 Anthropic's "overloaded".
        >= 500 => ErrorKind.UpstreamFailed,
        >= 400 => ErrorKind.UpstreamRejectedRequest,
        _ => ErrorKind.UpstreamInvalidResponse,
    };
}
