using Dragoman.Configuration;
using Dragoman.Knowledge;
using Dragoman.Pipeline;
using Dragoman.Server.Storage;

namespace Dragoman.Server.Knowledge;

internal static class KnowledgeParts
{
    /// <summary>
    /// Projects, documents and their search. Besides a <see cref="Database"/> it wants an <see cref="IDocumentReader"/> and an <see cref="IEmbeddings"/>.
    /// </summary>
    public static IServiceCollection AddKnowledge(this IServiceCollection services, string dataDirectory)
    {
        services.AddSingleton(_ => new KnowledgeDirectory(dataDirectory));
        services.AddSingleton(provider => new ChunkIndex(provider.GetRequiredService<KnowledgeDirectory>()));
        services.AddSingleton<IChunkIndex>(provider => provider.GetRequiredService<ChunkIndex>());
        services.AddSingleton<ProjectCache>();
        services.AddSingleton<IngestQueue>();
        services.AddSingleton<Erasure>();
        services.AddSingleton<IProjectStore, ProjectStore>();
        services.AddSingleton<IDocumentStore, DocumentStore>();
        services.AddSingleton(provider => new Ingestion(
            provider.GetRequiredService<Database>(),
            provider.GetRequiredService<KnowledgeDirectory>(),
            provider.GetRequiredService<ChunkIndex>(),
            provider.GetRequiredService<ProjectCache>(),
            provider.GetRequiredService<IDocumentReader>(),
            Chunker.Cut,
            provider.GetRequiredService<IEmbeddings>(),
            () => provider.GetRequiredService<SnapshotSource>().Current));
        services.AddHostedService<IngestWorker>();
        return services;
    }
}
