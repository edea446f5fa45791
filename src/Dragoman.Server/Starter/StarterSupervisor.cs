using Dragoman.Configuration;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Server.Starter;

/// <summary>Keeps the engine of the language model.</summary>
internal sealed class StarterSupervisor(
    StarterOptions options, StarterParts parts, IEnumerable<IChatProvider> wires, IServiceProvider services, TimeProvider time, ILoggerFactory logs)
    : EngineSupervisor(Profile(options, parts), parts, options.Fetch, wires, time, logs)
{
    /// <summary>A sentence for the welcome where parts are missing; else empty.</summary>
    public string Note => HasParts ? "" : Failure is { } failure
        ? $" But {failure}"
        : " Its parts are not on this machine yet and are being fetched with npm.";

    // The settings are read when the server starts and not when this is made: they need an engine themselves.
    protected override bool IsNeededAtOnce => IsNeededBy(services.GetRequiredService<SnapshotSource>().Current);

    /// <summary>With no provider every call will need the engine. Unless it is switched off.</summary>
    internal static bool IsNeededBy(GatewaySnapshot settings) => settings is { HasProvider: false, Starter: not null };

    private static EngineProfile Profile(StarterOptions options, StarterParts parts) => new()
    {
        Name = "starter engine",
        Model = options.ModelName,
        Parts = options.Model is null ? [parts.Native, parts.LanguageModel] : [parts.Native],
        Arguments =
        [
            "--native", parts.Native.Path, "--model", options.Model ?? parts.LanguageModel.Path, "--model-name", options.ModelName,
            .. EngineOption("--slots", options.Slots),
            .. EngineOption("--queue", options.Queue),
            .. EngineOption("--context", options.Context),
            .. EngineOption("--threads", options.Threads),
        ],
        Lacking = "No model can answer",
    };
}

/// <summary>Keeps the engine of the sentence embedder. It is started by the first call that wants vectors, and then runs until the server ends.</summary>
internal sealed class EmbedderSupervisor(
    StarterOptions options, StarterParts parts, IEnumerable<IChatProvider> wires, TimeProvider time, ILoggerFactory logs)
    : EngineSupervisor(Profile(options, parts), parts, options.Fetch, wires, time, logs), IEmbeddingEngine
{
    private static EngineProfile Profile(StarterOptions options, StarterParts parts) => new()
    {
        Name = "starter's embedder",
        Model = Vendors.StarterEmbedder,
        Parts = options.Embedder is null ? [parts.Native, parts.Embedder] : [parts.Native],
        Arguments =
        [
            "--native", parts.Native.Path, "--embedder", options.Embedder ?? parts.Embedder.Path, "--embedder-name", Vendors.StarterEmbedder,
            .. EngineOption("--embedder-threads", options.EmbedderThreads),
        ],
        Lacking = "No text can be turned into a vector",
    };
}

/// <summary>
/// Keeps the engine of pictures. It is started by the first call that has one to look at or wants one composed; what only composing needs is fetched while
/// it runs.
/// </summary>
internal sealed class PictureSupervisor(
    StarterOptions options, StarterParts parts, IEnumerable<IChatProvider> wires, TimeProvider time, ILoggerFactory logs)
    : EngineSupervisor(Profile(options, parts), parts, options.Fetch, wires, time, logs), IPictureEngine
{
    private static EngineProfile Profile(StarterOptions options, StarterParts parts) => new()
    {
        Name = "starter's picture engine",
        Model = Vendors.Composer,
        Parts = [parts.Vips],
        LaterParts = [parts.Native, parts.Embedder, parts.Art],
        Arguments =
        [
            "--vips", parts.Vips.Path, "--native", parts.Native.Path, "--embedder", parts.Embedder.Path,
            "--art", parts.Art.Drawings, "--art-index", parts.Art.Index,
            .. EngineOption("--picture-threads", options.PictureThreads),
        ],
        Lacking = "No picture can be had",
        Instead = "",
    };
}
