using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dragoman.Dialects;

/// <summary>
/// What serves a caller who leaves the choice to the gateway (agent.ai's <c>auto</c>, Gainly's only model): a sensible model of each vendor, out of
/// <c>Data/general-models.json</c>.
/// </summary>
internal static class GeneralModels
{
    /// <summary><c>provider/model</c>, best first.</summary>
    public static ImmutableArray<string> Targets { get; } = Read();

    private static ImmutableArray<string> Read()
    {
        using var stream = EmbeddedData.Open(typeof(GeneralModels), "general-models.json");
        return JsonSerializer.Deserialize(stream, GeneralModelsJson.Default.GeneralModelList)!.Targets;
    }
}

/// <param name="Note">What is uncertain about the list.</param>
internal sealed record GeneralModelList(ImmutableArray<string> Targets, string Note);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GeneralModelList))]
internal sealed partial class GeneralModelsJson : JsonSerializerContext;
