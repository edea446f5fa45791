using System.Text.Json.Serialization;

namespace Dragoman.Hosting;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PlainError))]
internal sealed partial class HostingJson : JsonSerializerContext;
