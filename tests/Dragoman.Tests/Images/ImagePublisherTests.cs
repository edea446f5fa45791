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

    private sealed class FakeStore : IImageStore
    {
        public ImageName? Name { get; private set; }

        public byte[]? Data { get; private set; }

        public ValueTask<PublishResult> PutAsync(ImageName name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            (Name, Data) = (name, data.ToArray());
            return ValueTask.FromResult<PublishResult>(name.Path);
        }

        public ValueTask<OpenedImage> OpenAsync(ImageName name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<int> SweepAsync(DateTimeOffset now, int slice, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
