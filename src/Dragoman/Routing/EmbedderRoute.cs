using Dragoman.Model;
using Dragoman.Providers;

namespace Dragoman.Routing;

/// <summary>
/// Leads a caller's word for a provider of embeddings to a model. Test keys, which must cost nothing, and gateways without any provider get the starter's
/// embedder.
/// </summary>
public static class EmbedderRoute
{
    /// <summary>The model, or an error that says what to set.</summary>
    /// <param name="provider">The caller's word: <c>openai</c>, <c>cohere</c>, <c>google</c>, <c>mistral</c>, <c>jina</c>, <c>starter</c>.</param>
    public static (ModelReference? Embedder, GatewayError? Error) Resolve(GatewaySnapshot snapshot, Caller caller, string provider)
    {
        if (!caller.IsLive || provider == Vendors.Starter)
        {
            return (new ModelReference(Vendors.Starter, Vendors.StarterEmbedder), null);
        }

        if (snapshot.Knowledge.Embedders.TryGetValue(provider, out var chosen))
        {
            return (chosen, null);
        }

        return snapshot.HasProvider
            ? (null, new GatewayError(ErrorKind.ModelNotConfigured, $"No configured provider makes embeddings for {provider}."))
            : (new ModelReference(Vendors.Starter, Vendors.StarterEmbedder), null);
    }
}
