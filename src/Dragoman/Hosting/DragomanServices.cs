using Dragoman.Configuration;
using Dragoman.Diagnostics;
using Dragoman.Dialects;
using Dragoman.Dialects.AgentAI;
using Dragoman.Dialects.EdenAI;
using Dragoman.Dialects.Gainly;
using Dragoman.Http;
using Dragoman.Images;
using Dragoman.Knowledge;
using Dragoman.Pipeline;
using Dragoman.Policies.RateLimiting;
using Dragoman.Providers;
using Dragoman.Providers.Anthropic;
using Dragoman.Providers.BlackForestLabs;
using Dragoman.Providers.Cohere;
using Dragoman.Providers.Gemini;
using Dragoman.Providers.Ideogram;
using Dragoman.Providers.OpenAI;
using Dragoman.Providers.Sandbox;
using Dragoman.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Dragoman.Hosting;

/// <summary>Puts the gateway together: the one place that knows every slice.</summary>
public static class DragomanServices
{
    /// <summary>
    /// Registers the gateway. The host adds what is its own: <see cref="Keys.KeyRing"/>, <see cref="SettingsFiles"/> and, where it has one,
    /// the starter's <see cref="ILocalEngine"/>, <see cref="IEmbeddingEngine"/> and <see cref="IPictureEngine"/>, and the <see cref="IDarkroom"/> that
    /// providers' pictures need.
    /// </summary>
    /// <param name="environment">Reads a variable of the environment; vendors' keys are looked up there by their usual names.</param>
    public static IServiceCollection AddDragoman(this IServiceCollection services, Func<string, string?> environment)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IEgressNetwork, SystemNetwork>();
        services.AddMetrics();

        // The wires that upstreams speak.
        services.AddSingleton<IChatProvider, OpenAIProvider>();
        services.AddSingleton<IChatProvider, AnthropicProvider>();
        services.AddSingleton<IChatProvider, GeminiProvider>();
        services.AddSingleton<IEmbeddingProvider, OpenAIEmbeddings>();
        services.AddSingleton<IEmbeddingProvider, CohereEmbeddings>();
        services.AddSingleton<IEmbeddingProvider, GeminiEmbeddings>();
        services.AddSingleton<IRerankProvider, CohereRerank>();
        services.AddSingleton<ITranscriptionProvider, OpenAITranscription>();
        services.AddSingleton<IImageProvider, OpenAIImages>();
        services.AddSingleton<IImageProvider, FluxImages>();
        services.AddSingleton<IImageProvider, IdeogramImages>();
        services.AddSingleton<IImageProvider, GeminiImages>();

        // What answers test keys.
        services.AddSingleton<IBuiltInModel, SandboxModel>();

        // The dialects: an API, and its models, limits and choices for the settings to go over.
        services.AddSingleton<IDialect, AgentAIDialect>().AddSingleton(AgentAIDialect.Definition);
        services.AddSingleton<IDialect, GainlyDialect>().AddSingleton(GainlyDialect.Definition);
        services.AddSingleton(provider =>
        {
            var snapshots = provider.GetRequiredService<SnapshotSource>();
            return new DialectServices(
                provider.GetRequiredService<IChatGateway>(),
                () => snapshots.Current,
                provider.GetRequiredService<IRateLimits>(),
                provider.GetRequiredService<TimeProvider>())
            {
                Images = provider.GetService<IDarkroom>() is { } darkroom && provider.GetService<IImagePublisher>() is { } publisher
                    ? new ImageServices(provider.GetRequiredService<IImageGateway>(), new ImagePublication(darkroom, publisher, () => snapshots.Current, provider.GetRequiredService<TimeProvider>()))
                    : null,
            };
        });

        services.AddSingleton<DeploymentHealth>();
        services.AddSingleton(provider => new SnapshotCompiler(
            provider.GetServices<IChatProvider>(),
            provider.GetServices<DialectDefinition>(),
            provider.GetService<ILocalEngine>(),
            provider.GetServices<IBuiltInModel>(),
            provider.GetServices<IImageProvider>(),
            provider.GetService<IPictureEngine>()));
        services.AddSingleton(provider => new SnapshotSource(
            provider.GetRequiredService<SettingsFiles>(),
            provider.GetRequiredService<SnapshotCompiler>(),
            environment,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SnapshotSource>>()));

        // The transport is made with the first call: the first snapshot holds the built-in models, and these may call upstreams themselves.
        services.AddSingleton(provider => new UpstreamClient(
            new Lazy<HttpMessageInvoker>(() => UpstreamClient.CreateTransport(provider.GetRequiredService<SnapshotSource>().Current.Upstream.ConnectTimeout)),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IEmbeddings, EmbeddingClient>();
        services.AddSingleton<IReranking, RerankingClient>();
        services.AddSingleton<ITranscription, TranscriptionClient>();
        services.AddSingleton<CallMetrics>();
        services.AddSingleton<RateLimitPolicy>();
        services.AddSingleton<IRateLimits>(provider => provider.GetRequiredService<RateLimitPolicy>());
        services.AddSingleton<IChatGateway>(provider => new ChatGateway(
            Policies(provider),
            provider.GetRequiredService<UpstreamClient>(),
            new ImageInliner(provider.GetRequiredService<IEgressNetwork>(), provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<DeploymentHealth>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IImageGateway>(provider => new ImageGateway(
            Policies(provider),
            new ImageClient(
                provider.GetRequiredService<UpstreamClient>(),
                provider.GetRequiredService<IEgressNetwork>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetService<IDarkroom>()),
            provider.GetRequiredService<DeploymentHealth>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>
    /// Registers what stands on documents: search, answers out of them, the dialect that has them. The host adds where they are kept:
    /// <see cref="IProjectStore"/>, <see cref="IDocumentStore"/> and <see cref="IChunkIndex"/>.
    /// </summary>
    public static IServiceCollection AddDragomanDocuments(this IServiceCollection services)
    {
        services.AddSingleton<IRetrieval, Retriever>();
        services.AddSingleton<KnowledgeServices>();
        services.AddSingleton<IDialect, EdenAIDialect>().AddSingleton(EdenAIDialect.Definition);

        // What answers out of documents where no provider is configured.
        services.AddSingleton<IBuiltInModel>(provider => new ExtractiveModel(
            provider.GetRequiredService<IEmbeddings>(), () => provider.GetRequiredService<SnapshotSource>().Current));
        return services;
    }

    /// <summary>The policies in the order in which they admit; they settle in reverse.</summary>
    private static IPolicy[] Policies(IServiceProvider provider) =>
    [
        provider.GetRequiredService<CallMetrics>(),
        provider.GetRequiredService<RateLimitPolicy>(),
    ];
}
