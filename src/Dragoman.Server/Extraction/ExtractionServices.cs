using Dragoman.Configuration;
using Dragoman.Http;
using Dragoman.Keys;
using Dragoman.Pipeline;
using Dragoman.Server.Knowledge;

namespace Dragoman.Server.Extraction;

/// <summary>Puts the reader of documents together.</summary>
internal static class ExtractionServices
{
    /// <param name="folder">For what is fetched, until it is read; there already.</param>
    /// <param name="chooseTranscriber">Leads a caller's word for a provider to a model.</param>
    /// <param name="guard">Judges what is fetched and what pages fetch; by default nobody is trusted, whatever providers are configured.</param>
    public static IServiceCollection AddDocumentReader(
        this IServiceCollection services, string folder, TranscriberChoice chooseTranscriber, EgressGuard? guard = null)
    {
        var (network, judge) = (new SystemNetwork(), guard ?? new EgressGuard());
        services.AddSingleton<Extractor>();
        services.AddSingleton(provider => new Browser(
            network, judge, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Browser>>()));
        services.AddSingleton(provider => new SourceFetcher(
            new GuardedFetcher(network, provider.GetRequiredService<TimeProvider>()), judge, () => MaxFileBytes(provider)));
        services.AddSingleton(provider => new MediaReader(
            provider.GetRequiredService<IChatGateway>(),
            provider.GetRequiredService<ITranscription>(),
            chooseTranscriber,
            provider.GetRequiredService<KeyRing>().FindById,
            () => provider.GetRequiredService<SnapshotSource>().Current,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IDocumentReader>(provider => new DocumentReader(
            provider.GetRequiredService<SourceFetcher>(),
            provider.GetRequiredService<Browser>(),
            provider.GetRequiredService<Extractor>(),
            provider.GetRequiredService<MediaReader>(),
            folder,
            () => MaxFileBytes(provider)));
        return services;
    }

    private static long MaxFileBytes(IServiceProvider provider) => provider.GetRequiredService<SnapshotSource>().Current.Knowledge.MaxFileBytes;
}
