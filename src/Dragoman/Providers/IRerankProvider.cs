using System.Buffers;
using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>The wire on which upstreams weigh passages by how well they answer a question. Pure.</summary>
public interface IRerankProvider : IAnswerReader<RerankAnswer>
{
    UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey);

    void WriteBody(string question, IReadOnlyList<string> passages, UpstreamTarget target, IBufferWriter<byte> body);
}

/// <param name="Scores">Passages that the upstream weighed, by their place in the call: not yet counted.</param>
public readonly record struct RerankAnswer(IReadOnlyList<PassageScore>? Scores, GatewayError? Error = null) : IUpstreamAnswer;

public readonly record struct PassageScore(int Index, double Score);
