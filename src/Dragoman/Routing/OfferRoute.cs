using System.Collections.Frozen;
using Dragoman.Model;
using Dragoman.Providers;

namespace Dragoman.Routing;

/// <summary>Leads a caller's word for a provider to the model that does one kind of work there, and a model to its provider.</summary>
/// <param name="Work">What the models do: <c>makes embeddings</c>.</param>
/// <param name="Setting">Where the operator says other than the table of vendors does.</param>
internal sealed record OfferRoute(string Work, string Setting, Func<Vendor, IVendorOffer?> OfferOf)
{
    public static OfferRoute Embeddings { get; } = new("makes embeddings", "Knowledge:Embedders", vendor => vendor.Embeddings);

    public static OfferRoute Transcription { get; } = new("writes down speech", "Knowledge:Transcribers", vendor => vendor.Transcription);

    public static OfferRoute Reranking { get; } = new("reranks", "Knowledge:Reranker", vendor => vendor.Reranking);

    /// <summary>The operator's model for the word, else the table's; or an error that says what to set.</summary>
    public (ModelReference? Model, GatewayError? Error) Resolve(GatewaySnapshot snapshot, FrozenDictionary<string, ModelReference> chosen, string provider)
    {
        if (chosen.TryGetValue(provider, out var model))
        {
            return model.Provider != Vendors.Starter && Find(snapshot, model) is { Error: { } missing } ? (null, missing) : (model, null);
        }

        if (snapshot.Providers.TryGetValue(provider, out var configured))
        {
            return OfferOf(configured.Vendor) switch
            {
                null => (null, NotConfigured($"{configured.Vendor.DisplayName} has no model that {Work}.")),
                { Model: { } usual } => (new ModelReference(configured.Name, usual), null),
                _ => (null, NotConfigured($"The operator must say which model of {configured.Name} {Work}, in setting {Setting}:{configured.Name}.")),
            };
        }

        var remedy = Vendors.Find(provider) is { } vendor && OfferOf(vendor) is { Model: not null }
            ? $"The operator must set {vendor.MainSetting}, or name another model in setting {Setting}:{vendor.Name}."
            : $"Providers that can be asked for: {string.Join(", ", Vendors.All.Where(known => OfferOf(known) is { Model: not null }).Select(known => known.Name))}.";
        return (null, NotConfigured($"No configured provider {Work} for {Router.Quote(provider)}. {remedy}"));
    }

    /// <summary>The provider of a model that was chosen before; an error where there is none any longer.</summary>
    public (ProviderSnapshot? Provider, GatewayError? Error) Find(GatewaySnapshot snapshot, ModelReference model)
    {
        if (!snapshot.Providers.TryGetValue(model.Provider, out var provider))
        {
            var remedy = Vendors.Find(model.Provider) is { } vendor
                ? $"The operator must set {vendor.MainSetting}."
                : $"The operator's settings have no provider named {model.Provider}.";
            return (null, NotConfigured($"No configured provider serves {model}, which {Work}. {remedy}"));
        }

        return OfferOf(provider.Vendor) is null
            ? (null, NotConfigured($"{provider.Vendor.DisplayName} has no model that {Work}."))
            : (provider, null);
    }

    private static GatewayError NotConfigured(string message) => new(ErrorKind.ModelNotConfigured, message);
}
