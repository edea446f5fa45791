using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>
/// Black Forest Labs' API, https://docs.bfl.ai/quick_start/generating_images: an order, and its answer at the address that it tells. A blocked prompt is told
/// there.
/// </summary>
internal sealed class FluxWire(Gallery gallery) : DetailWire("x-key", "detail")
{
    static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        "aspect_ratio", "guidance", "height", "output_format", "prompt", "prompt_upsampling", "raw", "safety_tolerance", "seed", "steps", "width",
    };

    public override Ask Read(RecordedRequest request, JsonElement body) => new(request.Wire, request.Model)
    {
        LastUserText = body.Get("prompt").Text() ?? "",
        PictureSize = body.Get("width").Int() is { } width && body.Get("height").Int() is { } height
            ? (width, height)
            : Gallery.SizeOf(body.Get("aspect_ratio").Text()),
        Home = request.Home,
    };

    public override UpstreamError? Check(RecordedRequest request, JsonElement body, Findings findings)
    {
        findings.Nulls(body);
        findings.Unknown(body, "", s_known);
        return string.IsNullOrEmpty(body.Get("prompt").Text()) ? Invalid("prompt: Field required")
            : body.Get("width").Int() % 32 > 0 || body.Get("height").Int() % 32 > 0 ? Invalid("width: Input should be a multiple of 32")
            : null;
    }

    public override Rendered Plain(Turn turn)
    {
        var last = turn.Reply.BlockReason is not null
            ? new JsonObject { ["id"] = turn.Id, ["status"] = "Request Moderated", ["result"] = null }
            : new JsonObject
            {
                ["id"] = turn.Id,
                ["status"] = "Ready",
                ["result"] = new JsonObject { ["sample"] = gallery.Hang(turn), ["prompt"] = turn.Ask.LastUserText, ["seed"] = 42, ["duration"] = 1.5 },
            };
        return new(200, "application/json", [new(Bytes(new JsonObject { ["id"] = turn.Id, ["polling_url"] = gallery.TakeOrder(turn, last), ["cost"] = 4.0 }))]);
    }
}
