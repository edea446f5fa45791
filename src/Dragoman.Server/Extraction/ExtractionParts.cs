using Dragoman.Configuration;
using Dragoman.Http;
using Dragoman.Keys;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Dragoman.Server.Knowledge;

namespace Dragoman.Server.Extraction;

internal static class ExtractionParts
{
    /// <summary>What reads documents. It fetches from the public internet and nowhere else: no provider of the operator's is a source of documents.</summary>
    public static IServiceCollection AddExtraction(this IServiceCollection services)
    {
        services.AddSingleton(new EgressGuard());
        services.AddSingleton<GuardedFetcher>();
        services.AddSingleton<Browser>();
        services.AddSingleton<Extractor>();
        services.AddSingleton<IDocumentReader>(provider =>
        {
            var snapshots = provider.GetRequiredService<SnapshotSource>();
            long MaxBytes() => snapshots.Current.Knowledge.MaxFileBytes;
            return new DocumentReader(
                new SourceFetcher(provider.GetRequiredService<GuardedFetcher>(), provider.GetRequiredService<EgressGuard>(), MaxBytes),
                provider.GetRequiredService<Browser>(),
                provider.GetRequiredService<Extractor>(),
                new MediaReader(
                    provider.GetRequiredService<IChatGateway>(),
                    provider.GetRequiredService<ITranscription>(),
                    TranscriberRoute.Resolve,
                    provider.GetRequiredService<KeyRing>().FindById,
                    () => snapshots.Current,
                    provider.GetRequiredService<TimeProvider>()),
                provider.GetRequiredService<KnowledgeDirectory>().Uploads,
                MaxBytes);
        });
        return services;
    }
}
