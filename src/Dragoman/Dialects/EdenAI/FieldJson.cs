using System.Text.Json.Serialization;

namespace Dragoman.Dialects.EdenAI;

[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class FieldJson : JsonSerializerContext;
