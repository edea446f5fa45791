using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Server.Extraction;

/// <summary>
/// A line that <c>dragoman extract</c> says: a section (<c>{"text":"…","heading":"A &gt; B","page":3}</c>), and last of all either the end
/// (<c>{"isEnd":true}</c>) or why there is none (<c>{"error":"InvalidRequest","message":"…"}</c>).
/// </summary>
internal sealed record SectionLine(
    string? Text = null, string? Heading = null, int? Page = null, bool IsEnd = false, ErrorKind? Error = null, string? Message = null)
{
    /// <summary>No page ever shows the lines, so that text stays as short in them as it is.</summary>
    public static JsonTypeInfo<SectionLine> Json { get; } =
        new SectionLineJson(new JsonSerializerOptions(SectionLineJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).SectionLine;

    public static SectionLine Of(Section section) => new(section.Text, section.Heading, section.Page);

    public static SectionLine End { get; } = new(IsEnd: true);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SectionLine))]
internal sealed partial class SectionLineJson : JsonSerializerContext;
