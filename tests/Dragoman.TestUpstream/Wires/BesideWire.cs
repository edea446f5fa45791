using System.Text.Json;

namespace Dragoman.Testing.Wires;

/// <summary>Work that a vendor does beside chatting: keys and errors are as the vendor's chat has them.</summary>
internal abstract class BesideWire(Wire chat) : Wire
{
    public override UpstreamError NotJson => chat.NotJson;

    public override string? Key(RecordedRequest request) => chat.Key(request);

    public override UpstreamError? CheckKey(RecordedRequest request, Func<string, bool> accepted) => chat.CheckKey(request, accepted);

    public override Rendered Error(WireKind kind, UpstreamError error, string model, string id) => chat.Error(kind, error, model, id);

    public override Frame ErrorFrame(WireKind kind, UpstreamError error, string model, string id) => chat.ErrorFrame(kind, error, model, id);

    public override Rendered Models(IReadOnlyList<string> models, string id) => chat.Models(models, id);

    protected static List<string> Texts(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => [text.GetString()!],
        _ => [.. value.Items().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : "")],
    };
}
