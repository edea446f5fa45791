using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dragoman.Dialects.AgentAI;

/// <summary>agent.ai's names of models and the models that may serve each, out of <c>Data/engines.json</c> and <c>Data/images.json</c>.</summary>
internal static class AgentAIEngines
{
    /// <summary>What is meant where <c>llm_engine</c> is not given (OpenAPI 1.0.1 and 1.1.0).</summary>
    public const string Default = "gpt4o";

    /// <summary>What is meant where <c>model</c> of <c>generate_image</c> is not given.</summary>
    public const string DefaultImageModel = "DALL-E 3";

    /// <summary>The engines of <c>invoke_llm</c>; one without targets has the <see cref="GeneralModels"/>.</summary>
    public static FrozenDictionary<string, ImmutableArray<string>> Load() => TableOf(ReadAll());

    /// <summary>The models of <c>generate_image</c>; one without targets has none until the operator gives it some.</summary>
    public static FrozenDictionary<string, ImmutableArray<string>> LoadImageModels() => TableOf(ReadImageModels());

    /// <summary>The whole table in the file's order, which is that of the specifications.</summary>
    internal static ImmutableArray<AgentAIEngine> ReadAll() =>
        [.. Read("engines.json").Select(engine => engine.Targets.IsEmpty ? engine with { Targets = GeneralModels.Targets } : engine)];

    internal static ImmutableArray<AgentAIEngine> ReadImageModels() => Read("images.json");

    private static ImmutableArray<AgentAIEngine> Read(string file)
    {
        using var stream = EmbeddedData.Open(typeof(AgentAIEngines), file);
        return JsonSerializer.Deserialize(stream, AgentAIJsonContext.Default.AgentAIEngineTable)!.Engines;
    }

    private static FrozenDictionary<string, ImmutableArray<string>> TableOf(ImmutableArray<AgentAIEngine> engines) =>
        engines.ToFrozenDictionary(engine => engine.Name, engine => engine.Targets, StringComparer.OrdinalIgnoreCase);
}

/// <param name="Name">As clients write it.</param>
/// <param name="In">The published lists that have it: <c>2025</c> (the page of early 2025), <c>1.0.1</c>, <c>1.1.0</c>, <c>2026-08</c>
/// (the function list of August 2026); none for a name that was seen to work outside the lists.</param>
/// <param name="Targets"><c>provider/model</c>, best first.</param>
/// <param name="Note">What is uncertain, or why it is not the model of that name.</param>
internal sealed record AgentAIEngine(string Name, ImmutableArray<string> In, ImmutableArray<string> Targets, string? Note = null);

internal sealed record AgentAIEngineTable(ImmutableArray<AgentAIEngine> Engines);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AgentAIEngineTable))]
internal sealed partial class AgentAIJsonContext : JsonSerializerContext;
