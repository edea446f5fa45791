using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dragoman.Dialects.AgentAI;

/// <summary>agent.ai's engine names and the models that may serve each, out of <c>Data/engines.json</c>.</summary>
internal static class AgentAIEngines
{
    /// <summary>What is meant where <c>llm_engine</c> is not given (OpenAPI 1.0.1 and 1.1.0).</summary>
    public const string Default = "gpt4o";

    public static FrozenDictionary<string, ImmutableArray<string>> Load() =>
        ReadAll().ToFrozenDictionary(engine => engine.Name, engine => engine.Targets, StringComparer.OrdinalIgnoreCase);

    /// <summary>The whole table in the file's order, which is that of the specifications.</summary>
    internal static ImmutableArray<AgentAIEngine> ReadAll()
    {
        using var stream = EmbeddedData.Open(typeof(AgentAIEngines), "engines.json");
        var engines = JsonSerializer.Deserialize(stream, AgentAIJsonContext.Default.AgentAIEngineTable)!.Engines;
        return [.. engines.Select(engine => engine.Targets.IsEmpty ? engine with { Targets = GeneralModels.Targets } : engine)];
    }
}

/// <param name="Name">As clients write it.</param>
/// <param name="In">The published lists that have it: <c>2025</c> (the page of early 2025), <c>1.0.1</c>, <c>1.1.0</c>, <c>2026-08</c>
/// (the function list of August 2026); none for a name that was seen to work outside the lists.</param>
/// <param name="Targets"><c>provider/model</c>, best first. None in the file: the <see cref="GeneralModels"/>.</param>
/// <param name="Note">What is uncertain, or why it is not the model of that name.</param>
internal sealed record AgentAIEngine(string Name, ImmutableArray<string> In, ImmutableArray<string> Targets, string? Note = null);

internal sealed record AgentAIEngineTable(ImmutableArray<AgentAIEngine> Engines);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AgentAIEngineTable))]
internal sealed partial class AgentAIJsonContext : JsonSerializerContext;
