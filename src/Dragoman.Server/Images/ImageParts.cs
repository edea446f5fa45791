using Dragoman.Configuration;
using Dragoman.Images;

namespace Dragoman.Server.Images;

internal static class ImageParts
{
    /// <summary>Published pictures: where they lie, how they come to be there, how they are shown and how they go.</summary>
    public static IServiceCollection AddImages(this IServiceCollection services, string dataDirectory)
    {
        // Nothing of S3's SDK is loaded before its store is made.
        services.AddSingleton<IImageStore>(provider => provider.GetRequiredService<SnapshotSource>().Current.Images.S3 is { } s3
            ? new S3ImageStore(s3, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<S3ImageStore>>())
            : new FolderImageStore(dataDirectory, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<FolderImageStore>>()));
        services.AddSingleton<IImagePublisher>(provider => new ImagePublisher(
            provider.GetRequiredService<IImageStore>(),
            () => provider.GetRequiredService<SnapshotSource>().Current.Images,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PublishedImageEndpoint>();
        services.AddHostedService<ImageSweeper>();
        return services;
    }
}
