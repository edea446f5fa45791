using System.Collections.Frozen;
using Dragoman.Providers;
using Dragoman.Routing;
using Microsoft.Extensions.Configuration;

namespace Dragoman.Configuration;

/// <summary>Section <c>Knowledge</c>: what works on documents, and how large they may be.</summary>
internal sealed class KnowledgeSection(IConfigurationSection section, FrozenDictionary<string, ProviderSnapshot> providers, List<string> mistakes)
{
    private static readonly string[] Known =
        ["Embedders", "Transcribers", "Reranker", "VisionModel", "MaxFileBytes", "MaxChunksPerDocument", "AddWaitSeconds"];

    public KnowledgeSettings Read()
    {
        var reader = new SettingsReader(section, mistakes);
        reader.RefuseOthers(Known);
        reader.RefuseValue(Known);
        var standard = new KnowledgeSettings();
        return new KnowledgeSettings
        {
            Embedders = Table("Embedders", OfferRoute.Embeddings),
            Transcribers = Table("Transcribers", OfferRoute.Transcription),
            Reranker = reader.Text("Reranker") is { } reranker ? Model($"{section.Path}:Reranker", reranker, OfferRoute.Reranking) : null,
            VisionModel = reader.Choice("VisionModel", []) ?? standard.VisionModel,
            MaxFileBytes = reader.Number("MaxFileBytes", 1024, 1 << 30) ?? standard.MaxFileBytes,
            MaxChunksPerDocument = reader.Number("MaxChunksPerDocument", 1, 1_000_000) ?? standard.MaxChunksPerDocument,
            AddWait = reader.Number("AddWaitSeconds", 0, 600) is { } seconds ? TimeSpan.FromSeconds(seconds) : standard.AddWait,
        };
    }

    /// <summary>A caller's word for a provider, and the model that does its work.</summary>
    private FrozenDictionary<string, ModelReference> Table(string name, OfferRoute work)
    {
        var words = Vendors.All.Where(vendor => work.OfferOf(vendor) is not null).Select(vendor => vendor.Name).Union(providers.Keys, StringComparer.OrdinalIgnoreCase).ToList();
        var table = new Dictionary<string, ModelReference>(StringComparer.OrdinalIgnoreCase);
        var written = section.GetSection(name);
        new SettingsReader(written, mistakes).RefuseValue(["a provider's name"]);
        foreach (var entry in written.GetChildren())
        {
            if (!words.Contains(entry.Key, StringComparer.OrdinalIgnoreCase))
            {
                mistakes.Add($"{entry.Path}: no caller can ask for it. {Hint(entry.Key, words)}");
            }
            else if (Model(entry.Path, entry.Value, work) is { } model)
            {
                table[entry.Key] = model;
            }
        }

        return table.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private ModelReference? Model(string path, string? text, OfferRoute work)
    {
        if (!ModelReference.TryParse(text, out var model))
        {
            mistakes.Add($"{path}: '{text}' is not of the form provider/model.");
            return null;
        }

        var vendor = providers.TryGetValue(model.Provider, out var provider) ? provider.Vendor : Vendors.Find(model.Provider);
        var mistake = vendor switch
        {
            null => $"there is no provider '{model.Provider}'. {Hint(model.Provider, [.. Vendors.All.Select(known => known.Name), .. providers.Keys])}",
            _ when work.OfferOf(vendor) is null => $"{vendor.DisplayName} has no model that {work.Work}.",
            { Name: Vendors.Starter } when model.Model != Vendors.StarterEmbedder => $"the starter has one embedder, {Vendors.Starter}/{Vendors.StarterEmbedder}.",
            _ => null,
        };
        if (mistake is null)
        {
            return model;
        }

        mistakes.Add($"{path}: {mistake}");
        return null;
    }

    private static string Hint(string name, IReadOnlyCollection<string> known) => NearMatches.Find(name, known) is { Count: > 0 } near
        ? $"Did you mean {string.Join(", ", near)}?"
        : $"Known: {string.Join(", ", known.Distinct(StringComparer.OrdinalIgnoreCase))}.";
}
