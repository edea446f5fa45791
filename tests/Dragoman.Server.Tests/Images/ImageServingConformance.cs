using System.Net;
using System.Net.Http.Headers;
using Dragoman.Images;
using Dragoman.Server.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.Images;

/// <summary>Published pictures over HTTP, from the whole server and without a key, alike from every store.</summary>
public abstract class ImageServingConformance(ServingRig rig) : IDisposable
{
    private readonly HttpClient _anyone = new() { BaseAddress = rig.Gateway.Client.BaseAddress };
    private readonly byte[] _picture = rig.Picture;
    private readonly Uri _address = rig.Address;

    [Fact]
    public async Task Get_APicture_IsItAndNothingElse()
    {
        using var response = await GetAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(_picture);
        var name = _address.OriginalString["/images/".Length..];
        var content = response.Content.Headers;
        content.ContentType!.ToString().ShouldBe("image/jpeg");
        content.ContentLength.ShouldBe(_picture.Length);
        content.ContentDisposition!.ToString().ShouldBe($"inline; filename=\"{name}\"");
        content.LastModified!.Value.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        response.Headers.ETag.ShouldBe(new EntityTagHeaderValue($"\"{name}\""));
        response.Headers.AcceptRanges.ShouldBe(["bytes"]);
        response.Headers.CacheControl!.Public.ShouldBeTrue();
        response.Headers.CacheControl.MaxAge!.Value.ShouldBeInRange(TimeSpan.FromHours(47), TimeSpan.FromHours(48));
        response.Headers.CacheControl.Extensions.ShouldHaveSingleItem().ToString().ShouldBe("immutable");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; sandbox"]);
        response.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["cross-origin"]);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("image/webp")]
    public async Task Get_APictureOfAnotherKind_IsOfItsType(string mediaType)
    {
        using var response = await _anyone.GetAsync(await rig.PublishAsync(mediaType));
        response.Content.Headers.ContentType!.ToString().ShouldBe(mediaType);
    }

    [Fact]
    public async Task Head_APicture_HasTheHeadersAlone()
    {
        using var response = await AskAsync(HttpMethod.Head, _address);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentLength.ShouldBe(_picture.Length);
        response.Headers.ETag.ShouldNotBeNull();
        (await response.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=100-199", 100, 100)]
    [InlineData("bytes=99990-", 99_990, 10)]
    [InlineData("bytes=-10", 99_990, 10)]
    [InlineData("bytes=99990-200000", 99_990, 10)]
    public async Task Get_ARange_IsThatPart(string range, int from, int length)
    {
        using var response = await GetAsync(("Range", range));
        response.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        response.Content.Headers.ContentRange!.ToString().ShouldBe($"bytes {from}-{from + length - 1}/{_picture.Length}");
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(_picture[from..(from + length)]);
    }

    [Theory]
    [InlineData("bytes=100000-")]
    [InlineData("bytes=-0")]
    public async Task Get_ARangeBeyondTheEnd_Is416(string range)
    {
        using var response = await GetAsync(("Range", range));
        response.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        response.Content.Headers.ContentRange!.ToString().ShouldBe($"bytes */{_picture.Length}");
    }

    [Theory]
    [InlineData("bytes=0-1,5-6")] // More than one: the whole picture is a right answer, too.
    [InlineData("bytes=b-a")]
    public async Task Get_ARangeThatIsNone_IsTheWhole(string range)
    {
        using var response = await GetAsync(("Range", range));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(_picture);
    }

    [Fact]
    public async Task Get_WhatIsKnown_Is304()
    {
        using var first = await GetAsync();
        while (first.Content.Headers.LastModified > DateTimeOffset.UtcNow)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken); // Some stores round up, and what will be changes nothing.
        }

        using var byTag = await GetAsync(("If-None-Match", first.Headers.ETag!.ToString()));
        using var byTime = await GetAsync(("If-Modified-Since", first.Content.Headers.LastModified!.Value.ToString("R")));
        using var other = await GetAsync(("If-None-Match", "\"other\""));

        byTag.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        byTag.Headers.ETag.ShouldBe(first.Headers.ETag);
        byTag.Headers.CacheControl.ShouldNotBeNull();
        byTime.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Get_ARangeIfItIsTheSame_IsThatPartOrTheWhole()
    {
        using var first = await GetAsync();
        using var same = await GetAsync(("Range", "bytes=0-9"), ("If-Range", first.Headers.ETag!.ToString()));
        using var other = await GetAsync(("Range", "bytes=0-9"), ("If-Range", "\"other\""));
        same.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Get_WhatIsNoPicture_Is404ForEveryone()
    {
        var good = _address.OriginalString;
        string[] paths =
        [
            "/images", "/images/", "/images/x", "/images/x/y", good + "/", good + "/x", good + "%2f", good + "%20", good[..^1], good + "x",
            "/images/" + good["/images/".Length..].ToUpperInvariant(), good.Replace(".jpg", ".png"), good.Replace(".jpg", ".html"),
            "/images/..%2fdragoman.db", "/images/%2e%2e%2fkeys.secret", "/images/..%5cdragoman.db", "/images/arriving/x", "/images//etc/passwd",
            "/images/" + DateTime.UtcNow.AddDays(2).ToString("yyyyMMdd") + good["/images".Length..],
            "/images/" + new string('a', 7000),
        ];
        foreach (var path in paths)
        {
            var answer = await RawHttp.SendAsync(_anyone.BaseAddress!, "GET", path, key: null);
            answer.Status.ShouldBe(404, path);
            answer.Json.GetProperty("error").GetProperty("type").GetString().ShouldBe("not_found");
        }

        // What Kestrel takes for no request.
        (await RawHttp.SendAsync(_anyone.BaseAddress!, "GET", good + "%00", key: null)).Status.ShouldBe(400);
        (await RawHttp.SendAsync(_anyone.BaseAddress!, "GET", "/images/" + new string('a', 100_000), key: null)).Status.ShouldBe(414);
    }

    [Fact]
    public async Task Get_APictureWhoseTimeIsOver_Is404ThoughItIsThere()
    {
        var name = ImageName.Create(DateTimeOffset.UtcNow.AddSeconds(-1), "image/jpeg");
        (await rig.Gateway.Services.GetRequiredService<IImageStore>().PutAsync(name, _picture, default)).Error.ShouldBeNull();
        (await RawHttp.SendAsync(_anyone.BaseAddress!, "GET", name.Path.OriginalString, key: null)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Get_APictureOfAnotherGateway_Is404()
    {
        await using var other = await rig.StartGatewayAsync();
        (await RawHttp.SendAsync(other.Client.BaseAddress!, "GET", _address.OriginalString, key: null)).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task AnyOtherMethod_Is405(string method)
    {
        using var response = await AskAsync(new HttpMethod(method), _address);
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.ShouldBe(["GET", "HEAD"]);
        (await response.Content.ReadAsStringAsync()).ShouldContain("This path takes GET, HEAD, not");
        using var still = await GetAsync();
        still.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    public void Dispose()
    {
        _anyone.Dispose();
        GC.SuppressFinalize(this);
    }

    private Task<HttpResponseMessage> GetAsync(params (string Name, string Value)[] headers) => AskAsync(HttpMethod.Get, _address, headers);

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, Uri address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, address);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return await _anyone.SendAsync(request);
    }
}

public sealed class FolderServingTests(FolderServingRig rig) : ImageServingConformance(rig), IClassFixture<FolderServingRig>;

[Collection(S3Tests.Name)]
public sealed class S3ServingTests(S3ServingRig rig) : ImageServingConformance(rig), IClassFixture<S3ServingRig>
{
    [Fact]
    public async Task Log_OfPublishing_HoldsNoSecret()
    {
        await rig.PublishAsync("image/png");
        rig.Gateway.Log.ShouldNotContain(S3Server.SecretKey);
    }
}
