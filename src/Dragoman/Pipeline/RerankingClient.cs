using System.Globalization;
using Dragoman.Http;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

internal sealed class RerankingClient(UpstreamClient upstream, IRerankProvider wire, TimeProvider time) : IReranking
{
    private readonly Retries _retries = new(time);

    public async ValueTask<RerankResult> RerankAsync(
        GatewaySnapshot settings, ModelReference reranker, string question, IReadOnlyList<string> passages, CancellationToken cancellationToken)
    {
        var (provider, error) = OfferRoute.Reranking.Find(settings, reranker);
        if (provider is null)
        {
            return new RerankResult(null, error);
        }

        if (passages.Count == 0)
        {
            return new RerankResult([], null);
        }

        var target = wire.Locate(provider.Vendor, provider.Name, provider.BaseUri, reranker.Model, provider.ApiKey);
        using var body = new PooledBuffer();
        wire.WriteBody(question, passages, target, body);
        (var answer, error) = await _retries.RunAsync(
            limits => upstream.SendAsync(wire, target, UpstreamClient.JsonContent(body), limits, cancellationToken),
            settings.Upstream,
            Patience.OfCaller,
            cancellationToken);
        return error is null ? InOrder(answer.Scores!, passages.Count, target) : new RerankResult(null, error);
    }

    private static RerankResult InOrder(IReadOnlyList<PassageScore> weighed, int count, UpstreamTarget target)
    {
        var scores = new double[count];
        Array.Fill(scores, double.NaN);
        foreach (var (index, score) in weighed)
        {
            if (index >= 0 && index < count)
            {
                scores[index] = Math.Clamp(score, 0, 1); // Some models give a little more or less.
            }
        }

        return Array.Exists(scores, double.IsNaN)
            ? new RerankResult(null, UpstreamErrors.Misread(string.Create(CultureInfo.InvariantCulture, $"It did not weigh each of {count} passages."), target))
            : new RerankResult(scores, null);
    }
}
