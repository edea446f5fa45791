using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.Ideogram;

/// <summary>Ideogram 3 (developer.ideogram.ai/api-reference/api-reference/generate-v3): a form, answered with addresses that last for a while.</summary>
internal sealed class IdeogramImages : IImageProvider
{
    private const string Model = "ideogram-v3";

    public ImageFormat Format => ImageFormat.Ideogram;

    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey)
    {
        // What follows the model's name is how much time it takes, a field of the form.
        var name = model.StartsWith(Model + '-', StringComparison.OrdinalIgnoreCase) ? Model : model;
        return UpstreamTarget.At(UpstreamTarget.Under(baseUri, $"/v1/{Uri.EscapeDataString(name)}/generate"), vendor, providerName, model, apiKey);
    }

    public ImageBody Write(ImageRequest request, UpstreamTarget target) => ImagePlan.Of(request, target).ToBody([], isForm: true);

    public ImageAnswer ReadResponse(ReadOnlySpan<byte> body)
    {
        var wire = JsonSerializer.Deserialize(body, IdeogramJson.Default.IdeogramAnswer) ?? throw new JsonException("The answer is null.");
        var data = wire.Data is { Length: > 0 } some ? some : throw new JsonException("The answer holds no picture.");
        return Array.Exists(data, entry => entry?.IsImageSafe is false)
            ? new GatewayError(ErrorKind.ContentFiltered, "The picture did not pass the safety check.")
            : new ImageAnswer { Images = [.. data.Select(ImageOf)] };
    }

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => DetailErrors.Read(status, body);

    private static UpstreamImage ImageOf(IdeogramPicture? entry) =>
        entry?.Url is { Length: > 0 } url
            ? UpstreamImage.At(url) with { RevisedPrompt = entry.Prompt is "" ? null : entry.Prompt }
            : throw new JsonException("The answer holds an entry without a picture.");
}
