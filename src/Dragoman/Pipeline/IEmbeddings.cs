using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <summary>Turns texts into vectors, at whichever provider has the model.</summary>
internal interface IEmbeddings
{
    /// <summary>One vector of unit length a text, in their order. Splits into as many requests as the provider wants, and tries again what may go away.</summary>
    /// <param name="embedder">As <see cref="EmbedderRoute.Resolve"/> gave it.</param>
    ValueTask<EmbeddingResult> EmbedAsync(
        GatewaySnapshot settings, ModelReference embedder, EmbeddingPurpose purpose, IReadOnlyList<string> texts, CancellationToken cancellationToken);
}

internal readonly record struct EmbeddingResult(IReadOnlyList<float[]>? Vectors, GatewayError? Error)
{
    public Usage Usage { get; init; }
}

/// <summary>Weighs passages by how well they answer a question, at a configured provider.</summary>
internal interface IReranking
{
    /// <summary>A score from 0 to 1 for each passage, in their order.</summary>
    ValueTask<RerankResult> RerankAsync(
        GatewaySnapshot settings, ModelReference reranker, string question, IReadOnlyList<string> passages, CancellationToken cancellationToken);
}

internal readonly record struct RerankResult(IReadOnlyList<double>? Scores, GatewayError? Error);

/// <summary>Writes down speech, at a configured provider.</summary>
internal interface ITranscription
{
    /// <param name="path">A file of this machine.</param>
    /// <param name="fileName">By its ending the provider knows the container format.</param>
    ValueTask<TranscriptionResult> TranscribeAsync(
        GatewaySnapshot settings, ModelReference transcriber, string path, string fileName, CancellationToken cancellationToken);
}

internal readonly record struct TranscriptionResult(string? Text, GatewayError? Error);
