using Dragoman.Model;
using Dragoman.Providers;

namespace Dragoman.Routing;

/// <summary>
/// Leads a model name to deployments, by one snapshot and these rules in order: the dialect's names, the operator's aliases,
/// <c>provider/model</c> of a configured provider, a name whose beginning tells its vendor. With no provider configured at all the starter
/// engine serves every name but those that the operator leads to a model of this machine. A test key's call goes to what serves test keys, whatever it
/// asks for. Where the starter engine would serve any name, a request that stands on documents is answered out of them, word for word
/// (<see cref="GatewaySnapshot.Extractive"/>), which is right more often.
/// </summary>
public static class Router
{
    // Names reach headers, logs and addresses; no model's is nearly as long.
    private const int LongestName = 256;

    /// <summary>The route, or an error that says what to ask for or to set.</summary>
    /// <param name="isGrounded">The request has <see cref="ChatRequest.Sources"/>.</param>
    public static (Route? Route, GatewayError? Error) Resolve(GatewaySnapshot snapshot, string dialect, Caller caller, string name, bool isGrounded = false)
    {
        if (caller is { IsLive: true, Models: null })
        {
            return ResolveName(snapshot, dialect, name, isGrounded);
        }

        var (route, error) = caller.IsLive || caller.Models is not null ? ResolveName(snapshot, dialect, name, isGrounded) : default;
        if (caller.Models is { } allowed && !allowed.Contains(name))
        {
            // A name that is not listed may still lead to models that are.
            Deployment[] permitted = [.. (route?.Deployments ?? []).Where(deployment => allowed.Contains(deployment.Id))];
            if (permitted.Length == 0)
            {
                return (null, new GatewayError(ErrorKind.Forbidden, $"This API key may not use model {Quote(name)}."));
            }

            route = route! with { Deployments = permitted };
        }

        return caller.IsLive ? (route, error) : ForTests(snapshot, name);
    }

    private static (Route? Route, GatewayError? Error) ForTests(GatewaySnapshot snapshot, string name) =>
        snapshot.TestRoute is { Deployments.Count: > 0 } tests
            ? (tests with { Name = name }, null)
            : (null, new GatewayError(
                ErrorKind.ModelNotConfigured, "No model serves test keys: the provider that setting TestMode:Model names is not configured."));

    private static (Route? Route, GatewayError? Error) ResolveName(GatewaySnapshot snapshot, string dialect, string name, bool isGrounded)
    {
        if (name.Length > LongestName)
        {
            return (null, Unknown(snapshot, dialect, name));
        }

        if ((snapshot.Dialects.TryGetValue(dialect, out var settings) && settings.Routes.TryGetValue(name, out var entry)
                || snapshot.Aliases.TryGetValue(name, out entry))
            && (snapshot.HasProvider || entry.Route.Deployments.Count > 0))
        {
            return Choose(snapshot, entry);
        }

        if (!snapshot.HasProvider)
        {
            return (isGrounded ? snapshot.Extractive ?? snapshot.Starter : snapshot.Starter) is { } starter
                ? (new Route(name, [starter]), null)
                : (null, new GatewayError(
                    ErrorKind.ModelNotConfigured, "No provider is configured and the starter engine is switched off. " + HowToConfigure));
        }

        if (ModelReference.TryParse(name, out var reference) && Vendors.Find(reference.Provider) is not null
            || reference.Provider is not null && snapshot.Providers.ContainsKey(reference.Provider))
        {
            return Choose(snapshot, RouteEntry.Compile(name, [reference], snapshot));
        }

        if (Vendors.ByModel(name) is { } vendor)
        {
            return Choose(snapshot, RouteEntry.Compile(name, [new ModelReference(vendor.Name, name)], snapshot));
        }

        return (null, Unknown(snapshot, dialect, name));
    }

    internal const string StarterIsOff = "The starter engine is switched off (setting Starter:Enabled).";

    private const string HowToConfigure = "The operator sets one with an API key, OPENAI_API_KEY or ANTHROPIC_API_KEY for example.";

    private static (Route?, GatewayError?) Choose(GatewaySnapshot snapshot, RouteEntry entry) => entry.Route.Deployments.Count > 0
        ? (entry.Route, null)
        : (null, new GatewayError(ErrorKind.ModelNotConfigured, NotConfigured(snapshot, entry)));

    private static string NotConfigured(GatewaySnapshot snapshot, RouteEntry entry)
    {
        var settings = entry.Missing
            .Where(reference => reference.Provider != Vendors.Starter)
            .Select(reference => Vendors.Find(reference.Provider))
            .OfType<Vendor>()
            .Where(vendor => vendor.Wire != WireFormat.None)
            .Select(vendor => vendor.MainSetting)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var remedy = settings.Count switch
        {
            0 when entry.Missing[0].Provider == Vendors.Starter => StarterIsOff,
            0 when VendorOf(snapshot, entry.Missing[0]) is { Wire: WireFormat.None } vendor => $"{vendor.DisplayName} has no models that chat.",
            0 => $"The operator's settings have no provider named {entry.Missing[0].Provider}.",
            1 => $"The operator must set {settings[0]}.",
            _ => $"The operator must set one of {string.Join(", ", settings)}.",
        };
        var configured = string.Join(", ", snapshot.Providers.Values.Where(provider => provider.Wire is not null).Select(provider => provider.Name).Order(StringComparer.Ordinal));
        return $"No configured provider serves {Quote(entry.Route.Name)}. {remedy} Configured: {configured}.";
    }

    private static Vendor? VendorOf(GatewaySnapshot snapshot, ModelReference reference) =>
        snapshot.Providers.TryGetValue(reference.Provider, out var provider) ? provider.Vendor : Vendors.Find(reference.Provider);

    private static GatewayError Unknown(GatewaySnapshot snapshot, string dialect, string name)
    {
        var known = snapshot.Dialects.TryGetValue(dialect, out var settings)
            ? settings.Routes.Keys.Concat(snapshot.Aliases.Keys)
            : snapshot.Aliases.Keys;
        var near = NearMatches.Find(name, known);
        var hint = near.Count > 0 ? $" Did you mean {string.Join(", ", near)}?" : "";
        return new GatewayError(ErrorKind.ModelNotFound, $"model: {Quote(name)} not found.{hint}");
    }

    // A caller's own words come back to it shortened, so that an error stays an error and not an echo.
    internal static string Quote(string name) => name.Length <= 100 ? name : name[..100] + "…";
}
