using Dragoman.Model;
using Dragoman.Providers;

namespace Dragoman.Routing;

/// <summary>A model at a provider with the credential for it: a place that a call can be sent to.</summary>
/// <param name="Id"><c>provider/model</c>.</param>
/// <param name="Provider">The wire that it speaks; absent for a built-in model.</param>
/// <param name="Target">Where it is; absent for an engine whose address is known only once it runs.</param>
/// <param name="Engine">The local program that must run first.</param>
/// <param name="BuiltIn">The model itself, where it is a part of this process; then there is neither wire nor target.</param>
public sealed record Deployment(string Id, IChatProvider? Provider, UpstreamTarget? Target, ILocalEngine? Engine = null, IBuiltInModel? BuiltIn = null)
{
    /// <summary>The wire on which it makes pictures; present for a deployment that does, which does nothing else.</summary>
    public IImageProvider? Images { get; init; }

    /// <summary>Whose health is meant: a model that does not make pictures is none the worse for chatting.</summary>
    internal string HealthKey => Images is null ? Id : $"{Id} for pictures";

    public override string ToString() => Id;
}

/// <summary>A program on this machine that is started on need and answers by a provider's wire.</summary>
public interface ILocalEngine
{
    /// <summary>Where the engine is, once it runs; or why it does not.</summary>
    ValueTask<LocalEngineAddress> EnsureRunningAsync(CancellationToken cancellationToken);
}

/// <summary>The starter's embedder, a process apart from its language model. Its target is the OpenAI wire's, as a chat model's would be.</summary>
public interface IEmbeddingEngine : ILocalEngine;

/// <summary>The starter's picture engine, which composes pictures and looks at those of others. Its target is the OpenAI wire's, as a chat model's would be.</summary>
public interface IPictureEngine : ILocalEngine;

public readonly record struct LocalEngineAddress(UpstreamTarget? Target, GatewayError? Error);

/// <summary>A model name's way: the deployments that may serve it, best first.</summary>
/// <param name="Name">As the caller wrote it.</param>
public sealed record Route(string Name, IReadOnlyList<Deployment> Deployments);
