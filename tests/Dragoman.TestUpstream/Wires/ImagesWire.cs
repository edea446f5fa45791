using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>
/// OpenAI's image generation, https://platform.openai.com/docs/api-reference/images/create, and those that are like it. A scripted text is the revised prompt;
/// a blocked prompt is refused as <c>moderation_blocked</c>.
/// </summary>
internal sealed class ImagesWire(Gallery gallery) : BesideWire(new OpenAIWire())
{
    static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        "background", "model", "moderation", "n", "output_compression", "output_format", "partial_images", "prompt", "quality", "response_format", "size",
        "stream", "style", "user",

        // Together's, xAI's, Recraft's, LocalAI's.
        "aspect_ratio", "height", "seed", "steps", "width",
    };

    public override Ask Read(RecordedRequest request, JsonElement body) => new(request.Wire, body.Get("model").Text() ?? "")
    {
        LastUserText = body.Get("prompt").Text() ?? "",
        InputWords = Words.Count(body.Get("prompt").Text()),
        PictureSize = body.Get("width").Int() is { } width && body.Get("height").Int() is { } height
            ? (width, height)
            : Gallery.SizeOf(body.Get("size").Text() ?? body.Get("aspect_ratio").Text()),
        WantsAddress = body.Get("response_format").Text() == "url",
        Home = request.Home,
    };

    public override UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings)
    {
        findings.Nulls(body);
        findings.Unknown(body, "", s_known);
        return string.IsNullOrEmpty(body.Get("prompt").Text()) ? OpenAIErrors.Invalid("Missing required parameter: 'prompt'.", "prompt") : null;
    }

    public override Rendered Plain(Turn turn)
    {
        if (turn.Reply.BlockReason is not null)
        {
            return Error(turn.Ask.Wire, OpenAIErrors.Invalid("Your request was rejected by the safety system.", code: "moderation_blocked"), turn.Model, turn.Id);
        }

        var picture = turn.Reply.IsAtAddress || turn.Ask.WantsAddress
            ? new JsonObject { ["url"] = gallery.Hang(turn) }
            : new JsonObject { ["b64_json"] = Gallery.Base64Of(turn) };
        if (!turn.Reply.Choices.IsEmpty && turn.Choices[0].Text is { } revised)
        {
            picture["revised_prompt"] = revised;
        }

        var body = new JsonObject { ["created"] = turn.Created, ["data"] = new JsonArray(picture) };
        if (turn.Reply.Usage is { } usage)
        {
            body["usage"] = new JsonObject
            {
                ["input_tokens"] = usage.Input,
                ["output_tokens"] = usage.Output,
                ["total_tokens"] = usage.Input + usage.Output,
            };
        }

        return new(200, "application/json", [new(Bytes(body))]) { Headers = OpenAIWire.Headers(WireKind.OpenAI, turn.Id) };
    }
}
