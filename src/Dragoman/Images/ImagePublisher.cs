using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Images;

/// <summary>Gives each picture a name that says how long it stays, and has it stored.</summary>
/// <param name="settings">Gives the settings in force.</param>
public sealed class ImagePublisher(IImageStore store, Func<ImageSettings> settings, TimeProvider time) : IImagePublisher
{
    public ValueTask<PublishResult> PublishAsync(GeneratedImage image, CancellationToken cancellationToken)
    {
        var expiresAt = settings().Lifetime is { } lifetime ? time.GetUtcNow() + lifetime : ImageName.Forever;
        return store.PutAsync(ImageName.Create(expiresAt, image.MediaType), image.Data, cancellationToken);
    }
}
