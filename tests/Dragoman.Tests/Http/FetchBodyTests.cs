using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Dragoman.Http;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Tests.Http;

/// <summary>What a fetch brings: bounded in bytes and time, whatever the server does.</summary>
public sealed class FetchBodyTests
{
    private const int MaxBytes = 256 * 1024;
    private static readonly FetchLimits Limits = new(TimeSpan.FromSeconds(30), MaxBytes);

    [Theory]
    [InlineData("", "")]
    [InlineData("identity", "")]
    [InlineData("gzip", "gzip")]
    [InlineData("x-gzip", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("deflate", "deflate")]
    [InlineData("br", "br")]
    public async Task Body_InEachCoding_ArrivesWhole(string coding, string packing)
    {
        var body = new byte[MaxBytes];
        new Random(1).NextBytes(body.AsSpan(0, MaxBytes / 2));
        string? sent = null;
        await using var site = await TestSite.StartAsync(async context =>
        {
            sent = string.Join('\n', context.Request.Headers.OrderBy(header => header.Key).Select(header => $"{header.Key}: {header.Value}"));
            context.Response.ContentType = "image/png";
            if (coding.Length > 0)
            {
                context.Response.Headers.ContentEncoding = coding;
            }

            await context.Response.Body.WriteAsync(Pack(packing, body));
        });
        using var bytes = new PooledBuffer();
        var fetcher = new GuardedFetcher(site.Network, TimeProvider.System);
        var fetched = (await fetcher.FetchAsync("http://site.test/a?b=c#d", bytes, new(), Limits, default)).Fetched!;
        fetched.ShouldBe(new Fetched(new Uri("http://site.test/a?b=c#d"), "image/png", null, MaxBytes));
        bytes.WrittenSpan.SequenceEqual(body).ShouldBeTrue();
        sent.ShouldBe("Accept: */*\nAccept-Encoding: gzip, deflate, br\nHost: site.test\nUser-Agent: Dragoman");

        using var stream = new MemoryStream();
        (await fetcher.FetchAsync("http://site.test/a?b=c#d", stream, new(), Limits, default)).Fetched.ShouldBe(fetched);
        stream.ToArray().ShouldBe(body);
    }

    [Theory]
    [InlineData("image/png", "image/png", null)] // It is a page.
    [InlineData("TEXT/Plain; charset=iso-8859-1", "TEXT/Plain", "iso-8859-1")]
    [InlineData("application/x-made-up", "application/x-made-up", null)]
    [InlineData("nonsense", null, null)]
    [InlineData("text/html, image/png", null, null)]
    [InlineData(null, null, null)]
    public async Task MediaType_IsToldAsTheServerSays(string? said, string? mediaType, string? charset)
    {
        await using var site = await TestSite.StartAsync(context =>
        {
            context.Response.Headers.ContentType = said;
            return context.Response.WriteAsync("<html>");
        });
        var fetched = (await FetchAsync(site.Network)).Fetched!;
        fetched.MediaType.ShouldBe(mediaType);
        fetched.Charset.ShouldBe(charset);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(206)]
    [InlineData(300)]
    [InlineData(302)] // Without a place.
    [InlineData(304)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(407)]
    [InlineData(503)]
    public async Task Status_OfAnotherKind_IsTold(int status)
    {
        await using var site = await TestSite.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        (await FetchAsync(site.Network)).Failure
            .ShouldBe(new FetchFailure(FetchFailureKind.UnexpectedStatus, $"The address answered with HTTP status {status}."));
    }

    [Theory]
    [InlineData(false, "", MaxBytes, true)]
    [InlineData(false, "", MaxBytes + 1, false)]
    [InlineData(true, "", MaxBytes, true)]
    [InlineData(true, "", MaxBytes + 1, false)]
    [InlineData(false, "gzip", MaxBytes, true)]
    [InlineData(false, "gzip", MaxBytes + 1, false)]
    [InlineData(true, "br", MaxBytes + 1, false)]
    [InlineData(true, "gzip", 64 * 1024 * 1024, false)] // Bombs.
    [InlineData(true, "deflate", 64 * 1024 * 1024, false)]
    [InlineData(true, "br", 64 * 1024 * 1024, false)]
    public async Task Body_OverTheBound_IsCut(bool isChunked, string coding, int length, bool isTaken)
    {
        var packed = Pack(coding, new byte[length]);
        await using var site = await TestSite.StartAsync(async context =>
        {
            context.Response.ContentLength = isChunked ? null : packed.Length;
            if (coding.Length > 0)
            {
                context.Response.Headers.ContentEncoding = coding;
            }

            await context.Response.Body.WriteAsync(packed);
        });
        FetchFailureKind? expected = isTaken ? null : FetchFailureKind.TooLarge;
        ((await FetchAsync(site.Network)).Failure?.Kind).ShouldBe(expected);
        using var stream = new MemoryStream();
        var result = await new GuardedFetcher(site.Network, TimeProvider.System).FetchAsync("http://site.test/", stream, new(), Limits, default);
        (result.Failure?.Kind).ShouldBe(expected);
        stream.Length.ShouldBeLessThanOrEqualTo(MaxBytes);
    }

    [Theory]
    [InlineData("")] // Endless bytes.
    [InlineData("gzip")] // Endless empty blocks, of which nothing comes out.
    public async Task Body_WithoutEnd_IsCut(string coding)
    {
        var gone = new TaskCompletionSource();
        await using var site = await TestSite.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => gone.TrySetResult());
            byte[] piece = [.. Enumerable.Repeat<byte[]>([0, 0, 0, 0xff, 0xff], 1000).SelectMany(block => block)];
            if (coding.Length > 0)
            {
                context.Response.Headers.ContentEncoding = coding;
                await context.Response.Body.WriteAsync(new byte[] { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 });
            }

            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(piece);
            }
        });
        (await FetchAsync(site.Network)).Failure!.Kind.ShouldBe(FetchFailureKind.TooLarge);
        await gone.Task;
    }

    [Fact]
    public async Task Body_SaidToBeTooLong_IsNotWaitedFor()
    {
        await using var site = await TestSite.StartAsync(async context =>
        {
            context.Response.ContentLength = long.MaxValue;
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        (await FetchAsync(site.Network)).Failure!.Kind.ShouldBe(FetchFailureKind.TooLarge);
    }

    public static TheoryData<string> Broken => new(
        "",
        "\r\n\r\n",
        "SSH-2.0-OpenSSH_9.9\r\n",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\nTransfer-Encoding: chunked\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfive!\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\nfive!\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nfive!",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot packed at all",
        "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\nnot packed at all",
        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nnot packed at all",
        "HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: br\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nX: " + new string('x', 40 * 1024) + "\r\n\r\n",
        "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("Set-Cookie: a=b\r\n", 2500)) + "\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 100_000)) + "\r\n");

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Answer_ThatIsBroken_IsRefused(string answer)
    {
        await using var site = new RawSite(stream => stream.WriteAsync(Encoding.Latin1.GetBytes(answer)).AsTask());
        (await FetchAsync(site.Network)).Failure
            .ShouldBe(new FetchFailure(FetchFailureKind.InvalidAnswer, "The address answered with something that could not be read."));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Body_PackedAndBrokenOff_IsRefused(string coding)
    {
        var body = new byte[10_000];
        new Random(1).NextBytes(body);
        var packed = Pack(coding, body);
        foreach (var length in (int[])[1, 5, packed.Length / 2, packed.Length - 1])
        {
            await using var site = await TestSite.StartAsync(async context =>
            {
                context.Response.Headers.ContentEncoding = coding;
                await context.Response.Body.WriteAsync(packed.AsMemory(0, length));
            });
            ((await FetchAsync(site.Network)).Failure?.Kind).ShouldBe(FetchFailureKind.InvalidAnswer, $"{coding} {length} of {packed.Length}");
        }
    }

    [Fact]
    public async Task Body_LongerThanItSays_EndsWhereItSays()
    {
        await using var site = new RawSite(stream => stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour and more"u8.ToArray()).AsTask());
        (await FetchAsync(site.Network)).Fetched!.Length.ShouldBe(4);
    }

    [Fact]
    public async Task Answer_InDrops_EndsAtTheDeadline()
    {
        var time = new FakeTime();
        var drops = 0;
        var gone = new TaskCompletionSource();
        await using var site = await TestSite.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => gone.TrySetResult());
            for (; drops < 30; drops++)
            {
                await context.Response.WriteAsync("x");
                await context.Response.Body.FlushAsync();
                time.Advance(TimeSpan.FromSeconds(1));
            }

            await gone.Task;
        });
        (await FetchAsync(site.Network, time)).Failure.ShouldBe(new FetchFailure(FetchFailureKind.TimedOut, "The address did not answer in time."));
        await gone.Task;
        drops.ShouldBe(30);
    }

    [Theory]
    [InlineData("/silent")]
    [InlineData("/redirects")]
    public async Task Answer_ThatDoesNotCome_EndsAtTheDeadline(string path)
    {
        var time = new FakeTime();
        await using var site = await TestSite.StartAsync(async context =>
        {
            if (context.Request.Path == "/redirects")
            {
                // The time goes on over redirects.
                time.Advance(TimeSpan.FromSeconds(20));
                context.Response.Redirect("/waits");
                return;
            }

            var gone = new TaskCompletionSource();
            context.RequestAborted.Register(() => gone.TrySetResult());
            time.Advance(TimeSpan.FromSeconds(context.Request.Path == "/waits" ? 10 : 30));
            await gone.Task;
        });
        (await FetchAsync(site.Network, time, path)).Failure!.Kind.ShouldBe(FetchFailureKind.TimedOut);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("headers")]
    [InlineData("body")]
    public async Task Client_Gone_EndsTheFetch(string at)
    {
        using var client = new CancellationTokenSource();
        var gone = new TaskCompletionSource();
        await using var site = await TestSite.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => gone.TrySetResult());
            if (at == "body")
            {
                await context.Response.WriteAsync("x");
                await context.Response.Body.FlushAsync();
            }

            await client.CancelAsync();
            await gone.Task;
        });
        if (at == "name")
        {
            site.Network.Delay = async wait =>
            {
                await client.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, wait);
            };
            gone.SetResult();
        }

        using var stream = new MemoryStream();
        var result = await new GuardedFetcher(site.Network, TimeProvider.System).FetchAsync("http://site.test/", stream, new(), Limits, client.Token);
        result.Failure.ShouldBe(new FetchFailure(FetchFailureKind.Canceled, "The client went away."));
        await gone.Task;
    }

    [Fact]
    public async Task Destination_ThatFails_IsNotTheServersFault()
    {
        await using var site = await TestSite.StartAsync(context => context.Response.WriteAsync("x"));
        var fetcher = new GuardedFetcher(site.Network, TimeProvider.System);
        await Should.ThrowAsync<IOException>(async () => await fetcher.FetchAsync("http://site.test/", new FullStream(), new(), Limits, default));
    }

    [Fact]
    public async Task Certificate_ThatNamesItsIssuersPlace_SendsNobodyThere()
    {
        await using var inside = new RawSite(stream => stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray()).AsTask());
        using var certificate = Certificate($"http://127.0.0.1:{inside.Port}/issuer.crt");
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                // Offline: the server would look for the issuer itself.
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
            });
            await tls.ReadExactlyAsync(new byte[1]);
        });
        var network = new FakeNetwork { Otherwise = [FakeNetwork.Public] }.Leads(FakeNetwork.Public, ((IPEndPoint)listener.LocalEndpoint).Port);
        (await FetchAsync(network, address: "https://site.test")).Failure!.Kind.ShouldBe(FetchFailureKind.Unreachable);
        await Should.ThrowAsync<Exception>(serving);
        inside.Connections.ShouldBe(0);
    }

    /// <summary>For <c>site.test</c>, by an issuer that nobody has, who is said to be found at <paramref name="issuersPlace"/>.</summary>
    private static X509Certificate2 Certificate(string issuersPlace)
    {
        using var issuersKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=site.test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [issuersPlace]));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("site.test");
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(
            new X500DistinguishedName("CN=nobody"), X509SignatureGenerator.CreateForECDsa(issuersKey),
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1]);
        return signed.CopyWithPrivateKey(key);
    }

    private static byte[] Pack(string coding, byte[] body)
    {
        var packed = new MemoryStream();
        using (Stream packer = coding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Optimal),
            "deflate" => new ZLibStream(packed, CompressionLevel.Optimal),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest),
            _ => packed,
        })
        {
            packer.Write(body);
        }

        return packed.ToArray();
    }

    private static async Task<FetchResult> FetchAsync(IEgressNetwork network, TimeProvider? time = null, string path = "/", string address = "http://site.test")
    {
        using var bytes = new PooledBuffer();
        return await new GuardedFetcher(network, time ?? TimeProvider.System).FetchAsync(address + path, bytes, new(), Limits, default);
    }

    private sealed class FullStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left.");
    }
}
