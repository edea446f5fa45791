using System.Collections.Frozen;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Dialects.AgentAI;

/// <summary>
/// Reads the body of <c>POST /v1/action/generate_image</c>: <c>{"prompt": string, "model": string = "DALL-E 3", "model_style": string = "default",
/// "model_aspect_ratio": string = "9:16"}</c> (agent.ai OpenAPI 1.0.1 and 1.1.0). Pure. Other members are accepted and have no effect, as with
/// <see cref="InvokeLlmReader"/>.
/// </summary>
internal static class GenerateImageReader
{
    /// <summary>In characters of Unicode, as JSON Schema counts. Inferred: the hosted server's limit is not known; no model reads more (OpenAI's take 32,000).</summary>
    public const int MaxPromptLength = 32_000;

    private static readonly FrozenDictionary<string, ImageStyle> Styles = new Dictionary<string, ImageStyle>
    {
        ["default"] = ImageStyle.Default,
        ["photo"] = ImageStyle.Photo,
        ["digital art"] = ImageStyle.DigitalArt,
        ["illustration"] = ImageStyle.Illustration,
        ["drawing"] = ImageStyle.Drawing,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, AspectRatio> Ratios = new Dictionary<string, AspectRatio>
    {
        ["9:16"] = new(9, 16),
        ["1:1"] = new(1, 1),
        ["4:3"] = new(4, 3),
        ["16:9"] = new(16, 9),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static ImageRead Read(ReadOnlySpan<byte> body)
    {
        var members = default(Members);
        return JsonObject.Read(body, "prompt, model, model_style and model_aspect_ratio", ref members, out var ignored) is { } malformed
            ? malformed
            : Check(members) with { Ignored = ignored };
    }

    private static ImageRead Check(in Members members)
    {
        // The wording is documented for another action's input and inferred for this one, as with invoke_llm.
        if (members.Prompt.IsAbsent || (members.Prompt.Text is { } text && string.IsNullOrWhiteSpace(text)))
        {
            return Invalid("prompt", "Input prompt is not provided.");
        }

        if (members.Prompt.Text is not { } prompt)
        {
            return Invalid("prompt", $"Input prompt must be a string, not {members.Prompt.Description}.");
        }

        if (prompt.Length > MaxPromptLength && prompt.EnumerateRunes().Count() is var length && length > MaxPromptLength)
        {
            return Invalid("prompt", $"Input prompt must be at most {MaxPromptLength} characters long; it has {length}.");
        }

        // All are "required" in the specification and three are given a default there too; the default wins, also over null and an empty string.
        var (model, modelError) = TextOf("model", members.Model, AgentAIEngines.DefaultImageModel);
        if (model is null)
        {
            return modelError!;
        }

        if (model.Length > InvokeLlmReader.MaxEngineLength)
        {
            return Invalid("model", $"Input model must be at most {InvokeLlmReader.MaxEngineLength} characters long.");
        }

        var (style, styleError) = OneOf("model_style", members.Style, Styles, "default");
        var (ratio, ratioError) = OneOf("model_aspect_ratio", members.Ratio, Ratios, "9:16");
        return styleError is not null ? styleError
            : ratioError is not null ? ratioError
            : new ImageRequest { Model = model, Prompt = prompt, Style = style, Ratio = ratio };
    }

    private static (TValue Value, GatewayError? Error) OneOf<TValue>(string name, JsonInput input, FrozenDictionary<string, TValue> choices, string standard)
        where TValue : struct
    {
        var (text, error) = TextOf(name, input, standard);
        return text is null ? (default, error)
            : choices.TryGetValue(text.Trim(), out var value) ? (value, null)
            : (default, Invalid(name, $"Input {name} must be one of {string.Join(", ", choices.Keys.Order(StringComparer.Ordinal))}, not {Excerpt.Of(text, 64)}."));
    }

    private static (string? Text, GatewayError? Error) TextOf(string name, JsonInput input, string standard) =>
        !input.IsAbsent && input.Text is null ? (null, Invalid(name, $"Input {name} must be a string, not {input.Description}."))
        : string.IsNullOrWhiteSpace(input.Text) ? (standard, null)
        : (input.Text, null);

    private static GatewayError Invalid(string parameter, string message) => new(ErrorKind.InvalidRequest, message) { Parameter = parameter };

    private struct Members : IJsonMembers
    {
        public JsonInput Prompt;
        public JsonInput Model;
        public JsonInput Style;
        public JsonInput Ratio;

        public bool TryTake(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("prompt"u8))
            {
                Prompt = JsonInput.Take(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                Model = JsonInput.Take(ref reader);
            }
            else if (reader.ValueTextEquals("model_style"u8))
            {
                Style = JsonInput.Take(ref reader);
            }
            else if (reader.ValueTextEquals("model_aspect_ratio"u8))
            {
                Ratio = JsonInput.Take(ref reader);
            }
            else
            {
                return false;
            }

            return true;
        }
    }
}
