using System.Net;
using System.Text;
using Dragoman.Http;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Tests.Http;

/// <summary>Where a fetch goes: every way of naming a place that is not to be reached, at once, by a redirect or by a name that changes its mind.</summary>
public sealed class FetchAddressTests
{
    private static readonly FetchLimits Limits = new(TimeSpan.FromSeconds(30), 1024 * 1024);

    // No address at all for a fetch: nobody is even asked for the name.
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("127.0.0.1")]
    [InlineData("/etc/passwd")]
    [InlineData("//127.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://site.test/")]
    [InlineData("gopher://site.test/")]
    [InlineData("ws://site.test/")]
    [InlineData("data:text/plain,x")]
    [InlineData("javascript:alert(1)")]
    [InlineData("unix:/run/docker.sock")]
    [InlineData("http+unix://%2Frun%2Fdocker.sock/")]
    [InlineData("http:")]
    [InlineData("http://")]
    [InlineData("http:///127.0.0.1/")]
    [InlineData("http:/127.0.0.1/")]
    [InlineData("http:127.0.0.1")]
    [InlineData("http://good@127.0.0.1/")]
    [InlineData("http://site.test@127.0.0.1/")]
    [InlineData("http://site.test:80@127.0.0.1/")]
    [InlineData("http://user:password@site.test/")]
    [InlineData("http://:@127.0.0.1/")]
    [InlineData("http://127.0.0.1%2f@site.test/")]
    [InlineData("http:\\\\127.0.0.1\\")]
    [InlineData("http://site.test\\@127.0.0.1/")]
    [InlineData("http://127.0.0.1\t/")]
    [InlineData("http://127.0.\n0.1/")]
    [InlineData("http://127.0.0.1\0.site.test/")]
    [InlineData("http://%31%32%37.0.0.1/")]
    [InlineData("http://127%2e0%2e0%2e1/")]
    [InlineData("http://loc%61lhost/")]
    [InlineData("http://site.test:99999/")]
    [InlineData("http://[::1/")]
    [InlineData("http://::1/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://[fe80::1%eth0]/")]
    [InlineData("http://[fe80::1%1]/")]
    [InlineData("http://[2606:4700::1111%25lo]/")]
    [InlineData("http://[::1%25lo]/")]
    [InlineData("http://a..b/")]
    public async Task Address_ThatIsNoneForAFetch_IsRefused(string address)
    {
        var network = new FakeNetwork { Otherwise = [FakeNetwork.Public] };
        (await FetchAsync(network, address)).Failure!.Kind.ShouldBe(FetchFailureKind.InvalidAddress);
        network.Asked.ShouldBeEmpty();
        network.Tried.ShouldBeEmpty();
    }

    [Fact]
    public async Task Address_ThatIsTooLongOrNotUnicode_IsRefused()
    {
        (await FetchAsync(new FakeNetwork(), "http://\ud800.test/")).Failure!.Kind.ShouldBe(FetchFailureKind.InvalidAddress);
        var address = "http://site.test/".PadRight(8 * 1024, 'x');
        (await FetchAsync(new FakeNetwork(), address)).Failure!.Kind.ShouldBe(FetchFailureKind.Unreachable);
        (await FetchAsync(new FakeNetwork(), address + "x")).Failure!.Kind.ShouldBe(FetchFailureKind.InvalidAddress);
    }

    // Addresses in all their spellings. They are judged as they are, and no resolver has a say in it.
    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("HTTP://127.0.0.1:80/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData(" http://127.0.0.1/ ")]
    [InlineData("http://@127.0.0.1/")]
    [InlineData("http:/\\127.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0X7F000001/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://0x7f.0x0.0x0.0x1/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://127.0x0.00.01/")]
    [InlineData("http://127.1/")]
    [InlineData("http://127.0.1/")]
    [InlineData("http://127.65535/")]
    [InlineData("http://127.255.255.254/")]
    [InlineData("http://127。0。0。1/")]
    [InlineData("http://127．0．0．1/")]
    [InlineData("http://0/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://0xa9fea9fe/")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("http://192.168.0.1:8080/")]
    [InlineData("http://255.255.255.255/")]
    [InlineData("http://4294967295/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[0:0:0:0:0:0:0:1]/")]
    [InlineData("http://[0000:0000:0000:0000:0000:0000:0000:0001]:8080/")]
    [InlineData("http://[::127.0.0.1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::FFFF:7F00:1]/")]
    [InlineData("http://[0:0:0:0:0:ffff:169.254.169.254]/")]
    [InlineData("http://[64:ff9b::169.254.169.254]/")]
    [InlineData("http://[64:ff9b:1::a9fe:a9fe]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    [InlineData("http://[2001:0:53aa:64c::1]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fec0::1]/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://[ff02::1]/")]
    public async Task Address_Inward_InAnySpelling_IsNotReached(string address)
    {
        var network = new FakeNetwork { Otherwise = [FakeNetwork.Public] };
        (await FetchAsync(network, address)).Failure!.Kind.ShouldBe(FetchFailureKind.Unreachable);
        network.Asked.ShouldBeEmpty();
        network.Tried.ShouldBeEmpty();
    }

    // Names: whatever they look like, what counts is what they resolve to, and here all of them do to loopback.
    [Theory]
    [InlineData("http://localhost/")]
    [InlineData("http://LOCALHOST./")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://0x7f.1./")]
    [InlineData("http://127.0.0.1.nip.test/")]
    [InlineData("http://site.test.localhost/")]
    [InlineData("http://①②⑦.⓪.⓪.①/")]
    [InlineData("http://１２７.０.０.１/")]
    [InlineData("http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/")]
    [InlineData("http://300.1.1.1/")]
    [InlineData("http://127.0.0.1.1/")]
    [InlineData("http://4294967296/")]
    [InlineData("http://0x/")]
    [InlineData("http://metadata.google.internal/")]
    [InlineData("http://127.0.0.1#@site.test./", true)]
    [InlineData("http://site.test#@127.0.0.1/")]
    [InlineData("http://site.test?@127.0.0.1/")]
    [InlineData("http://xn--zzzzzzz999999999.test/")]
    public async Task Name_OfAnInwardAddress_IsNotReached(string address, bool isAnAddress = false)
    {
        var network = new FakeNetwork { Otherwise = [IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("::ffff:127.0.0.1")] };
        (await FetchAsync(network, address)).Failure!.Kind.ShouldBe(FetchFailureKind.Unreachable);
        network.Asked.Count.ShouldBe(isAnAddress ? 0 : 1);
        network.Tried.ShouldBeEmpty();
    }

    [Fact]
    public async Task Failures_ToConnect_AreAllToldAlike()
    {
        var network = new FakeNetwork().Name("refused.test", FakeNetwork.Public).Name("inward.test", IPAddress.Loopback);
        var time = new FakeTime();
        var silent = new FakeNetwork().Name("silent.test", FakeNetwork.Public);
        silent.Delay = wait =>
        {
            time.Advance(TimeSpan.FromHours(1));
            return Task.Delay(Timeout.InfiniteTimeSpan, wait);
        };
        await using var notTls = new RawSite(stream => stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray()).AsTask(), asksFirst: false);
        FetchFailure[] failures =
        [
            (await FetchAsync(network, "http://unknown.test/")).Failure!,
            (await FetchAsync(network, "http://refused.test/")).Failure!,
            (await FetchAsync(network, "http://inward.test/")).Failure!,
            (await FetchAsync(network, "http://127.0.0.1:22/")).Failure!,
            (await FetchAsync(silent, "http://silent.test/", time: time)).Failure!,
            (await FetchAsync(notTls.Network, "https://plain.test/")).Failure!,
        ];
        failures.ShouldAllBe(failure => failure == new FetchFailure(FetchFailureKind.Unreachable, "The address could not be reached."));
    }

    [Fact]
    public async Task Name_WithGoodAndBadAddresses_IsReachedAtTheGoodOnesAlone()
    {
        await using var site = await TestSite.StartAsync(context => context.Response.WriteAsync("good"));
        var closed = IPAddress.Parse("2606:4700::1111");
        site.Network.Name("mixed.test", IPAddress.Loopback, closed, IPAddress.Parse("10.0.0.1"), FakeNetwork.Public, IPAddress.IPv6Loopback);
        (await FetchAsync(site.Network, "http://mixed.test:8080/")).Fetched!.Length.ShouldBe(4);
        site.Network.Tried.ShouldBe([new IPEndPoint(closed, 8080), new IPEndPoint(FakeNetwork.Public, 8080)]);
    }

    [Fact]
    public async Task Name_WithASilentAddress_IsReachedAtTheNext()
    {
        await using var site = await TestSite.StartAsync(context => context.Response.WriteAsync("good"));
        var silent = IPAddress.Parse("2606:4700::1111");
        site.Network.Name("two.test", silent, FakeNetwork.Public);
        var time = new FakeTime();
        site.Network.Delay = wait =>
        {
            if (site.Network.Tried.Count != 1)
            {
                return Task.CompletedTask;
            }

            time.Advance(TimeSpan.FromSeconds(6));
            return Task.Delay(Timeout.InfiniteTimeSpan, wait);
        };
        (await FetchAsync(site.Network, "http://two.test/", time: time)).Fetched.ShouldNotBeNull();
        site.Network.Tried.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Name_ThatTurnsInward_IsNotReachedAgain()
    {
        await using var site = await TestSite.StartAsync(async context =>
        {
            context.Response.Headers.Connection = "close";
            if (context.Request.Path == "/again")
            {
                context.Response.Redirect("http://rebinds.test/");
            }

            await context.Response.CompleteAsync();
        });
        site.Network.Name("turns.test", FakeNetwork.Public).Name("turns.test", IPAddress.Loopback);
        (await FetchAsync(site.Network, "http://turns.test/")).Fetched.ShouldNotBeNull();
        (await FetchAsync(site.Network, "http://turns.test/")).Failure!.Kind.ShouldBe(FetchFailureKind.Unreachable);

        // Within one fetch, too.
        site.Network.Name("rebinds.test", FakeNetwork.Public).Name("rebinds.test", IPAddress.Parse("169.254.169.254"));
        (await FetchAsync(site.Network, "http://rebinds.test/again")).Failure!.Kind.ShouldBe(FetchFailureKind.Unreachable);
        site.Network.Tried.ShouldAllBe(tried => tried.Address.Equals(FakeNetwork.Public));
        site.Network.Asked.Count(name => name == "rebinds.test").ShouldBe(2);
    }

    public static TheoryData<int, string, string> Redirects()
    {
        var data = new TheoryData<int, string, string>();
        foreach (var status in (int[])[301, 302, 303, 307, 308])
        {
            data.Add(status, "http://127.0.0.1:{port}/", nameof(FetchFailureKind.Unreachable));
            data.Add(status, "http://[::ffff:127.0.0.1]:{port}/", nameof(FetchFailureKind.Unreachable));
            data.Add(status, "http://2130706433:{port}/", nameof(FetchFailureKind.Unreachable));
            data.Add(status, "//127.0.0.1:{port}/", nameof(FetchFailureKind.Unreachable));
            data.Add(status, "http://inward.test:{port}/", nameof(FetchFailureKind.Unreachable));
            data.Add(status, "http://169.254.169.254/latest/meta-data/", nameof(FetchFailureKind.Unreachable));
            data.Add(status, "http://user@site.test/", nameof(FetchFailureKind.RefusedRedirect));
            data.Add(status, "http://[fe80::1%25eth0]/", nameof(FetchFailureKind.RefusedRedirect));
            data.Add(status, "file:///etc/passwd", nameof(FetchFailureKind.RefusedRedirect));
            data.Add(status, "ftp://site.test/", nameof(FetchFailureKind.RefusedRedirect));
            data.Add(status, "\\\\127.0.0.1\\share", nameof(FetchFailureKind.RefusedRedirect));
            data.Add(status, "/loop", nameof(FetchFailureKind.TooManyRedirects));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Redirects))]
    public async Task Redirect_ToWhatIsNotAllowed_IsNotFollowed(int status, string location, string expected)
    {
        var reached = 0;
        await using var site = await TestSite.StartAsync(context =>
        {
            context.Response.StatusCode = 200;
            if (context.Request.Path.Value is "/start" or "/loop")
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = location.Replace("{port}", $"{context.Connection.LocalPort}", StringComparison.Ordinal);
                return Task.CompletedTask;
            }

            reached++;
            return context.Response.WriteAsync("secret");
        });
        site.Network.Name("inward.test", IPAddress.Loopback).Leads(IPAddress.Loopback, site.Port);
        (await FetchAsync(site.Network, "http://site.test/start")).Failure!.Kind.ToString().ShouldBe(expected);
        reached.ShouldBe(0);
        site.Network.Tried.ShouldAllBe(tried => tried.Address.Equals(FakeNetwork.Public));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirects_UpToFive_AreFollowed(int status)
    {
        var asked = new List<string>();
        await using var site = await TestSite.StartAsync(context =>
        {
            asked.Add($"{context.Request.Method} {context.Request.Host} {context.Request.Path}{context.Request.QueryString}");
            context.Request.Headers.Cookie.ShouldBeEmpty();
            context.Response.Headers.SetCookie = "a=b";
            var step = int.Parse(context.Request.Path.Value![1..], System.Globalization.CultureInfo.InvariantCulture);
            if (step == 0)
            {
                return context.Response.WriteAsync("there");
            }

            context.Response.StatusCode = status;
            context.Response.Headers.Location = (step % 3) switch
            {
                0 => $"{step - 1}?q",
                1 => $"//other.test/{step - 1}#f",
                _ => $"http://site.test/{step - 1}",
            };
            return Task.CompletedTask;
        });
        using var bytes = new PooledBuffer();
        var result = await new GuardedFetcher(site.Network, TimeProvider.System).FetchAsync("http://site.test/5", bytes, new(), Limits, default);
        result.Fetched!.Address.AbsoluteUri.ShouldBe("http://other.test/0#f");
        Encoding.UTF8.GetString(bytes.WrittenSpan).ShouldBe("there");
        asked.ShouldBe(["GET site.test /5", "GET site.test /4", "GET other.test /3", "GET other.test /2?q", "GET site.test /1", "GET other.test /0"]);
        (await FetchAsync(site.Network, "http://site.test/6")).Failure!.Kind.ShouldBe(FetchFailureKind.TooManyRedirects);
    }

    [Theory]
    [InlineData("https://site.test/a", "http://site.test/a", null)]
    [InlineData("https://site.test/a", "//other.test/b", "https://other.test/b")]
    [InlineData("https://site.test/a", "/b", "https://site.test/b")]
    [InlineData("https://site.test/a", "https://other.test/", "https://other.test/")]
    [InlineData("http://site.test/a", "https://site.test/a", "https://site.test/a")]
    public void Redirect_FromHttps_StaysThere(string from, string location, string? to)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Location", location).ShouldBeTrue();
        (GuardedFetcher.Follow(new Uri(from), response.Headers.Location!)?.AbsoluteUri).ShouldBe(to);
    }

    [Fact]
    public async Task Exception_OfTheOperators_IsReached_AndNothingElseOnTheMachine()
    {
        await using var site = await TestSite.StartAsync(context => context.Response.WriteAsync("mine"));
        await using var other = await TestSite.StartAsync(context =>
        {
            context.Response.Redirect(context.Request.Path == "/to-it" ? $"http://127.0.0.1:{site.Port}/" : $"http://127.0.0.1:{context.Connection.LocalPort}/");
            return Task.CompletedTask;
        });
        var origin = $"http://127.0.0.1:{site.Port}";
        var guard = new EgressGuard(Origin.Of(new Uri(origin)));
        var network = new SystemNetwork();
        (await FetchAsync(network, origin, guard)).Fetched!.Length.ShouldBe(4);
        (await FetchAsync(network, $"http://127.0.0.1:{other.Port}/", guard)).Failure!.Kind.ShouldBe(FetchFailureKind.Unreachable);
        (await FetchAsync(network, $"http://localhost:{site.Port}/", guard)).Failure!.Kind.ShouldBe(FetchFailureKind.Unreachable);
        (await FetchAsync(network, $"https://127.0.0.1:{site.Port}/", guard)).Failure!.Kind.ShouldBe(FetchFailureKind.Unreachable);

        // It is the origin that is trusted, however the way led there; what it redirects to is judged like everything.
        var both = new FakeNetwork().Name("other.test", FakeNetwork.Public).Leads(FakeNetwork.Public, other.Port).Leads(IPAddress.Loopback, site.Port);
        (await FetchAsync(both, "http://other.test/to-it", guard)).Fetched.ShouldNotBeNull();
        (await FetchAsync(network, $"http://127.0.0.1:{other.Port}/", new EgressGuard(Origin.Of(new Uri($"http://localhost:{other.Port}"))))).Failure!
            .Kind.ShouldBe(FetchFailureKind.Unreachable);

        // An exception ends with the fetch that had it.
        var fetcher = new GuardedFetcher(network, TimeProvider.System);
        using var bytes = new PooledBuffer();
        (await fetcher.FetchAsync(origin, bytes, guard, Limits, default)).Fetched.ShouldNotBeNull();
        (await fetcher.FetchAsync(origin, bytes, new EgressGuard(), Limits, default)).Failure!.Kind.ShouldBe(FetchFailureKind.Unreachable);
    }

    private static async Task<FetchResult> FetchAsync(IEgressNetwork network, string address, EgressGuard? guard = null, TimeProvider? time = null)
    {
        using var bytes = new PooledBuffer();
        var result = await new GuardedFetcher(network, time ?? TimeProvider.System).FetchAsync(address, bytes, guard ?? new(), Limits, default);
        (result.Fetched is null).ShouldBe(result.Failure is not null);
        return result;
    }
}
