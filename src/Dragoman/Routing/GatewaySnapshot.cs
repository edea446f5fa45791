using System.Collections.Concurrent;
using System.Collections.Frozen;
using Dragoman.Providers;

namespace Dragoman.Routing;

/// <summary>
/// Everything that the settings say, compiled and immutable. A call takes one snapshot at its start and keeps it to its end; a change of the
/// settings makes another.
/// </summary>
public sealed class GatewaySnapshot
{
    /// <summary>Configured providers by name.</summary>
    public required FrozenDictionary<string, ProviderSnapshot> Providers
    {
        get;
        init
        {
            field = value;
            HasProvider = value.Values.Any(provider => provider.Wire is not null);
            HasImageProvider = value.Values.Any(provider => provider.ImageWire is not null);
        }
    }

    /// <summary>Whether a provider chats. One that has only embeddings, say, takes no question from the starter engine.</summary>
    public bool HasProvider { get; private init; }

    /// <summary>The same of pictures.</summary>
    public bool HasImageProvider { get; private init; }

    /// <summary>The starter engine; absent where it is switched off.</summary>
    public Deployment? Starter { get; init; }

    /// <summary>Composes pictures; absent where the starter engine is switched off.</summary>
    public Deployment? Composer { get; init; }

    public required UpstreamLimits Upstream { get; init; }

    /// <summary>The longest body of a call, in bytes.</summary>
    public int MaxRequestBodyBytes { get; init; }

    /// <summary>Each dialect's names, limits and choices, the operator's changes included.</summary>
    public FrozenDictionary<string, DialectSettings> Dialects { get; internal set; } = FrozenDictionary<string, DialectSettings>.Empty;

    /// <summary>The operator's own names (settings <c>Models</c>), for every dialect.</summary>
    public FrozenDictionary<string, RouteEntry> Aliases { get; internal set; } = FrozenDictionary<string, RouteEntry>.Empty;

    /// <summary>The same names, as far as they are models of pictures.</summary>
    public FrozenDictionary<string, RouteEntry> ImageAliases { get; internal set; } = FrozenDictionary<string, RouteEntry>.Empty;

    /// <summary>The model in this process that costs nothing; absent in a build without one.</summary>
    public Deployment? Sandbox { get; init; }

    /// <summary>Answers out of a request's passages, word for word; absent in a build without it.</summary>
    public Deployment? Extractive { get; init; }

    /// <summary>What is said of documents.</summary>
    public KnowledgeSettings Knowledge { get; init; } = new();

    /// <summary>What is said of published pictures.</summary>
    public ImageSettings Images { get; init; } = new();

    /// <summary>How callers see this server.</summary>
    public PublicSettings Public { get; init; } = new();

    /// <summary>What serves test keys, whatever model they ask for; by default the sandbox.</summary>
    public Route? TestRoute { get; internal set; }

    /// <summary>The deployment of a model; <c>null</c> where its provider is not configured, or has no models that chat.</summary>
    public Deployment? Deploy(ModelReference reference)
    {
        if (Providers.TryGetValue(reference.Provider, out var provider))
        {
            return provider.Deploy(reference.Model);
        }

        return reference.Provider switch
        {
            Vendors.Starter when reference.Model == Vendors.ExtractiveModel => Extractive,
            Vendors.Starter => Starter,
            Vendors.Sandbox => Sandbox,
            _ => null,
        };
    }

    /// <summary>The deployment of a model of pictures; <c>null</c> where its provider is not configured, or makes none.</summary>
    public Deployment? DeployImages(ModelReference reference) =>
        Providers.TryGetValue(reference.Provider, out var provider) ? provider.DeployImages(reference.Model)
        : reference.Provider == Vendors.Starter ? Composer
        : null;
}

/// <summary>A provider that the operator has configured.</summary>
/// <param name="Wire">What its models chat on; absent where none does.</param>
public sealed record ProviderSnapshot(string Name, Vendor Vendor, IChatProvider? Wire, Uri BaseUri, string? ApiKey)
{
    // Callers choose the names of models: what is kept has a bound.
    private const int MostKept = 256;

    private readonly ConcurrentDictionary<string, Deployment> _deployments = new(StringComparer.Ordinal);

    /// <summary>What its models make pictures on; absent where none does.</summary>
    public IImageProvider? ImageWire { get; init; }

    /// <summary>A model to chat with; <c>null</c> where the provider has none.</summary>
    public Deployment? Deploy(string model)
    {
        if (Wire is null)
        {
            return null;
        }

        if (_deployments.TryGetValue(model, out var known))
        {
            return known;
        }

        var deployment = new Deployment($"{Name}/{model}", Wire, Wire.Locate(Vendor, Name, BaseUri, model, ApiKey));
        if (_deployments.Count < MostKept)
        {
            _deployments.TryAdd(model, deployment);
        }

        return deployment;
    }

    /// <summary>A model that makes pictures; <c>null</c> where the provider has none.</summary>
    public Deployment? DeployImages(string model) => ImageWire is null
        ? null
        : new Deployment($"{Name}/{model}", null, ImageWire.Locate(Vendor, Name, BaseUri, model, ApiKey)) { Images = ImageWire };

    /// <summary>Never the credential.</summary>
    public override string ToString() => Name;
}

/// <summary>Bounds of every attempt at an upstream.</summary>
public sealed record UpstreamLimits
{
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Until a streamed answer's first byte.</summary>
    public TimeSpan FirstByteTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Between two pieces of an answer.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For the whole attempt.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>How many deployments one call may try.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>The longest plain answer, in bytes.</summary>
    public int MaxResponseBytes { get; init; } = 64 * 1024 * 1024;
}
