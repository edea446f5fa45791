using System.Text.Json.Serialization;

namespace Dragoman.Providers.Ideogram;

/// <summary>The answer of developer.ideogram.ai/api-reference/api-reference/generate-v3, as far as it is read.</summary>
internal sealed class IdeogramAnswer
{
    public IdeogramPicture?[]? Data { get; set; }
}

internal sealed class IdeogramPicture
{
    /// <summary>Absent where the picture is withheld.</summary>
    public string? Url { get; set; }

    public bool? IsImageSafe { get; set; }

    public string? Prompt { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IdeogramAnswer))]
internal sealed partial class IdeogramJson : JsonSerializerContext;
