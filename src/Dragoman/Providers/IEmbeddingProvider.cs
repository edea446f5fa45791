using System.Buffers;
using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>A wire on which upstreams turn texts into vectors. Pure, as <see cref="IChatProvider"/> is.</summary>
public interface IEmbeddingProvider : IAnswerReader<EmbeddingAnswer>
{
    EmbeddingFormat Format { get; }

    /// <summary>Where a model's calls are sent, and the headers (credential included) that go with them.</summary>
    UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey);

    /// <param name="texts">No more than the vendor takes at once.</param>
    void WriteBody(IReadOnlyList<string> texts, EmbeddingPurpose purpose, UpstreamTarget target, IBufferWriter<byte> body);
}

/// <param name="Vectors">In the order of the texts, as the upstream gave them: of any length, not yet normalised, not yet counted.</param>
/// <param name="InputTokens">Absent where the upstream counts none.</param>
public readonly record struct EmbeddingAnswer(IReadOnlyList<float[]>? Vectors, long? InputTokens, GatewayError? Error = null) : IUpstreamAnswer
{
    public static implicit operator EmbeddingAnswer(GatewayError error) => new(null, null, error);
}
