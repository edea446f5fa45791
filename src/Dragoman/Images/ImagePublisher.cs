using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Images;

/// <summary>Gives each picture a name that says how long it stays, and has it stored.</summary>
/// <param name="settings">Gives the settings in force.</param>
public sealed class ImagePublisher(IImageStore store, Func<ImageSettings> settings, TimeProvider time) : IImagePublisher
{
    /// <summary>How long a store that failed is taken to fail.</summary>
    private static readonly TimeSpan FailureLasts = TimeSpan.FromSeconds(30);

    private volatile Failure? _lastFailure; // gone once a picture has been stored

    public GatewayError? FindObstacle() =>
        _lastFailure is { } failure && time.GetElapsedTime(failure.At) < FailureLasts ? failure.Error : store.FindObstacle();

    public async ValueTask<PublishResult> PublishAsync(GeneratedImage image, CancellationToken cancellationToken)
    {
        var expiresAt = settings().Lifetime is { } lifetime ? time.GetUtcNow() + lifetime : ImageName.Forever;
        var result = await store.PutAsync(ImageName.Create(expiresAt, image.MediaType), image.Data, cancellationToken);
        _lastFailure = result.Error is { } error ? new Failure(error, time.GetTimestamp()) : null;
        return result;
    }

    private sealed record Failure(GatewayError Error, long At);
}
