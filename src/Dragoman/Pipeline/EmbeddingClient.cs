using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <param name="engine">The starter's embedder; absent in a build without it.</param>
internal sealed class EmbeddingClient(UpstreamClient upstream, IEnumerable<IEmbeddingProvider> wires, TimeProvider time, IEmbeddingEngine? engine = null)
    : IEmbeddings
{
    /// <summary>Tells the starter's embedder that others go first.</summary>
    private static readonly KeyValuePair<string, string> Background = new("x-dragoman-priority", "background");

    private readonly Dictionary<EmbeddingFormat, IEmbeddingProvider> _wires = wires.ToDictionary(wire => wire.Format);
    private readonly Retries _retries = new(time);

    public async ValueTask<EmbeddingResult> EmbedAsync(
        GatewaySnapshot settings, ModelReference embedder, EmbeddingPurpose purpose, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var (place, error) = PlaceOf(settings, embedder, purpose);
        if (place is null)
        {
            return new EmbeddingResult(null, error);
        }

        var vectors = new List<float[]>(texts.Count);
        var tokens = 0L;
        var isEstimate = false;
        foreach (var batch in Batches(texts, place.Offer))
        {
            var dimensions = vectors.Count > 0 ? vectors[0].Length : 0;
            (var answer, error) = await _retries.RunAsync(
                limits => TryAsync(place, batch, purpose, dimensions, limits, cancellationToken), settings.Upstream, place.Patience, cancellationToken);
            if (error is not null)
            {
                return new EmbeddingResult(null, error);
            }

            vectors.AddRange(answer.Vectors!);
            tokens += answer.InputTokens ?? UsageEstimate.TokensOf(batch);
            isEstimate |= answer.InputTokens is null;
        }

        return new EmbeddingResult(vectors, null) { Usage = new Usage { InputTokens = tokens, IsEstimate = isEstimate } };
    }

    private async ValueTask<(EmbeddingAnswer Answer, GatewayError? Error)> TryAsync(
        Place place, string[] texts, EmbeddingPurpose purpose, int dimensions, UpstreamLimits limits, CancellationToken cancellationToken)
    {
        var (target, error) = place.Target is { } known ? (known, null) : await StarterAsync(place.Model, purpose, cancellationToken);
        if (target is null)
        {
            return (default, error);
        }

        var wire = _wires[place.Offer.Format];
        using var body = new PooledBuffer();
        wire.WriteBody(texts, purpose, target, body);
        (var answer, error) = await upstream.SendAsync(wire, target, UpstreamClient.JsonContent(body), limits, cancellationToken);
        error ??= UnitVectors.Normalize(answer.Vectors!, texts.Length, dimensions) is { } fault ? UpstreamErrors.Misread(fault, target) : null;
        return (answer, error);
    }

    private (Place? Place, GatewayError? Error) PlaceOf(GatewaySnapshot settings, ModelReference embedder, EmbeddingPurpose purpose)
    {
        if (embedder.Provider == Vendors.Starter)
        {
            return settings.Starter is null || engine is null
                ? (null, EmbedderRoute.StarterIsOff)
                : (new Place(
                    embedder.Model,
                    Vendors.Find(Vendors.Starter)!.Embeddings!,
                    null,
                    purpose is EmbeddingPurpose.Query ? Patience.OfCallerForStarter : Patience.OfBackgroundForStarter), null);
        }

        var (provider, error) = OfferRoute.Embeddings.Find(settings, embedder);
        if (provider is null)
        {
            return (null, error);
        }

        var offer = provider.Vendor.Embeddings!;
        var target = _wires[offer.Format].Locate(provider.Vendor, provider.Name, provider.BaseUri, embedder.Model, provider.ApiKey);
        return (new Place(embedder.Model, offer, target, purpose is EmbeddingPurpose.Query ? Patience.OfCaller : Patience.OfBackground), null);
    }

    /// <summary>Where the starter's embedder is now: it may be started again between two tries.</summary>
    private async ValueTask<(UpstreamTarget? Target, GatewayError? Error)> StarterAsync(string model, EmbeddingPurpose purpose, CancellationToken cancellationToken)
    {
        try
        {
            var (target, error) = await engine!.EnsureRunningAsync(cancellationToken);
            return (target is null ? null : target with
            {
                Model = model,

                // An engine tells where it chats: /v1/chat/completions.
                PlainUri = new Uri(target.PlainUri, "../embeddings"),
                Headers = purpose is EmbeddingPurpose.Document ? [.. target.Headers, Background] : target.Headers,
            }, error);
        }
        catch (OperationCanceledException)
        {
            return (null, new GatewayError(ErrorKind.Canceled, "The client went away.") { Provider = Vendors.Starter });
        }
    }

    /// <summary>As many texts at once as the vendor takes, in their order.</summary>
    private static IEnumerable<string[]> Batches(IReadOnlyList<string> texts, EmbeddingOffer offer)
    {
        var batch = new List<string>();
        var characters = 0L;
        foreach (var text in texts)
        {
            if (batch.Count > 0 && (batch.Count == offer.MaxTexts || characters + text.Length > offer.MaxCharacters))
            {
                yield return [.. batch];
                batch.Clear();
                characters = 0;
            }

            batch.Add(text);
            characters += text.Length;
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }

    /// <summary>Where a model embeds.</summary>
    /// <param name="Target">Absent for the starter's, whose address is known only once it runs.</param>
    private sealed record Place(string Model, EmbeddingOffer Offer, UpstreamTarget? Target, Patience Patience);
}
