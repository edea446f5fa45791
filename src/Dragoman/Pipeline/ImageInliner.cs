using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Pipeline;

/// <summary>
/// Fetches the images that a request names by address, for providers that take bytes only. The addresses are the caller's, so they go through the guarded
/// fetcher, and what comes is looked at: only an image travels on.
/// </summary>
public sealed class ImageInliner
{
    /// <summary>Over all images of a request.</summary>
    internal const int MaxBytes = 32 * 1024 * 1024;

    internal const int MaxImages = 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly GuardedFetcher _fetcher;

    public ImageInliner(TimeProvider time)
        : this(new SystemNetwork(), time)
    {
    }

    internal ImageInliner(IEgressNetwork network, TimeProvider time) => _fetcher = new GuardedFetcher(network, time);

    /// <summary>The request with bytes in place of addresses, or which image could not be had and why.</summary>
    /// <param name="provider">The address of the provider that is about to be called, where the operator chose it: what lies on its origin may be fetched.</param>
    internal async ValueTask<GatheredRequest> InlineAsync(ChatRequest request, Uri? provider, CancellationToken cancellationToken)
    {
        var guard = new EgressGuard(provider is null ? [] : [Origin.Of(provider)]);
        var messages = new ChatMessage[request.Messages.Count];
        var (images, bytesLeft) = (0, MaxBytes);
        for (var i = 0; i < messages.Length; i++)
        {
            messages[i] = request.Messages[i];
            if (!messages[i].Parts.Any(part => part is ImagePart { Url: not null }))
            {
                continue;
            }

            ContentPart[] parts = [.. messages[i].Parts];
            for (var j = 0; j < parts.Length; j++)
            {
                if (parts[j] is not ImagePart { Url: { } address } image)
                {
                    continue;
                }

                if (++images > MaxImages)
                {
                    return Refused(i, $"A request may name at most {MaxImages} images by address for this model.");
                }

                using var bytes = new PooledBuffer();
                var (_, failure) = await _fetcher.FetchAsync(address, bytes, guard, new FetchLimits(Timeout, bytesLeft), cancellationToken);
                if (failure is not null)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return Refused(i, failure.Message);
                }

                if (ImageTypes.Of(bytes.WrittenSpan) is not { } mediaType)
                {
                    return Refused(i, "What is at the address is no PNG, JPEG, GIF or WebP image.");
                }

                bytesLeft -= bytes.Length;
                parts[j] = image with { Url = null, Data = bytes.WrittenSpan.ToArray(), MediaType = mediaType };
            }

            messages[i] = messages[i] with { Parts = parts };
        }

        return request with { Messages = messages };
    }

    private static GatewayError Refused(int message, string reason) =>
        new(ErrorKind.InvalidRequest, $"An image of message {message + 1} could not be fetched. {reason}") { Parameter = "messages" };
}
