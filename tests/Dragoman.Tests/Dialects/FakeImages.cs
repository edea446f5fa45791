using Dragoman.Images;
using Dragoman.Model;
using Dragoman.Pipeline;

namespace Dragoman.Tests.Dialects;

/// <summary>Makes, develops and publishes pictures as it was told to; by default all goes well.</summary>
internal sealed class FakeImages : IImageGateway, IDarkroom, IImagePublisher
{
    public static GeneratedImage Picture { get; } = new(new byte[] { 1, 2, 3 }, "image/jpeg", 9, 16);

    public Func<ImageCall, ImageResult> Answer { get; set; } = static call =>
    {
        call.ServedBy = "openai/gpt-image-1";
        return new ImageResponse { Images = [Picture] };
    };

    public GatewayError? DevelopError { get; set; }

    public GatewayError? PublishError { get; set; }

    /// <summary>Why nothing could be published, known beforehand.</summary>
    public GatewayError? Obstacle { get; set; }

    public ImageCall? LastCall { get; private set; }

    /// <summary>What <see cref="IDarkroom"/> was told of who made the picture.</summary>
    public string? Source { get; private set; }

    public List<GeneratedImage> Published { get; } = [];

    public async ValueTask<ImageResult> GenerateAsync(ImageCall call, CancellationToken cancellationToken)
    {
        LastCall = call;
        var result = Answer(call);

        // As the pipeline does it.
        return result.Response is { } made && call.Finish is { } finish && await finish(made, cancellationToken) is { } failed ? failed : result;
    }

    public ValueTask<(GeneratedImage? Image, GatewayError? Error)> DevelopAsync(
        ReadOnlyMemory<byte> picture, AspectRatio? ratio, string source, CancellationToken cancellationToken)
    {
        Source = source;
        return new(DevelopError is null ? (Picture with { Data = picture }, null) : (null, DevelopError));
    }

    public GatewayError? FindObstacle() => Obstacle;

    public ValueTask<PublishResult> PublishAsync(GeneratedImage image, CancellationToken cancellationToken)
    {
        if (PublishError is not null)
        {
            return new(PublishError);
        }

        Published.Add(image);
        return new(new Uri($"/images/{Published.Count}.jpg", UriKind.Relative));
    }
}
