using System.Collections.Immutable;
using System.Text;
using Dragoman.Configuration;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Providers.Anthropic;
using Dragoman.Providers.Gemini;
using Dragoman.Providers.OpenAI;
using Dragoman.Providers.Sandbox;
using Dragoman.Routing;
using Microsoft.Extensions.Configuration;

namespace Dragoman.Tests.Configuration;

/// <summary>Settings as JSON, compiled as the server compiles them, with one dialect named <c>dialect</c>.</summary>
internal static class Settings
{
    public static SnapshotCompiler Compiler(Dictionary<string, string[]>? names = null, params WireFormat[] without) => new(
        new IChatProvider[] { new OpenAIProvider(), new AnthropicProvider(), new GeminiProvider() }.Where(wire => !without.Contains(wire.Wire)),
        [new DialectDefinition("dialect") { Models = (names ?? []).ToDictionary(name => name.Key, name => name.Value.ToImmutableArray()) }],
        new NoEngine(),
        [new SandboxModel()]);

    public static SnapshotResult TryCompile(string json, Dictionary<string, string>? environment = null, Dictionary<string, string[]>? names = null) =>
        Compiler(names).Compile(Parse(json), name => environment?.GetValueOrDefault(name));

    public static GatewaySnapshot Compile(string json, Dictionary<string, string[]>? names = null)
    {
        var result = TryCompile(json, names: names);
        result.Mistakes.ShouldBeEmpty();
        return result.Snapshot!;
    }

    /// <summary>With this dialect in place of the other.</summary>
    public static GatewaySnapshot CompileFor(DialectDefinition dialect, string json)
    {
        var result = new SnapshotCompiler([new OpenAIProvider()], [dialect], new NoEngine()).Compile(Parse(json), _ => null);
        result.Mistakes.ShouldBeEmpty();
        return result.Snapshot!;
    }

    public static IConfiguration Parse(string json) => new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

    private sealed class NoEngine : ILocalEngine
    {
        public ValueTask<LocalEngineAddress> EnsureRunningAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
