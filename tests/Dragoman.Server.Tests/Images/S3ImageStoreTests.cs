using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Amazon.S3.Model;
using Dragoman.Images;
using Dragoman.Routing;
using Dragoman.Server.Images;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Server.Tests.Images;

[Collection(S3Tests.Name)]
public sealed class S3ImageStoreTests(S3Server server) : ImageStoreConformance, IDisposable
{
    private readonly List<S3ImageStore> _stores = [];

    [Fact]
    public async Task Put_Presigned_IsSeenByEveryoneAtS3UntilItsTimeIsOver()
    {
        var store = StoreIn(await server.CreateBucketAsync() with { IsPresigned = true });
        var name = ImageName.Create(DateTimeOffset.UtcNow.AddDays(7), "image/png");

        var address = (await store.PutAsync(name, Bytes(1000), default)).Address.ShouldNotBeNull();

        address.IsAbsoluteUri.ShouldBeTrue();
        address.AbsoluteUri.ShouldStartWith(server.Url.AbsoluteUri);
        address.AbsoluteUri.ShouldNotContain(S3Server.SecretKey);
        using var client = new HttpClient();
        using var response = await client.GetAsync(address);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(Bytes(1000));
        using var forged = await client.GetAsync(new Uri(address.AbsoluteUri.Replace("X-Amz-Expires=6", "X-Amz-Expires=5", StringComparison.Ordinal)));
        using var unsigned = await client.GetAsync(new Uri(address.GetLeftPart(UriPartial.Path)));
        unsigned.IsSuccessStatusCode.ShouldBeFalse();
        forged.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Sweep_ABucketThatIsSharedWithOthers_TakesPicturesAlone()
    {
        var settings = await server.CreateBucketAsync();
        using var client = server.Connect();
        string[] others = ["pictures/0", "pictures/19990101/report.pdf", "pictures/20260101/not-a-picture.jpg", "20260101/x.jpg", "z"];
        foreach (var key in others)
        {
            await client.PutObjectAsync(new PutObjectRequest { BucketName = settings.Bucket, Key = key, ContentBody = "x", UseChunkEncoding = false });
        }

        var store = StoreIn(settings);
        var over = await PutAsync(store, DateTimeOffset.UtcNow.AddDays(-3), Bytes(10));

        (await store.SweepAsync(DateTimeOffset.UtcNow, 2, default).SumAsync(TestContext.Current.CancellationToken)).ShouldBe(1);

        (await store.OpenAsync(over, default)).ShouldBe(default);
        var left = await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = settings.Bucket });
        left.S3Objects.Select(found => found.Key).ShouldBe(others, ignoreOrder: true);
    }

    [Fact]
    public async Task Put_PresignedForLongerThanS3Signs_IsSignedForAsLongAsItDoes()
    {
        var store = StoreIn(await server.CreateBucketAsync() with { IsPresigned = true });

        var address = (await store.PutAsync(ImageName.Create(ImageName.Forever, "image/png"), Bytes(10), default)).Address.ShouldNotBeNull();

        using var client = new HttpClient();
        using var response = await client.GetAsync(address);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task AnyCall_CredentialsForATime_ComeWithTheirToken()
    {
        var tokens = new ConcurrentBag<string>();
        await using var site = await StartSiteAsync(context =>
        {
            tokens.Add(context.Request.Headers["x-amz-security-token"].ToString());
            return Task.CompletedTask;
        });
        var store = StoreIn(SettingsOf(site) with { SessionToken = "for-an-hour", IsPresigned = true });

        var address = (await store.PutAsync(ImageName.Create(Later, "image/png"), Bytes(10), default)).Address.ShouldNotBeNull();

        tokens.ShouldBe(["for-an-hour"]);
        address.Query.ShouldContain("X-Amz-Security-Token=for-an-hour");
    }

    [Fact]
    public async Task Sweep_APictureThatCannotBeDeleted_IsToldAfterAllOthersAreGone()
    {
        var names = Enumerable.Range(0, 5).Select(_ => ImageName.Create(DateTimeOffset.UtcNow.AddDays(-3), "image/png")).ToList();
        var deleted = new ConcurrentBag<string>();
        await using var site = await StartSiteAsync(async context =>
        {
            if (context.Request.Method == "GET")
            {
                var contents = names.Select(name => $"<Contents><Key>{name.Day}/{name}</Key><Size>1</Size></Contents>");
                context.Response.ContentType = "application/xml";
                await context.Response.WriteAsync(
                    $"<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false</IsTruncated>{string.Concat(contents)}</ListBucketResult>");
            }
            else if (context.Request.Path.Value!.EndsWith(names[1].ToString(), StringComparison.Ordinal))
            {
                context.Response.StatusCode = 403;
            }
            else
            {
                deleted.Add(context.Request.Path.Value);
                context.Response.StatusCode = 204;
            }
        });
        var sum = 0;

        var told = await Should.ThrowAsync<IOException>(async () =>
        {
            await foreach (var slice in StoreIn(SettingsOf(site)).SweepAsync(DateTimeOffset.UtcNow, 100, default))
            {
                sum += slice;
            }
        });

        told.Message.ShouldBe("1 could not be deleted, the first because: the S3 server refuses the gateway's credentials");
        (sum, deleted.Count).ShouldBe((4, 4));
    }

    [Fact]
    public async Task AnyCall_WhereS3Refuses_SaysWhyAndNoSecret()
    {
        var settings = await server.CreateBucketAsync();
        await RefusesAsync(settings with { Bucket = "no-such-bucket" }, "the S3 server has no such bucket");
        await RefusesAsync(settings with { SecretKey = "wrong" }, "the S3 server refuses the gateway's credentials");
        await RefusesAsync(settings with { AccessKey = "nobody" }, "the S3 server refuses the gateway's credentials");
    }

    [Fact]
    public async Task AnyCall_WhereNobodyListens_SaysSo()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // Taken, and nobody listens.
        var url = new Uri($"http://{taken.LocalEndPoint}");
        await RefusesAsync(
            new S3Settings("b", url, "us-east-1", S3Server.AccessKey, S3Server.SecretKey, "", UsesPathStyle: true, IsPresigned: false), "the S3 server cannot be reached");
    }

    public void Dispose() => _stores.ForEach(store => store.Dispose());

    private protected override async Task<IImageStore> CreateAsync() => StoreIn(await server.CreateBucketAsync());

    private S3ImageStore StoreIn(S3Settings settings)
    {
        _stores.Add(new S3ImageStore(settings, TimeProvider.System, NullLogger<S3ImageStore>.Instance));
        return _stores[^1];
    }

    private static S3Settings SettingsOf(WebApplication site) => new(
        "b", new Uri(site.Urls.First()), "us-east-1", S3Server.AccessKey, S3Server.SecretKey, "", UsesPathStyle: true, IsPresigned: false);

    /// <summary>A server that says what it is told to.</summary>
    private static async Task<WebApplication> StartSiteAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var site = builder.Build();
        site.Run(answer);
        await site.StartAsync();
        return site;
    }

    private async Task RefusesAsync(S3Settings settings, string reason)
    {
        var store = StoreIn(settings);
        var name = ImageName.Create(Later, "image/png");
        ShouldBeRefusal(await store.PutAsync(name, Bytes(10), default), $"The picture could not be stored: {reason}.", S3Server.SecretKey);
        (await store.OpenAsync(name, default)).Error.ShouldNotBeNull().Message.ShouldBe($"The picture could not be read: {reason}.");
        (await Should.ThrowAsync<IOException>(async () => await store.SweepAsync(Later, 1, default).FirstAsync())).Message.ShouldBe(reason);
    }
}
