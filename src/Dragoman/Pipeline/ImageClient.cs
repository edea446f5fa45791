using System.Text.Encodings.Web;
using System.Text.Json;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <summary>
/// One attempt to have a picture made: ordered, waited for where it takes its time, fetched where it lies elsewhere, and developed. A picture is ordered once:
/// who asks twice pays twice.
/// </summary>
/// <param name="network">Pictures are fetched through it.</param>
/// <param name="darkroom">Absent in a build without one; then no stranger's picture is taken.</param>
internal sealed class ImageClient(UpstreamClient upstream, IEgressNetwork network, TimeProvider time, IDarkroom? darkroom = null)
{
    /// <summary>Of a picture that is fetched.</summary>
    internal const int MaxBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Bodies are never part of a page, so that text stays as short as it is in UTF-8.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly GuardedFetcher _fetcher = new(network, time);
    private readonly Retries _retries = new(time);

    /// <param name="body">As <paramref name="wire"/> wrote it for the target.</param>
    /// <param name="isOwn">The upstream is the starter's composer, whose pictures are taken as they are.</param>
    public async ValueTask<ImageAttempt> TryAsync(
        IImageProvider wire, ImageBody body, AspectRatio ratio, UpstreamTarget target, bool isOwn, UpstreamLimits limits, CancellationToken cancellationToken)
    {
        if (darkroom is null && !isOwn)
        {
            return new ImageAttempt(new GatewayError(ErrorKind.StarterUnavailable, "Pictures of providers cannot be checked: this build has no picture engine."), IsLast: true);
        }

        var clock = new TimeLeft(limits, time);
        var (answer, isOrdered, error) = await OrderAsync(wire, body, target, clock, cancellationToken);
        if (error is not null)
        {
            return new ImageAttempt(error, IsLast: isOrdered && MayStillBeMade(error));
        }

        var images = new List<GeneratedImage>();
        ImageAttempt? first = null;
        foreach (var made in answer.Images!.Take(ImageResponse.MostImages))
        {
            var (image, failure, isOurs) = isOwn ? Own(made, body.Size, target) : await TakeAsync(made, ratio, target, clock, cancellationToken);
            if (image is not null)
            {
                images.Add(image with { RevisedPrompt = made.RevisedPrompt });
            }
            else if (first is null)
            {
                first = new ImageAttempt(failure!, isOurs);
            }
        }

        // Of several pictures one may be none.
        return images.Count == 0 ? first!.Value : new ImageAttempt(new ImageResponse { Images = images, Usage = answer.Usage, IsComposed = isOwn });
    }

    /// <summary>Nobody knows what became of the order, and it will be paid.</summary>
    private static bool MayStillBeMade(GatewayError error) => error.Kind is ErrorKind.UpstreamUnreachable or ErrorKind.UpstreamTimeout
        or ErrorKind.UpstreamStreamBroken or ErrorKind.UpstreamRateLimited or ErrorKind.UpstreamOverloaded;

    private async ValueTask<(ImageAnswer Answer, bool IsOrdered, GatewayError? Error)> OrderAsync(
        IImageProvider wire, ImageBody body, UpstreamTarget target, TimeLeft clock, CancellationToken cancellationToken)
    {
        using var bytes = new PooledBuffer();
        var (answer, error) = await upstream.SendAsync(wire, target, Content(body, bytes), clock.Limits, cancellationToken);
        if (error is not null || answer.Pending is not { } pending)
        {
            return (answer, false, error);
        }

        var place = wire.PlaceOf(pending, target);
        var pause = FirstPause;
        while (error is null && answer.Pending is not null)
        {
            if (clock.Left <= pause)
            {
                return (default, true, UpstreamErrors.Explain(new GatewayError(ErrorKind.UpstreamTimeout, ""), target));
            }

            try
            {
                await Task.Delay(pause, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return (default, true, Settlement.Canceled with { Provider = target.ProviderName });
            }

            // To ask how far it is costs nothing and may be asked again.
            pause = pause * 1.25 < LongestPause ? pause * 1.25 : LongestPause;
            (answer, error) = await _retries.RunAsync(
                left => upstream.GetAsync(wire, target, place, left, cancellationToken), clock.Limits, Patience.OfCaller, cancellationToken);
        }

        return (answer, true, error);
    }

    private static HttpContent Content(ImageBody body, PooledBuffer bytes)
    {
        if (!body.IsForm)
        {
            using var writer = new Utf8JsonWriter(bytes, Plain);
            body.Members.WriteTo(writer);
            writer.Flush();
            return UpstreamClient.JsonContent(bytes);
        }

        var form = new MultipartFormDataContent();
        foreach (var (name, value) in body.Members)
        {
            form.Add(UpstreamClient.FormPart(new StringContent(value!.ToString()), name));
        }

        return form;
    }

    /// <summary>What the starter composed, from its bytes and the size that it was asked for.</summary>
    private static Taken Own(UpstreamImage made, ImageSize? size, UpstreamTarget target) =>
        ImageTypes.Of(made.Data.Span) is { } type && size is { } sides
            ? new Taken(new GeneratedImage(made.Data, type, sides.Width, sides.Height))
            : new Taken(null, UpstreamErrors.NoPicture("What came is no PNG, JPEG or WebP image.", target));

    private async ValueTask<Taken> TakeAsync(
        UpstreamImage made, AspectRatio ratio, UpstreamTarget target, TimeLeft clock, CancellationToken cancellationToken)
    {
        using var fetched = new PooledBuffer();
        var bytes = made.Data;
        if (made.Url is { } address)
        {
            // What lies on the origin that the operator configured may be fetched from there, wherever that is.
            var guard = new EgressGuard(Origin.Of(target.PlainUri));
            var limits = new FetchLimits(clock.Left < FetchTimeout ? clock.Left : FetchTimeout, MaxBytes);
            if ((await _fetcher.FetchAsync(address, fetched, guard, limits, cancellationToken)).Failure is { } failure)
            {
                return new Taken(null, failure.Kind is FetchFailureKind.Canceled
                    ? Settlement.Canceled with { Provider = target.ProviderName }
                    : UpstreamErrors.NoPicture($"It could not be fetched. {failure.Message}", target));
            }

            bytes = fetched.WrittenMemory;
        }

        var (image, error) = await darkroom!.DevelopAsync(bytes, ratio, target.ToString(), cancellationToken);
        return image is not null ? new Taken(image)
            : error!.Kind is ErrorKind.UpstreamInvalidResponse ? new Taken(null, UpstreamErrors.NoPicture(error.Message, target))
            : new Taken(null, error, IsOurs: true);
    }

    /// <param name="IsOurs">The fault is not the picture's.</param>
    private readonly record struct Taken(GeneratedImage? Image, GatewayError? Error = null, bool IsOurs = false);

    /// <summary>The time of one attempt.</summary>
    private sealed class TimeLeft(UpstreamLimits limits, TimeProvider time)
    {
        private readonly long _startedAt = time.GetTimestamp();

        public TimeSpan Left => limits.TotalTimeout - time.GetElapsedTime(_startedAt) is var left && left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1);

        public UpstreamLimits Limits => limits with { TotalTimeout = Left };
    }
}

/// <param name="IsLast">Another deployment's picture would be made, and paid for, in vain: it is this server that cannot take one.</param>
internal readonly record struct ImageAttempt(ImageResult Result, bool IsLast = false);
