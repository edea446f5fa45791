using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Routing;
using Microsoft.Extensions.Configuration;

namespace Dragoman.Configuration;

/// <summary>Makes a snapshot of the settings, or reports everything that is wrong with them at once.</summary>
/// <param name="wires">The wires that providers can speak.</param>
/// <param name="dialects">What the dialects bring along.</param>
/// <param name="starter">The starter engine and the wire that it speaks; absent where this build has none.</param>
/// <param name="builtIn">The models in this process.</param>
/// <param name="imageWires">The wires on which providers make pictures.</param>
/// <param name="pictures">The starter's picture engine; absent where this build has none.</param>
public sealed class SnapshotCompiler(
    IEnumerable<IChatProvider> wires,
    IEnumerable<DialectDefinition> dialects,
    ILocalEngine? starter = null,
    IEnumerable<IBuiltInModel>? builtIn = null,
    IEnumerable<IImageProvider>? imageWires = null,
    IPictureEngine? pictures = null)
{
    private static readonly string[] Sections = ["Providers", "Models", "Dialects", "Knowledge", "Images", "Public", "TestMode", "Starter", "Upstream", "Limits", "Logging", "Kestrel"];
    private static readonly string[] StarterSettings = ["Enabled", "Model", "ModelName", "Slots", "Queue", "Context", "Threads", "Embedder", "EmbedderThreads", "PictureThreads", "Fetch"];
    private static readonly string[] UpstreamSettings =
        ["ConnectTimeoutSeconds", "FirstByteTimeoutSeconds", "IdleTimeoutSeconds", "TotalTimeoutSeconds", "MaxAttempts", "MaxResponseBytes"];

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private static readonly string[] TestModeSettings = ["Model"];
    private static readonly string[] ProviderSettings = ["Vendor", "BaseUrl", "ApiKey", "Enabled"];

    private readonly FrozenDictionary<WireFormat, IChatProvider> _wires = wires.ToFrozenDictionary(wire => wire.Wire);
    private readonly IImageProvider[] _imageWires = [.. imageWires ?? []];
    private readonly DialectDefinition[] _dialects = [.. dialects];
    private readonly IBuiltInModel[] _builtIn = [.. builtIn ?? []];

    /// <param name="environment">Reads a variable of the process's environment; vendors' usual names are looked up there.</param>
    public SnapshotResult Compile(IConfiguration settings, Func<string, string?> environment)
    {
        var mistakes = new List<string>();
        foreach (var section in settings.GetChildren().Where(section => !Sections.Contains(section.Key, StringComparer.OrdinalIgnoreCase)))
        {
            mistakes.Add($"{section.Key}: there is no such section. Sections: {string.Join(", ", Sections)}.");
        }

        var providers = Providers(settings.GetSection("Providers"), environment, mistakes)
            .ToFrozenDictionary(provider => provider.Name, StringComparer.OrdinalIgnoreCase);
        var starterSettings = new SettingsReader(settings.GetSection("Starter"), mistakes);
        var snapshot = new GatewaySnapshot
        {
            Providers = providers,
            Upstream = Upstream(new SettingsReader(settings.GetSection("Upstream"), mistakes)),
            Starter = Starter(starterSettings),
            Composer = Composer(starterSettings),
            Sandbox = BuiltIn(Vendors.Sandbox, Vendors.SandboxModel),
            Extractive = BuiltIn(Vendors.Starter, Vendors.ExtractiveModel),
            Knowledge = new KnowledgeSection(settings.GetSection("Knowledge"), providers, mistakes).Read(),
            Images = new ImagesSection(settings.GetSection("Images"), environment, mistakes).Read(),
            Public = new PublicSection(settings.GetSection("Public"), mistakes).Read(),
            MaxRequestBodyBytes = MaxRequestBodyBytes(new SettingsReader(settings.GetSection("Limits"), mistakes)),
        };

        var aliases = References(settings.GetSection("Models"), snapshot, mistakes, [ModelWork.Chat, ModelWork.Images]);
        snapshot.Aliases = CompileNames(aliases, snapshot, ModelWork.Chat);
        snapshot.ImageAliases = CompileNames(aliases, snapshot, ModelWork.Images);
        snapshot.Dialects = Dialects(settings.GetSection("Dialects"), snapshot, mistakes);
        snapshot.TestRoute = TestRoute(settings.GetSection("TestMode"), snapshot, mistakes);
        return mistakes.Count == 0 ? new SnapshotResult(snapshot, []) : new SnapshotResult(null, [.. mistakes.Distinct(StringComparer.Ordinal)]); // A limit of both modes is read for each.
    }

    private List<ProviderSnapshot> Providers(IConfigurationSection section, Func<string, string?> environment, List<string> mistakes)
    {
        var providers = new List<ProviderSnapshot>();
        foreach (var written in section.GetChildren())
        {
            var reader = new SettingsReader(written, mistakes);
            reader.RefuseOthers(ProviderSettings);
            reader.RefuseValue(ProviderSettings);
            if (written.Key.Equals(Vendors.Starter, StringComparison.OrdinalIgnoreCase))
            {
                mistakes.Add($"{written.Path}: the starter engine is set up in section Starter.");
                continue;
            }

            if (written.Key.Equals(Vendors.Sandbox, StringComparison.OrdinalIgnoreCase))
            {
                mistakes.Add($"{written.Path}: the sandbox is a part of the gateway and has no settings; see section TestMode.");
                continue;
            }

            if (written.Key.AsSpan().ContainsAnyExcept(NameCharacters))
            {
                mistakes.Add($"{written.Path}: a provider's name is made of letters, digits, '-', '_' and '.'.");
                continue;
            }

            var vendorName = reader.Text("Vendor") ?? written.Key;
            if (Vendors.Find(vendorName) is not { } vendor)
            {
                var near = NearMatches.Find(vendorName, Vendors.All.Select(known => known.Name));
                mistakes.Add($"{written.Path}: unknown vendor '{vendorName}'."
                    + (near.Count > 0 ? $" Did you mean {string.Join(", ", near)}?" : $" Known: {string.Join(", ", Vendors.All.Select(known => known.Name))}."));
                continue;
            }

            if (reader.Flag("Enabled") ?? true)
            {
                // The environment's usual names speak for the vendor's own entry only; further entries of a vendor say it all themselves.
                var isVendorsOwn = written.Key.Equals(vendor.Name, StringComparison.OrdinalIgnoreCase);
                Add(written.Key.ToLowerInvariant(), vendor, written.Path, reader.Text("BaseUrl"), reader.Text("ApiKey"), isVendorsOwn, isWritten: true);
            }
        }

        var named = section.GetChildren().Select(written => written.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var vendor in Vendors.All.Where(vendor => vendor.Name != Vendors.Starter && !named.Contains(vendor.Name)))
        {
            Add(vendor.Name, vendor, "environment", null, null, isVendorsOwn: true, isWritten: false);
        }

        return providers;

        void Add(string name, Vendor vendor, string place, string? baseUrl, string? apiKey, bool isVendorsOwn, bool isWritten)
        {
            if (isVendorsOwn)
            {
                baseUrl ??= Environment(vendor.EnvironmentPrefix + "_BASE_URL");
                apiKey ??= Environment(vendor.EnvironmentPrefix + "_API_KEY");
            }

            if (!isWritten && apiKey is null && baseUrl is null)
            {
                return;
            }

            IChatProvider? wire = null;
            var url = baseUrl ?? vendor.BaseUrl;
            if (url is null)
            {
                mistakes.Add($"{place}: {vendor.DisplayName} has no address of its own; set BaseUrl or {vendor.EnvironmentPrefix}_BASE_URL.");
            }
            else if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            {
                mistakes.Add($"{place}: the base URL of {name} is not an absolute http or https address.");
            }
            else if (apiKey is null && vendor.NeedsApiKey && baseUrl is null)
            {
                mistakes.Add($"{place}: {vendor.DisplayName} needs a key; set ApiKey or {vendor.EnvironmentPrefix}_API_KEY.");
            }
            else if (apiKey is not null && apiKey.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                mistakes.Add($"{place}: the key of {name} has a character that cannot travel in a header (a space or a line break?).");
            }
            else if (vendor.Wire != WireFormat.None && !_wires.TryGetValue(vendor.Wire, out wire))
            {
                mistakes.Add($"{place}: this build does not speak the wire of {vendor.DisplayName} ({vendor.Wire}).");
            }
            else
            {
                providers.Add(new ProviderSnapshot(name, vendor, wire, uri, apiKey)
                {
                    ImageWire = vendor.Images is { } offer ? ImageWire(offer.Format) : null,
                });
            }
        }

        string? Environment(string name) => environment(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
    }

    private Deployment? BuiltIn(string provider, string model) =>
        _builtIn.FirstOrDefault(known => known.Id == $"{provider}/{model}") is { } found ? new Deployment(found.Id, null, null, BuiltIn: found) : null;

    private static int MaxRequestBodyBytes(SettingsReader reader)
    {
        reader.RefuseOthers(["MaxRequestBodyBytes"]);
        return reader.Number("MaxRequestBodyBytes", 1024, 1 << 30) ?? 32 * 1024 * 1024;
    }

    private Deployment? Starter(SettingsReader reader)
    {
        reader.RefuseOthers(StarterSettings);
        return starter is not null && (reader.Flag("Enabled") ?? true)
            ? new Deployment($"{Vendors.Starter}/{reader.Text("ModelName") ?? Vendors.StarterModel}", _wires[WireFormat.OpenAIChat], null, starter)
            : null;
    }

    private IImageProvider? ImageWire(ImageFormat format) => Array.Find(_imageWires, wire => wire.Format == format);

    private Deployment? Composer(SettingsReader reader) =>
        pictures is not null && (reader.Flag("Enabled") ?? true) && ImageWire(ImageFormat.OpenAI) is { } wire
            ? new Deployment($"{Vendors.Starter}/{Vendors.Composer}", null, null, pictures) { Images = wire }
            : null;

    private static UpstreamLimits Upstream(SettingsReader reader)
    {
        reader.RefuseOthers(UpstreamSettings);
        var standard = new UpstreamLimits();
        return new UpstreamLimits
        {
            ConnectTimeout = reader.Seconds("ConnectTimeoutSeconds") ?? standard.ConnectTimeout,
            FirstByteTimeout = reader.Seconds("FirstByteTimeoutSeconds") ?? standard.FirstByteTimeout,
            IdleTimeout = reader.Seconds("IdleTimeoutSeconds") ?? standard.IdleTimeout,
            TotalTimeout = reader.Seconds("TotalTimeoutSeconds") ?? standard.TotalTimeout,
            MaxAttempts = reader.Number("MaxAttempts", 1, 10) ?? standard.MaxAttempts,
            MaxResponseBytes = reader.Number("MaxResponseBytes", 1024, 1 << 30) ?? standard.MaxResponseBytes,
        };
    }

    private FrozenDictionary<string, DialectSettings> Dialects(IConfigurationSection section, GatewaySnapshot snapshot, List<string> mistakes)
    {
        foreach (var written in section.GetChildren())
        {
            if (!_dialects.Any(known => known.Name.Equals(written.Key, StringComparison.OrdinalIgnoreCase)))
            {
                mistakes.Add($"{written.Path}: there is no such dialect. Dialects: {string.Join(", ", _dialects.Select(known => known.Name))}.");
            }
        }

        return _dialects.ToFrozenDictionary(
            dialect => dialect.Name, dialect => Compile(dialect, section.GetSection(dialect.Name), snapshot, mistakes), StringComparer.Ordinal);
    }

    private static DialectSettings Compile(DialectDefinition dialect, IConfigurationSection section, GatewaySnapshot snapshot, List<string> mistakes)
    {
        var reader = new SettingsReader(section, mistakes);
        var works = new[] { ModelWork.Chat, ModelWork.Images }.Where(work => work == ModelWork.Chat || dialect.ImageModels.Count > 0);
        string[] known = [.. works.Select(work => work.NamesSetting), "Limits", .. dialect.Options.Select(option => option.Name)];
        reader.RefuseOthers(known);
        reader.RefuseValue(known);

        return new DialectSettings(dialect.Name)
        {
            Routes = Names(dialect.Models, ModelWork.Chat),
            ImageRoutes = Names(dialect.ImageModels, ModelWork.Images),
            LiveLimits = Limits("Live", dialect.LiveLimits),
            TestLimits = Limits("Test", dialect.TestLimits),
            Options = dialect.Options.ToFrozenDictionary(option => option.Name, option => reader.Choice(option.Name, option.Choices) ?? option.Default),
        };

        // The operator's names over the dialect's own.
        FrozenDictionary<string, RouteEntry> Names(IReadOnlyDictionary<string, ImmutableArray<string>> standard, ModelWork work)
        {
            var names = new Dictionary<string, List<ModelReference>>(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, targets) in standard)
            {
                names[name] = [.. targets.Select(target => ModelReference.TryParse(target, out var reference) ? reference : default)];
            }

            foreach (var (name, references) in References(section.GetSection(work.NamesSetting), snapshot, mistakes, work))
            {
                if (!dialect.CallersNameModels && !names.ContainsKey(name))
                {
                    mistakes.Add($"{section.Path}:{work.NamesSetting}:{name}: no caller of this dialect can ask for it. Names: {string.Join(", ", standard.Keys)}.");
                }

                names[name] = references;
            }

            return CompileNames(names, snapshot, work);
        }

        // Limits for one mode over those for both over the dialect's own.
        CallLimits Limits(string mode, CallLimits standard)
        {
            string[] kinds = [nameof(CallLimits.RequestsPerMinute), nameof(CallLimits.RequestsPerDay), nameof(CallLimits.TokensPerMinute), nameof(CallLimits.ConcurrentCalls)];
            var both = new SettingsReader(section.GetSection("Limits"), mistakes);
            var ofMode = new SettingsReader(section.GetSection("Limits").GetSection(mode), mistakes);
            if (mode == "Live")
            {
                both.RefuseOthers([.. kinds, "Live", "Test"]);
            }

            ofMode.RefuseOthers(kinds);
            return new CallLimits
            {
                RequestsPerMinute = Limit(nameof(CallLimits.RequestsPerMinute)) ?? standard.RequestsPerMinute,
                RequestsPerDay = Limit(nameof(CallLimits.RequestsPerDay)) ?? standard.RequestsPerDay,
                TokensPerMinute = Limit(nameof(CallLimits.TokensPerMinute)) ?? standard.TokensPerMinute,
                ConcurrentCalls = Limit(nameof(CallLimits.ConcurrentCalls)) ?? standard.ConcurrentCalls,
            };

            int? Limit(string kind) => ofMode.Limit(kind) ?? both.Limit(kind);
        }
    }

    /// <summary>What serves test keys: the operator's word, one model or a list, else the sandbox.</summary>
    private static Route? TestRoute(IConfigurationSection section, GatewaySnapshot snapshot, List<string> mistakes)
    {
        var reader = new SettingsReader(section, mistakes);
        reader.RefuseOthers(TestModeSettings);
        reader.RefuseValue(TestModeSettings);
        return References(section, snapshot, mistakes, ModelWork.Chat).TryGetValue("Model", out var references)
            ? RouteEntry.Compile("Model", references, snapshot, ModelWork.Chat).Route
            : snapshot.Sandbox is { } sandbox ? new Route("", [sandbox]) : null;
    }

    private static FrozenDictionary<string, RouteEntry> CompileNames(
        Dictionary<string, List<ModelReference>> names, GatewaySnapshot snapshot, ModelWork work) =>
        names.ToFrozenDictionary(
            entry => entry.Key,
            entry => RouteEntry.Compile(entry.Key, entry.Value, snapshot, work),
            StringComparer.OrdinalIgnoreCase);

    /// <summary>A table of names as written: each value one <c>provider/model</c> or a list of them.</summary>
    /// <param name="works">What the models may be for, any of them.</param>
    private static Dictionary<string, List<ModelReference>> References(
        IConfigurationSection section, GatewaySnapshot snapshot, List<string> mistakes, params ModelWork[] works)
    {
        var table = new Dictionary<string, List<ModelReference>>(StringComparer.OrdinalIgnoreCase);
        Read(section.GetChildren(), "");
        return table;

        // The settings use ':' as their separator, which some model names hold too (ollama's tags): such a name arrives as nested sections.
        // A list arrives as sections 0, 1, 2 and on.
        void Read(IEnumerable<IConfigurationSection> entries, string prefix)
        {
            foreach (var entry in entries)
            {
                var name = prefix + entry.Key;
                var children = entry.GetChildren().ToList();
                var items = children.TakeWhile((child, i) => child.Key == i.ToString(CultureInfo.InvariantCulture)).ToList();
                Read(children.Skip(items.Count), name + ":");
                if (string.IsNullOrEmpty(entry.Value) && items.Count == 0 && children.Count > 0)
                {
                    continue;
                }

                var values = entry.Value is { Length: > 0 } one ? [one] : items.Select(child => child.Value).ToList();
                var references = new List<ModelReference>();
                foreach (var value in values)
                {
                    if (!ModelReference.TryParse(value, out var reference))
                    {
                        mistakes.Add($"{entry.Path}: '{value}' is not of the form provider/model.");
                    }
                    else if (Vendors.Find(reference.Provider) is null && reference.Provider != Vendors.Sandbox && !snapshot.Providers.ContainsKey(reference.Provider))
                    {
                        mistakes.Add($"{entry.Path}: there is no provider '{reference.Provider}'.");
                    }
                    else if (snapshot.Providers.TryGetValue(reference.Provider, out var provider) && !works.Any(work => work.IsServedBy(provider.Vendor)))
                    {
                        mistakes.Add($"{entry.Path}: {provider.Vendor.DisplayName} has no models that {string.Join(" or ", works.Select(work => work.Does))}.");
                    }
                    else if (reference.Provider == Vendors.Sandbox && reference.Model != Vendors.SandboxModel)
                    {
                        mistakes.Add($"{entry.Path}: the sandbox has one model, {Vendors.Sandbox}/{Vendors.SandboxModel}.");
                    }
                    else
                    {
                        references.Add(reference);
                    }
                }

                if (values.Count == 0)
                {
                    mistakes.Add($"{entry.Path}: names no model.");
                }

                table[name] = references;
            }
        }
    }
}

/// <param name="Snapshot">Absent where there were mistakes.</param>
/// <param name="Mistakes">Each with the path of its setting.</param>
public readonly record struct SnapshotResult(GatewaySnapshot? Snapshot, IReadOnlyList<string> Mistakes);
