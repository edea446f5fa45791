using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>Ideogram 3, https://developer.ideogram.ai/api-reference/api-reference/generate-v3: a form. A blocked prompt is answered with a picture withheld.</summary>
internal sealed class IdeogramWire(Gallery gallery) : DetailWire("Api-Key", "error")
{
    static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        "aspect_ratio", "magic_prompt", "negative_prompt", "num_images", "prompt", "rendering_speed", "resolution", "seed", "style_type",
    };

    public override string ContentType => Forms.ContentType;

    public override JsonElement? BodyOf(RecordedRequest request) => Forms.Read(request);

    public override Ask Read(RecordedRequest request, JsonElement body) => new(request.Wire, request.Model)
    {
        LastUserText = body.Get("prompt").Text() ?? "",
        PictureSize = Gallery.SizeOf(body.Get("resolution").Text() ?? body.Get("aspect_ratio").Text()),
        Home = request.Home,
    };

    public override UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings)
    {
        findings.Unknown(body, "", s_known);
        return string.IsNullOrEmpty(body.Get("prompt").Text()) ? Invalid("prompt is required") : null;
    }

    public override Rendered Plain(Turn turn)
    {
        var isSafe = turn.Reply.BlockReason is null;
        return new(
            200,
            "application/json",
            [
                new(Bytes(new JsonObject
                {
                    ["created"] = "2026-11-22T12:00:00+00:00",
                    ["data"] = new JsonArray(new JsonObject
                    {
                        ["prompt"] = turn.Ask.LastUserText,
                        ["resolution"] = $"{turn.Ask.PictureSize.Width}x{turn.Ask.PictureSize.Height}",
                        ["is_image_safe"] = isSafe,
                        ["seed"] = 42,
                        ["url"] = isSafe ? gallery.Hang(turn) : null,
                    }),
                })),
            ]);
    }
}
