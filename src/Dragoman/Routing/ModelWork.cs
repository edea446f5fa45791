using System.Collections.Frozen;
using Dragoman.Model;
using Dragoman.Providers;

namespace Dragoman.Routing;

/// <summary>A kind of work that models are called for by their names: the tables that hold those names, and what serves them.</summary>
/// <param name="Does">What its models do, after "models that".</param>
/// <param name="NamesSetting">Of a dialect, where the operator leads its names to other models.</param>
internal sealed record ModelWork(string Does, string NamesSetting)
{
    public static ModelWork Chat { get; } = new("chat", "Models")
    {
        RoutesOf = settings => settings.Routes,
        AliasesOf = snapshot => snapshot.Aliases,
        Deploy = (snapshot, reference) => snapshot.Deploy(reference),
        HasProvider = snapshot => snapshot.HasProvider,
        StarterOf = snapshot => snapshot.Starter,
        TestsOf = snapshot => snapshot.TestRoute,
        IsServedBy = vendor => vendor.Wire != WireFormat.None,
        VendorOf = Vendors.ByModel,
        NoProvider = "No provider is configured",
        NoTests = "No model serves test keys: the provider that setting TestMode:Model names is not configured.",
        HowToConfigure = "The operator sets one with an API key, OPENAI_API_KEY or ANTHROPIC_API_KEY for example.",
    };

    public static ModelWork Images { get; } = new("make pictures", "ImageModels")
    {
        RoutesOf = settings => settings.ImageRoutes,
        AliasesOf = snapshot => snapshot.ImageAliases,
        Deploy = (snapshot, reference) => snapshot.DeployImages(reference),
        HasProvider = snapshot => snapshot.HasImageProvider,
        StarterOf = snapshot => snapshot.Composer,
        TestsOf = snapshot => snapshot.Composer is { } composer ? new Route("", [composer]) : null,
        IsServedBy = vendor => vendor.Images is not null,
        VendorOf = Vendors.ByImageModel,
        NoProvider = "No provider that makes pictures is configured",
        NoTests = $"Test keys have their pictures from the starter engine. {Router.StarterIsOff}",
        HowToConfigure = "The operator sets one with an API key, OPENAI_API_KEY or TOGETHER_API_KEY for example.",
    };

    public required Func<DialectSettings, FrozenDictionary<string, RouteEntry>> RoutesOf { get; init; }

    public required Func<GatewaySnapshot, FrozenDictionary<string, RouteEntry>> AliasesOf { get; init; }

    /// <summary>The deployment of a model; <c>null</c> where its provider is not configured, or has no models for it.</summary>
    public required Func<GatewaySnapshot, ModelReference, Deployment?> Deploy { get; init; }

    /// <summary>Whether a configured provider does the work; where none does, the starter serves any name.</summary>
    public required Func<GatewaySnapshot, bool> HasProvider { get; init; }

    public required Func<GatewaySnapshot, Deployment?> StarterOf { get; init; }

    /// <summary>What serves test keys.</summary>
    public required Func<GatewaySnapshot, Route?> TestsOf { get; init; }

    public required Func<Vendor, bool> IsServedBy { get; init; }

    /// <summary>The vendor whose model a bare name is known to be.</summary>
    public required Func<string, Vendor?> VendorOf { get; init; }

    /// <summary>The beginning of a sentence.</summary>
    public required string NoProvider { get; init; }

    public required string NoTests { get; init; }

    public required string HowToConfigure { get; init; }
}
