using System.Net;
using System.Text.Json;
using Dragoman.Starter.Native;

namespace Dragoman.Server.Tests.Starter.Pictures;

/// <summary>The process that serves pictures: what it needs, its queue, its beginning and its end.</summary>
public sealed class PictureProcessTests
{
    [Fact]
    public async Task Serve_LibvipsAlone_DevelopsAndComposesNothing()
    {
        await using StarterProcess starter = await StartAsync();

        using HttpResponseMessage developed = await DevelopAsync(starter, Picture());
        using HttpResponseMessage composed = await starter.Http.PostAsync(new Uri("/v1/images/generations", UriKind.Relative), new StringContent("{}"));

        developed.StatusCode.ShouldBe(HttpStatusCode.OK);
        composed.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        starter.Ready.GetProperty("model").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Compose_PartsAreNotThereYet_IsToldAndWorksOnceTheyAre()
    {
        StarterParts.Require();
        string folder = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        string art = Path.Combine(folder, "icons.json");
        await using StarterProcess starter = await StartAsync(
            "--native", StarterParts.Native, "--embedder", StarterParts.Embedder, "--art", art, "--art-index", StarterParts.ArtIndex);
        const string Request = """{"prompt":"a cat","size":"256x256"}""";

        using HttpResponseMessage early = await starter.Http.PostAsync(new Uri("/v1/images/generations", UriKind.Relative), new StringContent(Request));
        File.CreateSymbolicLink(art, StarterParts.Art);
        using HttpResponseMessage late = await starter.Http.PostAsync(new Uri("/v1/images/generations", UriKind.Relative), new StringContent(Request));

        early.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        early.Headers.RetryAfter.ShouldNotBeNull();
        (await early.Content.ReadAsStringAsync()).ShouldNotContain(folder);
        late.StatusCode.ShouldBe(HttpStatusCode.OK);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Queue_Full_Answers429AndRecovers()
    {
        await using StarterProcess starter = await StartAsync("--picture-threads", "1", "--picture-queue", "0");
        byte[] picture = Picture();
        var body = new TaskCompletionSource<byte[]>();
        Task<HttpResponseMessage> slow = starter.Http.PostAsync(new Uri("/v1/pictures", UriKind.Relative), new AwaitedContent(body.Task));
        await starter.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() == 1, "pictures");

        using HttpResponseMessage refused = await DevelopAsync(starter, picture);
        body.SetResult(picture);
        using HttpResponseMessage served = await slow;
        await starter.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() == 0, "pictures");
        using HttpResponseMessage next = await DevelopAsync(starter, picture);

        ((int)refused.StatusCode).ShouldBe(429);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        (served.StatusCode, next.StatusCode).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
    }

    [Fact]
    public async Task Compose_WhilePicturesAreDeveloped_HasSlotsOfItsOwn()
    {
        await using StarterProcess starter = await StartAsync(
            "--picture-threads", "1", "--picture-queue", "0",
            "--native", StarterParts.Native, "--embedder", StarterParts.Embedder, "--art", StarterParts.Art, "--art-index", StarterParts.ArtIndex);
        var body = new TaskCompletionSource<byte[]>();
        Task<HttpResponseMessage> slow = starter.Http.PostAsync(new Uri("/v1/pictures", UriKind.Relative), new AwaitedContent(body.Task));
        await starter.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() == 1, "pictures");

        using HttpResponseMessage composed = await starter.Http.PostAsync(
            new Uri("/v1/images/generations", UriKind.Relative), new StringContent("""{"prompt":"a cat","size":"256x256"}"""));
        body.SetResult(Picture());
        using HttpResponseMessage developed = await slow;

        (composed.StatusCode, developed.StatusCode).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
    }

    [Fact]
    public async Task Slot_CallerLeavesBeforeItsPictureHasCome_IsFreeAgain()
    {
        await using StarterProcess starter = await StartAsync("--picture-threads", "1", "--picture-queue", "0");
        using var leaving = new CancellationTokenSource();
        Task<HttpResponseMessage> slow = starter.Http.PostAsync(
            new Uri("/v1/pictures", UriKind.Relative), new AwaitedContent(new TaskCompletionSource<byte[]>().Task), leaving.Token);
        await starter.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() == 1, "pictures");

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(slow);
        await starter.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() == 0, "pictures");
        using HttpResponseMessage next = await DevelopAsync(starter, Picture());
        next.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Serve_LibvipsIsNotThere_EndsWithOneLine()
    {
        await using StarterProcess starter = StarterProcess.Launch(["--vips", Path.Combine(Path.GetTempPath(), "no-such-library.so")]);

        (await starter.WaitForExitAsync()).ShouldBe(1);
        starter.Errors.ShouldContain("there is no native library");
    }

    private static async Task<StarterProcess> StartAsync(params string[] arguments)
    {
        StarterParts.Require();
        VipsLibrary.Load(StarterParts.Vips);
        return await StarterProcess.StartAsync(["--vips", StarterParts.Vips, .. arguments]);
    }

    private static byte[] Picture()
    {
        using VipsImage picture = TestPictures.Halves(64, 64);
        return picture.WriteJpeg();
    }

    private static Task<HttpResponseMessage> DevelopAsync(StarterProcess starter, byte[] picture) =>
        starter.Http.PostAsync(new Uri("/v1/pictures", UriKind.Relative), new ByteArrayContent(picture));

    /// <summary>A body that comes when it is there.</summary>
    private sealed class AwaitedContent(Task<byte[]> bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.FlushAsync(cancellationToken);
            await stream.WriteAsync(await bytes.WaitAsync(cancellationToken), cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
