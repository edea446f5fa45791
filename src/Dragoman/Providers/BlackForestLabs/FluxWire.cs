using System.Text.Json.Serialization;

namespace Dragoman.Providers.BlackForestLabs;

/// <summary>
/// AsyncResponse of docs.bfl.ai/api-reference when a picture is ordered, and ResultResponse (docs.bfl.ai/api-reference/utility/get-result) when it is asked for,
/// as far as they are read.
/// </summary>
internal sealed class FluxTask
{
    public string? Id { get; set; }

    public string? PollingUrl { get; set; }

    /// <summary>Absent when it is ordered.</summary>
    public string? Status { get; set; }

    public FluxResult? Result { get; set; }
}

internal sealed class FluxResult
{
    /// <summary>The picture's address.</summary>
    public string? Sample { get; set; }

    public string? Prompt { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FluxTask))]
internal sealed partial class FluxJson : JsonSerializerContext;
