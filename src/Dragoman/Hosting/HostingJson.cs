using System.Text.Json.Serialization;

namespace Dragoman.Hosting;

/// <summary>An error on a path that belongs to no dialect.</summary>
internal sealed record PlainError(PlainErrorBody Error);

internal sealed record PlainErrorBody(string Type, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PlainError))]
internal sealed partial class HostingJson : JsonSerializerContext;
