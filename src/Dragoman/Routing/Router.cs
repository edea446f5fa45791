using Dragoman.Model;
using Dragoman.Providers;

namespace Dragoman.Routing;

/// <summary>
/// Leads a model name to deployments, by one snapshot and these rules in order: the dialect's names, the operator's aliases,
/// <c>provider/model</c> of a configured provider, a name whose beginning tells its vendor. With no provider configured that does the work at all the
/// starter serves every name but those that the operator leads to a model of this machine. A test key's call goes to what serves test keys, whatever it
/// asks for. Where the starter engine would serve any name, a request that stands on documents is answered out of them, word for word
/// (<see cref="GatewaySnapshot.Extractive"/>), which is right more often.
/// </summary>
public static class Router
{
    // Names reach headers, logs and addresses; no model's is nearly as long.
    private const int LongestName = 256;

    /// <summary>The route of a name to chat with, or an error that says what to ask for or to set.</summary>
    /// <param name="isGrounded">The request has <see cref="ChatRequest.Sources"/>.</param>
    public static (Route? Route, GatewayError? Error) Resolve(GatewaySnapshot snapshot, string dialect, Caller caller, string name, bool isGrounded = false) =>
        Resolve(new Search(snapshot, dialect, ModelWork.Chat, isGrounded), caller, name);

    /// <summary>The same for pictures. A test key's are composed, which costs nothing.</summary>
    public static (Route? Route, GatewayError? Error) ResolveImages(GatewaySnapshot snapshot, string dialect, Caller caller, string name) =>
        Resolve(new Search(snapshot, dialect, ModelWork.Images, IsGrounded: false), caller, name);

    private static (Route? Route, GatewayError? Error) Resolve(in Search search, Caller caller, string name)
    {
        if (caller is { IsLive: true, Models: null })
        {
            return ResolveName(search, name);
        }

        var (route, error) = caller.IsLive || caller.Models is not null ? ResolveName(search, name) : default;
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

        return caller.IsLive ? (route, error) : ForTests(search, name);
    }

    private static (Route? Route, GatewayError? Error) ForTests(in Search search, string name) =>
        search.Work.TestsOf(search.Snapshot) is { Deployments.Count: > 0 } tests
            ? (tests with { Name = name }, null)
            : (null, new GatewayError(ErrorKind.ModelNotConfigured, search.Work.NoTests));

    private static (Route? Route, GatewayError? Error) ResolveName(in Search search, string name)
    {
        var (snapshot, dialect, work, isGrounded) = search;
        if (name.Length > LongestName)
        {
            return (null, Unknown(search, name));
        }

        var hasProvider = work.HasProvider(snapshot);
        if ((snapshot.Dialects.TryGetValue(dialect, out var settings) && work.RoutesOf(settings).TryGetValue(name, out var entry)
                || work.AliasesOf(snapshot).TryGetValue(name, out entry))
            && (hasProvider || entry.Route.Deployments.Count > 0))
        {
            return Choose(search, entry);
        }

        if (!hasProvider)
        {
            var starter = work.StarterOf(snapshot);
            return (isGrounded ? snapshot.Extractive ?? starter : starter) is { } serves
                ? (new Route(name, [serves]), null)
                : (null, new GatewayError(
                    ErrorKind.ModelNotConfigured, $"{work.NoProvider} and the starter engine is switched off. {work.HowToConfigure}"));
        }

        if (ModelReference.TryParse(name, out var reference) && Vendors.Find(reference.Provider) is not null
            || reference.Provider is not null && snapshot.Providers.ContainsKey(reference.Provider))
        {
            return Choose(search, RouteEntry.Compile(name, [reference], snapshot, work));
        }

        if (work.VendorOf(name) is { } vendor)
        {
            return Choose(search, RouteEntry.Compile(name, [new ModelReference(vendor.Name, name)], snapshot, work));
        }

        return (null, Unknown(search, name));
    }

    internal const string StarterIsOff = "The starter engine is switched off (setting Starter:Enabled).";

    private static (Route?, GatewayError?) Choose(in Search search, RouteEntry entry) => entry.Route.Deployments.Count > 0
        ? (entry.Route, null)
        : (null, new GatewayError(ErrorKind.ModelNotConfigured, NotConfigured(search, entry)));

    private static string NotConfigured(in Search search, RouteEntry entry)
    {
        var (snapshot, work) = (search.Snapshot, search.Work);
        if (entry.Missing.Count == 0)
        {
            return $"{Quote(entry.Route.Name)} can no longer be had from its maker. The operator may say what serves it instead, in setting "
                + $"Dialects:{search.Dialect}:{work.NamesSetting}:{entry.Route.Name}.";
        }

        var settings = entry.Missing
            .Where(reference => reference.Provider != Vendors.Starter)
            .Select(reference => Vendors.Find(reference.Provider))
            .OfType<Vendor>()
            .Where(work.IsServedBy)
            .Select(vendor => vendor.MainSetting)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var remedy = settings.Count switch
        {
            0 when entry.Missing[0].Provider == Vendors.Starter => StarterIsOff,
            0 when VendorOf(snapshot, entry.Missing[0]) is { } vendor && !work.IsServedBy(vendor) => $"{vendor.DisplayName} has no models that {work.Does}.",
            0 => $"The operator's settings have no provider named {entry.Missing[0].Provider}.",
            1 => $"The operator must set {settings[0]}.",
            _ => $"The operator must set one of {string.Join(", ", settings)}.",
        };
        var configured = string.Join(
            ", ", snapshot.Providers.Values.Where(provider => work.IsServedBy(provider.Vendor)).Select(provider => provider.Name).Order(StringComparer.Ordinal));
        return $"No configured provider serves {Quote(entry.Route.Name)}. {remedy} Configured: {configured}.";
    }

    private static Vendor? VendorOf(GatewaySnapshot snapshot, ModelReference reference) =>
        snapshot.Providers.TryGetValue(reference.Provider, out var provider) ? provider.Vendor : Vendors.Find(reference.Provider);

    private static GatewayError Unknown(in Search search, string name)
    {
        var aliases = search.Work.AliasesOf(search.Snapshot).Keys;
        if (search.Work == ModelWork.Images && IsChats(search, name))
        {
            var makers = search.Snapshot.Dialects.TryGetValue(search.Dialect, out var dialect) ? string.Join(", ", dialect.ImageRoutes.Keys.Order(StringComparer.Ordinal)) : "";
            return new GatewayError(ErrorKind.ModelNotFound, $"model: {Quote(name)} makes no pictures. Models that do: {makers}.");
        }

        var known = search.Snapshot.Dialects.TryGetValue(search.Dialect, out var settings) ? search.Work.RoutesOf(settings).Keys.Concat(aliases) : aliases;
        var near = NearMatches.Find(name, known);
        var hint = near.Count > 0 ? $" Did you mean {string.Join(", ", near)}?" : "";
        return new GatewayError(ErrorKind.ModelNotFound, $"model: {Quote(name)} not found.{hint}");
    }

    private static bool IsChats(in Search search, string name) =>
        name.Length <= LongestName
        && (search.Snapshot.Dialects.TryGetValue(search.Dialect, out var settings) && settings.Routes.ContainsKey(name) || Vendors.ByModel(name) is not null);

    // A caller's own words come back to it shortened, so that an error stays an error and not an echo.
    internal static string Quote(string name) => name.Length <= 100 ? name : name[..100] + "…";

    /// <summary>Where a name is looked up.</summary>
    private readonly record struct Search(GatewaySnapshot Snapshot, string Dialect, ModelWork Work, bool IsGrounded);
}
