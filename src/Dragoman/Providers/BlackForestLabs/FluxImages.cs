using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.BlackForestLabs;

/// <summary>
/// Black Forest Labs' API (docs.bfl.ai/quick_start/generating_images): <c>POST /v1/{model}</c> answers <c>{id, polling_url}</c>, and what comes of it is asked for
/// there until it is ready.
/// </summary>
internal sealed class FluxImages : IImageProvider
{
    private const string VendorsDomain = "bfl.ai";

    public ImageFormat Format => ImageFormat.BlackForestLabs;

    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey) =>
        UpstreamTarget.At(UpstreamTarget.Under(baseUri, $"/v1/{Uri.EscapeDataString(model)}"), vendor, providerName, model, apiKey);

    public ImageBody Write(ImageRequest request, UpstreamTarget target) => ImagePlan.Of(request, target).ToBody([]);

    /// <summary>
    /// The address that the answer tells, for each cluster keeps its own pictures, but never with the credential to a stranger: it must be on the provider's
    /// own origin or, as the vendor's clusters are, beneath its domain.
    /// </summary>
    public Uri PlaceOf(PendingImage pending, UpstreamTarget target) =>
        Uri.TryCreate(pending.Address, UriKind.Absolute, out var told) && MayHaveCredential(told, target.PlainUri)
            ? told
            : new Uri(target.PlainUri, "get_result?id=" + Uri.EscapeDataString(pending.Id));

    public ImageAnswer ReadResponse(ReadOnlySpan<byte> body)
    {
        var wire = JsonSerializer.Deserialize(body, FluxJson.Default.FluxTask) ?? throw new JsonException("The answer is null.");
        return wire.Status switch
        {
            "Ready" => new ImageAnswer
            {
                Images =
                [
                    UpstreamImage.At(wire.Result?.Sample is { Length: > 0 } sample ? sample : throw new JsonException("The answer holds no picture."))
                        with { RevisedPrompt = wire.Result.Prompt is "" ? null : wire.Result.Prompt },
                ],
            },
            "Request Moderated" => new GatewayError(ErrorKind.ContentFiltered, "The request was moderated."),
            "Content Moderated" => new GatewayError(ErrorKind.ContentFiltered, "The picture was moderated."),
            "Error" or "Failed" or "Task not found" => new GatewayError(ErrorKind.UpstreamFailed, wire.Status),
            _ => new ImageAnswer { Pending = new PendingImage(wire.Id ?? throw new JsonException("The answer holds no id."), wire.PollingUrl) },
        };
    }

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => DetailErrors.Read(status, body);

    private static bool MayHaveCredential(Uri told, Uri own) =>
        told.UserInfo.Length == 0
        && (Uri.Compare(told, own, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            || IsVendors(told) && IsVendors(own));

    private static bool IsVendors(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort
        && (address.IdnHost == VendorsDomain || address.IdnHost.EndsWith("." + VendorsDomain, StringComparison.Ordinal));
}
