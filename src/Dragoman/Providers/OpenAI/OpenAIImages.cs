using System.Text.Json;
using System.Text.Json.Nodes;
using Dragoman.Model;

namespace Dragoman.Providers.OpenAI;

/// <summary>
/// OpenAI's image generation (platform.openai.com/docs/api-reference/images/create), as several vendors and many programs have it; what each calls things is
/// told in <see cref="ImageRules"/>.
/// </summary>
internal sealed class OpenAIImages : IImageProvider
{
    public ImageFormat Format => ImageFormat.OpenAI;

    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey) =>
        UpstreamTarget.At(UpstreamTarget.Under(baseUri, "/images/generations"), vendor, providerName, model, apiKey);

    public ImageBody Write(ImageRequest request, UpstreamTarget target) =>
        ImagePlan.Of(request, target).ToBody(new JsonObject { ["model"] = target.Model });

    public ImageAnswer ReadResponse(ReadOnlySpan<byte> body)
    {
        var wire = JsonSerializer.Deserialize(body, OpenAIOffersJson.Default.ImageListWire) ?? throw new JsonException("The answer is null.");
        if (OpenAIMapping.IsError(wire.Error))
        {
            return OpenAIErrorReader.Read(200, body);
        }

        // xAI keeps the place of a picture that it withholds.
        if (wire.Data?.Any(entry => entry?.RespectModeration is false) is true)
        {
            return new GatewayError(ErrorKind.ContentFiltered, "");
        }

        return new ImageAnswer
        {
            Images = wire.Data is { Length: > 0 } data ? [.. data.Select(ImageOf)] : throw new JsonException("The answer holds no picture."),
            Usage = wire.Usage is { InputTokens: { } input, OutputTokens: { } output } ? new Usage { InputTokens = input, OutputTokens = output } : null,
        };
    }

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => OpenAIErrorReader.Read(status, body);

    private static UpstreamImage ImageOf(ImageWire? entry)
    {
        var image = entry switch
        {
            { B64Json: { Length: > 0 } data } => new UpstreamImage(data),
            { Url: { Length: > 0 } url } => UpstreamImage.At(url),
            _ => throw new JsonException("The answer holds an entry without a picture."),
        };
        return image with { RevisedPrompt = OpenAIMapping.NullIfEmpty(entry.RevisedPrompt) };
    }
}
