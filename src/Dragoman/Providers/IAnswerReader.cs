using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>Reads what upstreams answer by one wire. Pure.</summary>
public interface IAnswerReader<TAnswer>
    where TAnswer : struct, IUpstreamAnswer
{
    /// <summary>Reads the body of a 2xx answer to a plain call.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not the answer that this wire promises.</exception>
    TAnswer ReadResponse(ReadOnlySpan<byte> body);

    /// <summary>
    /// Reads the body of an answer that is not 2xx, which may be anything at all. The message is the upstream's own, as it came;
    /// the pipeline names the provider, adds the remedy and takes out secrets.
    /// </summary>
    GatewayError ReadError(int status, ReadOnlySpan<byte> body);
}

/// <summary>What a 2xx body held: an answer, or an error told under status 200.</summary>
public interface IUpstreamAnswer
{
    GatewayError? Error { get; }
}
