using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects;

/// <summary>
/// What every dialect owes its callers, whatever its words are: bodies of every kind, callers who leave, errors of every kind. On real Kestrel, with a
/// fake gateway that answers with the text of the first message.
/// </summary>
public abstract class DialectConformance
{
    public static TheoryData<ErrorKind> Kinds => [.. Enum.GetValues<ErrorKind>().Where(kind => kind != ErrorKind.Canceled)];

    /// <summary>The path of the endpoint under test.</summary>
    protected abstract string Path { get; }

    /// <summary>Where the dialect's OpenAPI document is served.</summary>
    protected abstract string Document { get; }

    internal abstract RandomBody RandomBodies { get; }

    /// <summary>Whether an answer says itself that it was withheld; where not, an error does.</summary>
    protected virtual bool AnswersTellFinishReason => false;

    /// <summary>A body of which <paramref name="text"/>, itself already escaped for JSON, is all that is asked.</summary>
    protected abstract string Body(string text);

    /// <summary>Asserts that the answer has the dialect's shape, and gives its text.</summary>
    protected abstract string TextOf(JsonElement answer);

    /// <summary>The HTTP status under which an error is told.</summary>
    protected abstract int StatusOf(ErrorKind kind);

    /// <summary>Asserts that the error has the dialect's shape, and gives its message.</summary>
    protected abstract string MessageOf(JsonElement error, ErrorKind kind);

    internal abstract Task<DialectServer> StartAsync(string settings = "{}");

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("Application/JSON; charset=UTF-8", true)]
    [InlineData("application/json; charset=\"utf-8\"", true)]
    [InlineData("application/vnd.dialect+json", true)]
    [InlineData(null, true)]
    [InlineData("application/json; charset=utf-16", false)]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData("multipart/form-data; boundary=x", false)]
    [InlineData("text/plain", false)]
    [InlineData("text/json", false)]
    [InlineData("application/xml", false)]
    public async Task Body_ContentType_MustBeJson(string? contentType, bool accepted)
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync(Body("x"), contentType);

        if (accepted)
        {
            (await TextOfAsync(response)).ShouldBe("x");
        }
        else
        {
            (await MessageOfAsync(response, ErrorKind.UnsupportedMediaType)).ShouldContain("application/json");
        }
    }

    [Fact]
    public async Task Body_Compressed_IsRefused()
    {
        await using var server = await StartAsync();
        using var content = new StringContent(Body("x"), Encoding.UTF8, "application/json");
        content.Headers.ContentEncoding.Add("gzip");

        using var response = await server.Client.PostAsync(Path, content);

        await MessageOfAsync(response, ErrorKind.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("a=b")]
    public async Task Body_NoObject_IsMalformed(string body)
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync(body);

        await MessageOfAsync(response, ErrorKind.MalformedBody);
        server.Gateway.LastCall.ShouldBeNull();
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00\\ud800")]
    [InlineData("x\\ud83d")]
    public async Task Body_EscapedHalfOfASurrogatePair_IsMalformed(string text)
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync(Body(text));

        (await MessageOfAsync(response, ErrorKind.MalformedBody)).ShouldContain("surrogate");
    }

    [Fact]
    public async Task Body_RawSurrogate_IsMalformed()
    {
        await using var server = await StartAsync();
        var body = Encoding.UTF8.GetBytes(Body("日"));
        new byte[] { 0xED, 0xA0, 0x80 }.CopyTo(body, body.AsSpan().IndexOf("日"u8));

        using var response = await server.PostAsync(body);

        (await MessageOfAsync(response, ErrorKind.MalformedBody)).ShouldContain("UTF-8");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_OverTheLimit_IsRefusedAndTheConnectionLives(bool chunked)
    {
        await using var server = await StartAsync("""{ "Limits": { "MaxRequestBodyBytes": 10000 } }""");
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Path)
            {
                Content = new StringContent(Body(new string('x', 200_000)), Encoding.UTF8, "application/json"),
            };
            request.Headers.TransferEncodingChunked = chunked;

            using var response = await server.Client.SendAsync(request);

            (await MessageOfAsync(response, ErrorKind.BodyTooLarge)).ShouldContain("10000 bytes");
        }

        using var after = await server.PostAsync(Body("x"));
        (await TextOfAsync(after)).ShouldBe("x");
    }

    [Fact]
    public async Task Body_OfExactlyTheLimit_IsRead()
    {
        await using var server = await StartAsync("""{ "Limits": { "MaxRequestBodyBytes": 1500 } }""");
        var frame = Body("").Length;

        using var fits = await server.PostAsync(Body(new string('x', 1_500 - frame)));
        using var tooLong = await server.PostAsync(Body(new string('x', 1_501 - frame)));

        fits.StatusCode.ShouldBe(HttpStatusCode.OK);
        await MessageOfAsync(tooLong, ErrorKind.BodyTooLarge);
    }

    [Fact]
    public async Task Text_OfAllPlanes_ComesBackUnchanged()
    {
        await using var server = await StartAsync();
        const string Text = "ß é Ω ж 日本語 العربية 😀 👩‍👩‍👧 𝔸 \u2028 \u0001 \" \\ / <script>";

        using var response = await server.PostAsync(Body(JsonSerializer.Serialize(Text)[1..^1]));

        (await response.Content.ReadAsStringAsync()).ShouldContain("ß é Ω ж 日本語 العربية");
        (await TextOfAsync(response)).ShouldBe(Text);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Error_OfEachKind_HasTheShape(ErrorKind kind)
    {
        await using var server = await StartAsync();
        server.Gateway.Answer = (_, _) => new(new GatewayError(kind, "Das geht nicht — “so”."));

        using var response = await server.PostAsync(Body("x"));

        var message = await MessageOfAsync(response, kind);
        if (kind != ErrorKind.NotFound) // The words for which are the dialect's own.
        {
            message.ShouldBe("Das geht nicht — “so”.");
        }

        response.Headers.RetryAfter.ShouldBeNull();
    }

    [Theory]
    [InlineData(0, "1")]
    [InlineData(-5, "1")]
    [InlineData(200, "1")]
    [InlineData(1_001, "2")]
    [InlineData(30_000, "30")]
    public async Task RetryAfter_OfALimit_IsInWholeSeconds(int milliseconds, string seconds)
    {
        await using var server = await StartAsync();
        server.Gateway.Answer = (_, _) =>
            new(new GatewayError(ErrorKind.RateLimited, "Slow down.") { RetryAfter = TimeSpan.FromMilliseconds(milliseconds) });

        using var response = await server.PostAsync(Body("x"));

        response.Headers.GetValues("retry-after").ShouldBe([seconds]);
    }

    [Theory]
    [InlineData(FinishReason.ContentFilter)]
    [InlineData(FinishReason.Refusal)]
    public async Task Answer_Withheld_IsAnErrorAndNotAnEmptyText(FinishReason reason)
    {
        await using var server = await StartAsync();
        server.Gateway.Answer = (call, _) =>
        {
            call.ServedBy = "azure/gpt-4o";
            return new(FakeChatGateway.Text("", reason));
        };

        using var response = await server.PostAsync(Body("x"));

        if (AnswersTellFinishReason)
        {
            (await response.Content.ReadAsStringAsync()).ShouldContain("content_filter");
        }
        else
        {
            (await MessageOfAsync(response, ErrorKind.ContentFiltered)).ShouldContain("withheld");
        }

        response.Headers.GetValues("x-dragoman-served-by").ShouldBe(["azure/gpt-4o"]);
    }

    [Fact]
    public async Task Call_ByNobody_IsUnauthenticated()
    {
        await using var server = await StartAsync();
        server.Client.DefaultRequestHeaders.Add("Authorization", "Bearer nobody");

        using var response = await server.PostAsync(Body("x"));

        await MessageOfAsync(response, ErrorKind.Unauthenticated);
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        server.Gateway.LastCall.ShouldBeNull();
    }

    [Fact]
    public async Task Caller_Leaving_CancelsTheCall()
    {
        await using var server = await StartAsync();
        var entered = new TaskCompletionSource();
        var canceled = new TaskCompletionSource();
        server.Gateway.Answer = async (_, cancellationToken) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => canceled.SetResult(), TaskScheduler.Default);
            return new GatewayError(ErrorKind.Canceled, "The client went away.");
        };
        using var leaving = new CancellationTokenSource();
        using var content = new StringContent(Body("x"), Encoding.UTF8, "application/json");

        var post = server.Client.PostAsync(Path, content, leaving.Token);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(post);
        await canceled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Caller_GoneBeforeTheAnswer_IsNoFault()
    {
        await using var server = await StartAsync();
        var entered = new TaskCompletionSource();
        server.Gateway.Answer = async (_, cancellationToken) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
            return FakeChatGateway.Text(new string('x', 3_000_000));
        };
        using var leaving = new CancellationTokenSource();
        using var content = new StringContent(Body("x"), Encoding.UTF8, "application/json");

        var post = server.Client.PostAsync(Path, content, leaving.Token);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(post);
        await server.Gateway.Handled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Calls_ManyAtOnce_EachGetsItsOwnAnswer()
    {
        await using var server = await StartAsync();

        await Parallel.ForAsync(0, 500, async (i, _) =>
        {
            using var response = await server.PostAsync(Body($"{i} {new string('x', i)}"));
            (await TextOfAsync(response)).ShouldBe($"{i} {new string('x', i)}");
        });
    }

    [Fact]
    public async Task Body_CutShort_LeavesTheServerWell()
    {
        await using var server = await StartAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {Path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{{\"ins"));
        }

        using var response = await server.PostAsync(Body("x"));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Bodies_OfAnyBytes_AreNeverAServerErrorAndAlwaysTheShape()
    {
        await using var server = await StartAsync();
        var accepted = 0;
        for (var seed = 0; seed < 500; seed++)
        {
            using var response = await server.PostAsync(RandomBodies.Make(new Random(seed)));

            if (response.StatusCode == HttpStatusCode.OK)
            {
                accepted++;
                (await TextOfAsync(response)).ShouldNotBeEmpty($"seed {seed}");
            }
            else
            {
                var isMalformed = (int)response.StatusCode == StatusOf(ErrorKind.MalformedBody);
                (await MessageOfAsync(response, isMalformed ? ErrorKind.MalformedBody : ErrorKind.InvalidRequest)).ShouldNotBeEmpty($"seed {seed}");
            }
        }

        accepted.ShouldBeInRange(50, 450); // Otherwise the bodies are all of one kind and prove little.
    }

    [Fact]
    public async Task Document_Asked_IsJsonWithATagThatSavesTheSecondFetch()
    {
        await using var server = await StartAsync();

        using var first = await server.Client.GetAsync(Document);
        using var headRequest = new HttpRequestMessage(HttpMethod.Head, Document);
        using var head = await server.Client.SendAsync(headRequest);
        using var againRequest = new HttpRequestMessage(HttpMethod.Get, Document);
        againRequest.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await server.Client.SendAsync(againRequest);

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        first.Headers.CacheControl!.Public.ShouldBeTrue();
        using var json = JsonDocument.Parse(await first.Content.ReadAsStringAsync());
        json.RootElement.GetProperty("openapi").GetString().ShouldStartWith("3.");
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentLength.ShouldBe(first.Content.Headers.ContentLength);
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        again.Headers.ETag.ShouldBe(first.Headers.ETag);
    }

    private async Task<string> TextOfAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        using var json = JsonDocument.Parse(text);
        return TextOf(json.RootElement);
    }

    private async Task<string> MessageOfAsync(HttpResponseMessage response, ErrorKind kind)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(StatusOf(kind), text);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        using var json = JsonDocument.Parse(text);
        return MessageOf(json.RootElement, kind);
    }
}
