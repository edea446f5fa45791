using System.Collections.Frozen;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Providers;
using Dragoman.Routing;
using Dragoman.Tests.Http;

namespace Dragoman.Tests.Pipeline;

/// <summary>The real spine over fake upstreams: one route <c>m</c>, to deployments <c>a/m</c>, <c>b/m</c> and so on at <c>http://a/</c>, <c>http://b/</c>.</summary>
internal sealed class GatewayRig : IDisposable
{
    private readonly HttpMessageInvoker _http;

    public GatewayRig(FakeUpstream upstream, params Deployment[] deployments)
    {
        _http = new HttpMessageInvoker(upstream);
        Log = [];
        Policies = [Watch = new FakePolicy("watch", Log)];
        Health = new DeploymentHealth(Time);
        Deployments = deployments.Length > 0 ? deployments : [Deploy("a"), Deploy("b"), Deploy("c")];
    }

    public FakeTime Time { get; } = new();

    /// <summary>Where images are fetched from.</summary>
    public FakeNetwork Network { get; init; } = new();

    public List<string> Log { get; }

    public FakePolicy Watch { get; }

    public IReadOnlyList<IPolicy> Policies { get; set; }

    public DeploymentHealth Health { get; }

    public UpstreamLimits Limits { get; set; } = new();

    public Deployment[] Deployments { get; }

    public CallOutcome Outcome => Watch.Outcomes.ShouldHaveSingleItem("a call is settled once");

    public static Deployment Deploy(string name, IChatProvider? provider = null, ChatParameters supported = ChatParameters.All)
    {
        provider ??= new FakeProvider();
        return new Deployment(
            $"{name}/m", provider, provider.Locate(FakeProvider.Vendor(name, supported), name, new Uri($"http://{name}"), "m", FakeProvider.Canary));
    }

    public ChatCall Call(ChatRequest? request = null) => new(Snapshot(), "test", new Caller("k", "key", KeyMode.Live), request ?? Ask(), Time.GetTimestamp());

    public static ChatRequest Ask(string model = "m") =>
        new() { Model = model, Messages = [ChatMessage.OfText(ChatRole.User, "How are you today, sir?")] };

    public ValueTask<ChatResult> CompleteAsync(ChatCall call, CancellationToken cancellationToken = default) => Gateway().CompleteAsync(call, cancellationToken);

    public ValueTask<ChatStreamResult> StreamAsync(ChatCall call, CancellationToken cancellationToken = default) =>
        Gateway().StreamAsync(call, cancellationToken);

    /// <summary>Reads the stream to its end; text joined, other steps by their kind.</summary>
    public async Task<string> ReadAsync(ChatCall call)
    {
        var (stream, error) = await StreamAsync(call);
        if (stream is null)
        {
            return $"[{error!.Kind}]";
        }

        await using (stream)
        {
            return await ReadAsync(stream);
        }
    }

    public static async Task<string> ReadAsync(ChatStream stream)
    {
        var said = "";
        await foreach (var step in stream)
        {
            said += step.Kind switch
            {
                ChatEventKind.Text => step.Text,
                ChatEventKind.Failed => $"[{step.Error!.Kind}]",
                _ => $"<{step.Kind}>",
            };
        }

        return said;
    }

    public void Dispose() => _http.Dispose();

    private ChatGateway Gateway() => new(Policies, new UpstreamClient(_http, Time), new ImageInliner(Network, TimeProvider.System), Health, Time);

    private GatewaySnapshot Snapshot() => new()
    {
        Providers = new[] { new ProviderSnapshot("z", FakeProvider.Vendor("z"), new FakeProvider(), new Uri("http://z"), null) }
            .ToFrozenDictionary(provider => provider.Name),
        Upstream = Limits,
        Aliases = new[] { new RouteEntry(new Route("m", Deployments), []) }.ToFrozenDictionary(entry => entry.Route.Name),
    };
}
