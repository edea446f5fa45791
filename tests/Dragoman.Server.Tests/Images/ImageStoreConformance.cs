using Dragoman.Images;
using Dragoman.Model;

namespace Dragoman.Server.Tests.Images;

/// <summary>What every store of pictures does; derived from by the tests of each.</summary>
public abstract class ImageStoreConformance
{
    protected static readonly DateTimeOffset Later = DateTimeOffset.UtcNow.AddDays(3);

    /// <summary>A store without a picture.</summary>
    private protected abstract Task<IImageStore> CreateAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task Put_ThenOpen_IsTheSamePicture(int length)
    {
        var store = await CreateAsync();
        var name = ImageName.Create(Later, "image/jpeg");

        (await store.PutAsync(name, Bytes(length), default)).ShouldBe(name.Path);

        await using var content = await OpenAsync(store, name);
        content.Length.ShouldBe(length);
        (await ReadAsync(content)).ShouldBe(Bytes(length));
        (await store.OpenAsync(name, default)).StoredAt.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Open_AnotherPlaceOfThePicture_IsReadFromThere()
    {
        var store = await CreateAsync();
        var name = await PutAsync(store, Later, Bytes(100_000));
        await using var content = await OpenAsync(store, name);

        content.Seek(90_000, SeekOrigin.Begin).ShouldBe(90_000);
        (await ReadAsync(content)).ShouldBe(Bytes(100_000)[90_000..]);
        content.Seek(-10, SeekOrigin.End);
        (await ReadAsync(content)).ShouldBe(Bytes(100_000)[^10..]);
        content.Position = 0;
        (await ReadAsync(content)).ShouldBe(Bytes(100_000));
        content.Seek(1, SeekOrigin.Current).ShouldBe(100_001);
        (await content.ReadAsync(new byte[1])).ShouldBe(0);
    }

    [Fact]
    public async Task Open_ANameThatWasChanged_IsNothing()
    {
        var store = await CreateAsync();
        var text = (await PutAsync(store, Later, Bytes(10))).ToString();
        string[] forgeries =
        [
            (text[0] == '0' ? '1' : '0') + text[1..],
            text.Replace(".jpg", ".png", StringComparison.Ordinal),
            text.Replace(".jpg", ".webp", StringComparison.Ordinal),
            $"{text[..33]}{Later.AddSeconds(1).ToUnixTimeSeconds():x8}.jpg",
            $"{text[..33]}{Later.AddDays(400).ToUnixTimeSeconds():x8}.jpg",
            $"{text[..33]}ffffffff.jpg",
        ];
        foreach (var forgery in forgeries)
        {
            ImageName.TryParse(forgery, out var name).ShouldBeTrue();
            (await store.OpenAsync(name, default)).ShouldBe(default);
        }
    }

    [Fact]
    public async Task Open_APictureOfAnotherStore_IsNothing()
    {
        var name = await PutAsync(await CreateAsync(), Later, Bytes(10));
        (await (await CreateAsync()).OpenAsync(name, default)).ShouldBe(default);
    }

    [Fact]
    public async Task Put_ManyAtOnce_KeepsEachWhole()
    {
        var store = await CreateAsync();
        var names = await Task.WhenAll(Enumerable.Range(1, 16).Select(length => PutAsync(store, Later, Bytes(length * 1000))));
        foreach (var (name, length) in names.Zip(Enumerable.Range(1, 16)))
        {
            await using var content = await OpenAsync(store, name);
            (await ReadAsync(content)).ShouldBe(Bytes(length * 1000));
        }
    }

    [Fact]
    public async Task Put_Canceled_LeavesNothing()
    {
        var store = await CreateAsync();
        var name = ImageName.Create(Later, "image/jpeg");
        await Should.ThrowAsync<OperationCanceledException>(async () => await store.PutAsync(name, Bytes(1000), new CancellationToken(canceled: true)));
        (await store.OpenAsync(name, default)).ShouldBe(default);
    }

    [Fact]
    public async Task Sweep_TakesWhatIsOverAndNothingElse_ASliceAtATime()
    {
        var store = await CreateAsync();
        var now = new DateTimeOffset(2027, 3, 10, 12, 0, 0, TimeSpan.Zero);
        var over = new List<ImageName>();
        foreach (var days in new[] { 1, 1, 1, 30, 400 })
        {
            over.Add(await PutAsync(store, now.AddDays(-days), Bytes(10)));
        }

        var today = await PutAsync(store, now.AddHours(-1), Bytes(10)); // Its day is not over.
        var tomorrow = await PutAsync(store, now.AddDays(1), Bytes(10));
        var forever = await PutAsync(store, ImageName.Forever, Bytes(10));

        var slices = await store.SweepAsync(now, 2, default).ToListAsync(TestContext.Current.CancellationToken);

        slices.Sum().ShouldBe(5);
        slices.ShouldAllBe(slice => slice <= 2);
        foreach (var name in over)
        {
            (await store.OpenAsync(name, default)).ShouldBe(default);
        }

        foreach (var name in new[] { today, tomorrow, forever })
        {
            await (await OpenAsync(store, name)).DisposeAsync();
        }

        (await store.SweepAsync(now, 2, default).SumAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    [Fact]
    public async Task Sweep_AnEmptyStore_TakesNothing() =>
        (await (await CreateAsync()).SweepAsync(Later, 2, default).SumAsync(TestContext.Current.CancellationToken)).ShouldBe(0);

    private protected static async Task<ImageName> PutAsync(IImageStore store, DateTimeOffset expiresAt, byte[] data)
    {
        var name = ImageName.Create(expiresAt, "image/jpeg");
        (await store.PutAsync(name, data, default)).Error.ShouldBeNull();
        return name;
    }

    private protected static async Task<Stream> OpenAsync(IImageStore store, ImageName name)
    {
        var opened = await store.OpenAsync(name, default);
        opened.Error.ShouldBeNull();
        return opened.Content.ShouldNotBeNull();
    }

    private protected static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A refusal to store, and nothing said in it that is the operator's alone.</summary>
    private protected static void ShouldBeRefusal(PublishResult result, string message, params string[] secrets)
    {
        result.Address.ShouldBeNull();
        var error = result.Error.ShouldNotBeNull();
        error.Kind.ShouldBe(ErrorKind.Internal);
        error.Message.ShouldBe(message);
        foreach (var secret in secrets)
        {
            error.Message.ShouldNotContain(secret);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream content)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }
}
