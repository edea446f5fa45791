using Dragoman.Model;
using Dragoman.Providers;

namespace Dragoman.Routing;

/// <summary>
/// Leads a caller's word for a provider of embeddings to a model. Test keys, which must cost nothing, and gateways without any provider get the starter's
/// embedder.
/// </summary>
public static class EmbedderRoute
{
    internal static GatewayError StarterIsOff { get; } = new(ErrorKind.ModelNotConfigured, $"No model makes embeddings. {Router.StarterIsOff}");

    /// <summary>The model, or an error that says what to set.</summary>
    /// <param name="provider">The caller's word: <c>openai</c>, <c>cohere</c>, <c>google</c>, <c>mistral</c>, <c>jina</c>, <c>starter</c>.</param>
    public static (ModelReference? Embedder, GatewayError? Error) Resolve(GatewaySnapshot snapshot, Caller caller, string provider)
    {
        var isStarters = !caller.IsLive || provider == Vendors.Starter || snapshot.Providers.Count == 0;
        var (embedder, error) = isStarters
            ? (new ModelReference(Vendors.Starter, Vendors.StarterEmbedder), null)
            : OfferRoute.Embeddings.Resolve(snapshot, snapshot.Knowledge.Embedders, provider);
        return embedder is { Provider: Vendors.Starter } && snapshot.Starter is null
            ? (null, StarterIsOff)
            : (embedder, error);
    }
}
