using Dragoman.Images;
using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Tests.Images;

public sealed class ImagePublisherTests
{
    private readonly FakeTime _time = new();
    private readonly FakeStore _store = new();

    [Fact]
    public async Task Publish_ALifetime_IsInTheName()
    {
        var settings = new ImageSettings { Lifetime = TimeSpan.FromHours(1) };
        var publisher = new ImagePublisher(_store, () => settings, _time);

        var result = await publisher.PublishAsync(new GeneratedImage(new byte[] { 1, 2 }, "image/webp", 1, 1), default);
        result.Address.ShouldBe(_store.Name!.Path);
        _store.Name.ExpiresAt.ShouldBe(_time.GetUtcNow().AddHours(1));
        _store.Name.MediaType.ShouldBe("image/webp");
        _store.Data.ShouldBe([1, 2]);

        settings = new ImageSettings { Lifetime = null }; // The settings in force count, not those at start.
        await publisher.PublishAsync(new GeneratedImage(new byte[] { 3 }, "image/png", 1, 1), default);
        _store.Name.ExpiresAt.ShouldBe(ImageName.Forever);
    }

    [Fact]
    public async Task FindObstacle_AStoreThatFailed_IsItsErrorForHalfAMinute()
    {
        var publisher = new ImagePublisher(_store, () => new ImageSettings(), _time);
        publisher.FindObstacle().ShouldBeNull();

        _store.Error = new GatewayError(ErrorKind.Internal, "The picture could not be stored: the disk is full.");
        await PublishAsync();
        _time.Advance(TimeSpan.FromSeconds(29));
        publisher.FindObstacle().ShouldBe(_store.Error);
        _time.Advance(TimeSpan.FromSeconds(1));
        publisher.FindObstacle().ShouldBeNull();

        await PublishAsync();
        _store.Error = null;
        await PublishAsync();
        publisher.FindObstacle().ShouldBeNull();

        async Task PublishAsync() => await publisher.PublishAsync(new GeneratedImage(new byte[] { 1 }, "image/png", 1, 1), default);
    }

    [Fact]
    public void FindObstacle_OfTheStore_IsTold()
    {
        _store.Obstacle = new GatewayError(ErrorKind.Internal, "The picture could not be stored: the disk is full.");
        new ImagePublisher(_store, () => new ImageSettings(), _time).FindObstacle().ShouldBe(_store.Obstacle);
    }

    private sealed class FakeStore : IImageStore
    {
        public ImageName? Name { get; private set; }

        public byte[]? Data { get; private set; }

        public GatewayError? Obstacle { get; set; }

        /// <summary>What pictures are refused with.</summary>
        public GatewayError? Error { get; set; }

        public GatewayError? FindObstacle() => Obstacle;

        public ValueTask<PublishResult> PutAsync(ImageName name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            (Name, Data) = (name, data.ToArray());
            return ValueTask.FromResult(Error is null ? (PublishResult)name.Path : Error);
        }

        public ValueTask<OpenedImage> OpenAsync(ImageName name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<int> SweepAsync(DateTimeOffset now, int slice, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
