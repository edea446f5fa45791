using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Dragoman.Testing;

namespace Dragoman.Server.Tests.Upstream;

/// <summary>Each fault does what it says, seen from a plain HTTP client.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    readonly HttpClient _client = UpstreamCalls.NewClient();
    TestUpstream _upstream = null!;

    public static TheoryData<WireKind> Wires => [WireKind.OpenAI, WireKind.Azure, WireKind.Anthropic, WireKind.Gemini];

    public async ValueTask InitializeAsync() => _upstream = await TestUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task ClosedPort_Connect_IsRefused()
    {
        using var port = TestUpstream.ReserveClosedPort();

        var exception = await Should.ThrowAsync<HttpRequestException>(_client.GetAsync(port.BaseUrl));

        exception.InnerException.ShouldBeOfType<SocketException>().SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }

    [Fact]
    public async Task Reset_BeforeHeaders_FailsTheCall()
    {
        _upstream.Enqueue(Reply.Default().Reset());

        var exception = await Should.ThrowAsync<HttpRequestException>(_client.SendAsync(_upstream.Chat()));

        exception.InnerException.ShouldBeAssignableTo<IOException>()!.InnerException.ShouldBeOfType<SocketException>()
            .SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        (await _upstream.WaitForEndAsync()).Outcome.ShouldBe(RequestOutcome.BrokenOff);
    }

    [Fact]
    public async Task Held_NeverReleased_SeesTheClientLeave()
    {
        _upstream.Enqueue(Reply.Text("late").HeldBy(new Gate()));
        using var cancel = new CancellationTokenSource();

        var call = _client.SendAsync(_upstream.Chat(), cancel.Token);
        var request = await _upstream.WaitForRequestAsync();
        call.IsCompleted.ShouldBeFalse();
        await cancel.CancelAsync();
        var aborted = await _upstream.WaitForAbortAsync();

        aborted.ShouldBeSameAs(request);
        aborted.Status.ShouldBeNull();
        await Should.ThrowAsync<OperationCanceledException>(call);
    }

    [Fact]
    public async Task Held_Released_Answers()
    {
        var release = new TaskCompletionSource();
        _upstream.Enqueue(Reply.Text("late").HeldUntil(release.Task));

        var call = _client.SendAsync(_upstream.Chat());
        await _upstream.WaitForRequestAsync();
        call.IsCompleted.ShouldBeFalse();
        release.SetResult();
        using var response = await call;

        (await response.Content.ReadAsStringAsync()).ShouldContain("late");
        (await _upstream.WaitForEndAsync()).Outcome.ShouldBe(RequestOutcome.Answered);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Dripped_Stream_ComesOneChunkAStep(WireKind wire)
    {
        var gate = new Gate();
        _upstream.Enqueue(Reply.Deltas("a", "b", "c").DrippedBy(gate));

        using var response = await _client.HeadersAsync(_upstream.Any(wire, stream: true));
        var texts = Texts(wire, response).GetAsyncEnumerator();
        var seen = 0;
        for (var next = texts.MoveNextAsync().AsTask(); ; next = texts.MoveNextAsync().AsTask())
        {
            await gate.WaitForArrivalAsync(seen + 1);
            next.IsCompleted.ShouldBeFalse();
            gate.Release();
            (await next).ShouldBeTrue();
            if (++seen == 3)
            {
                break;
            }
        }

        (await texts.MoveNextAsync()).ShouldBeFalse();
        gate.Arrivals.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Stalled_Stream_SaysNoMoreUntilTheClientLeaves(WireKind wire)
    {
        _upstream.Enqueue(Reply.Deltas("a", "b", "c").StallAfter(2));

        var response = await _client.HeadersAsync(_upstream.Any(wire, stream: true));
        var texts = Texts(wire, response).GetAsyncEnumerator();
        (await texts.MoveNextAsync(), texts.Current).ShouldBe((true, "a"));
        (await texts.MoveNextAsync(), texts.Current).ShouldBe((true, "b"));
        var third = texts.MoveNextAsync().AsTask();
        third.IsCompleted.ShouldBeFalse();
        response.Dispose();

        (await _upstream.WaitForAbortAsync()).Aborted.ShouldBeTrue();
        await Should.ThrowAsync<Exception>(third);
    }

    [Fact]
    public async Task Stalled_GateReleased_GoesOn()
    {
        var gate = new Gate();
        _upstream.Enqueue(Reply.Deltas("a", "b", "c").StallAfter(1, gate));

        using var response = await _client.HeadersAsync(_upstream.Chat(stream: true));
        await gate.WaitForArrivalAsync();
        gate.Release();

        (await Texts(WireKind.OpenAI, response).ToListAsync()).ShouldBe(["a", "b", "c"]);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Truncated_Stream_GivesTheChunksAndThenFails(WireKind wire)
    {
        _upstream.Enqueue(Reply.Deltas("a", "b", "c").TruncateAfter(2));

        using var response = await _client.HeadersAsync(_upstream.Any(wire, stream: true));
        List<string> seen = [];
        var exception = await Should.ThrowAsync<IOException>(Collect(Texts(wire, response), seen));

        seen.ShouldBe(["a", "b"]);
        exception.ShouldBeOfType<HttpIOException>().HttpRequestError.ShouldBe(HttpRequestError.ResponseEnded);
        (await _upstream.WaitForEndAsync()).Outcome.ShouldBe(RequestOutcome.BrokenOff);
    }

    [Fact]
    public async Task Truncated_MidChunk_LeavesHalfAnEvent()
    {
        _upstream.Enqueue(Reply.Deltas("alpha", "beta").TruncateMidChunk(1));

        using var response = await _client.HeadersAsync(_upstream.Chat(stream: true));
        var received = await Drain(await response.Content.ReadAsStreamAsync());

        received.ShouldContain("\"content\":\"alpha\"");
        received.ShouldNotEndWith("\n\n");
        received.Split("\n\n")[^1].ShouldStartWith("data: {");
    }

    [Fact]
    public async Task Truncated_Plain_GivesFewerBytesThanAnnounced()
    {
        _upstream.Enqueue(Reply.Text("Paris").TruncateAfter(0));

        using var response = await _client.HeadersAsync(_upstream.Chat());
        var received = await Drain(await response.Content.ReadAsStreamAsync());

        received.Length.ShouldBe((int)response.Content.Headers.ContentLength!.Value / 2);
    }

    [Fact]
    public async Task ResetAfter_Chunks_FailsTheStream()
    {
        var gate = new Gate();
        _upstream.Enqueue(Reply.Deltas("a", "b").ResetAfter(1, gate));

        using var response = await _client.HeadersAsync(_upstream.Chat(stream: true));
        var texts = Texts(WireKind.OpenAI, response).GetAsyncEnumerator();
        (await texts.MoveNextAsync(), texts.Current).ShouldBe((true, "a"));
        gate.Release();

        await Should.ThrowAsync<IOException>(texts.MoveNextAsync().AsTask());
        (await _upstream.WaitForEndAsync()).Outcome.ShouldBe(RequestOutcome.BrokenOff);
    }

    [Theory]
    [InlineData(WireKind.OpenAI, "server_error")]
    [InlineData(WireKind.Azure, "server_error")]
    [InlineData(WireKind.Anthropic, "overloaded_error")]
    [InlineData(WireKind.Gemini, "UNAVAILABLE")]
    public async Task ErrorAfter_Chunks_IsToldInsideTheStreamAndEndsIt(WireKind wire, string part)
    {
        _upstream.Enqueue(Reply.Deltas("a", "b").ErrorAfter(1));

        using var response = await _client.HeadersAsync(_upstream.Any(wire, stream: true));
        var raw = await response.Content.ReadAsStringAsync();

        ((int)response.StatusCode).ShouldBe(200);
        var events = raw.TrimEnd().Split(wire == WireKind.Gemini ? "\r\n\r\n" : "\n\n");
        events[^1].ShouldContain(part);
        events[^1].ShouldStartWith(wire == WireKind.Anthropic ? "event: error\n" : "data: {\"error\":");
        raw.ShouldNotContain("[DONE]");
        raw.ShouldContain("\"a\"");
        raw.ShouldNotContain("\"b\"");
    }

    [Fact]
    public async Task ErrorAfter_OnAPlainCall_IsA200WithAnError()
    {
        _upstream.Enqueue(Reply.Default().ErrorAfter(0, new() { Kind = ErrorKind.RateLimited }));

        using var response = await _client.SendAsync(_upstream.Chat());

        ((int)response.StatusCode).ShouldBe(200);
        (await response.JsonAsync()).GetProperty("error").GetProperty("code").GetString().ShouldBe("rate_limit_exceeded");
    }

    [Theory]
    [InlineData(WireKind.OpenAI, "[DONE]")]
    [InlineData(WireKind.Azure, "[DONE]")]
    [InlineData(WireKind.Anthropic, "message_stop")]
    [InlineData(WireKind.Gemini, "STOP")]
    public async Task WithoutFinish_Stream_EndsInOrderAfterTheContent(WireKind wire, string end)
    {
        _upstream.Enqueue(Reply.Deltas("a", "b").WithoutFinish());

        using var response = await _client.HeadersAsync(_upstream.Any(wire, stream: true));
        var raw = await response.Content.ReadAsStringAsync();

        raw.ShouldContain("\"b\"");
        raw.ShouldNotContain(end);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task EmptyFirst_Stream_SaysNothingBeforeTheError(WireKind wire)
    {
        _upstream.Enqueue(Reply.Deltas("a").EmptyFirst(), Reply.Deltas("a").EmptyFirst().ErrorAfter(0));

        using var whole = await _client.HeadersAsync(_upstream.Any(wire, stream: true));
        using var broken = await _client.HeadersAsync(_upstream.Any(wire, stream: true));
        var texts = await Texts(wire, whole, empty: true).ToListAsync();
        var events = await broken.EventsAsync().ToListAsync();

        texts.Where(t => t.Length > 0).ShouldBe(["a"]);
        events.Count.ShouldBeGreaterThan(1);
        events.ShouldAllBe(e => string.IsNullOrEmpty(UpstreamCalls.TextOf(wire, e)));
        events[^1].Data.ShouldContain("\"error\"");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task InPieces_Stream_IsTheSameBytes(int bytes)
    {
        var reply = Reply.Deltas("Saint-", "Étienne 🌧").WithTool("f", """{"a":"é"}""");
        var gate = new Gate();
        _upstream.Enqueue(reply, reply.InPieces(bytes, gate));

        using var whole = await _client.HeadersAsync(_upstream.Messages(stream: true));
        using var pieces = await _client.HeadersAsync(_upstream.Messages(stream: true));
        var expected = await whole.Content.ReadAsStringAsync();
        using var received = new MemoryStream();
        var stream = await pieces.Content.ReadAsStreamAsync();
        var buffer = new byte[64];
        gate.Release();
        for (int read; (read = await stream.ReadAsync(buffer)) > 0; gate.Release())
        {
            read.ShouldBeLessThanOrEqualTo(bytes);
            received.Write(buffer, 0, read);
        }

        // Only the ids count up from call to call.
        Encoding.UTF8.GetString(received.ToArray()).Replace("00000002", "00000001").ShouldBe(expected);
    }

    [Fact]
    public async Task RateLimited_RetryAfter_GoesOutVerbatim()
    {
        var until = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        _upstream.Enqueue(Reply.RateLimited("7"), Reply.RateLimited(until), Reply.RateLimited("99999999999999999999"), Reply.RateLimited());
        List<string?> headers = [];

        for (var i = 0; i < 4; i++)
        {
            using var response = await _client.SendAsync(_upstream.Chat());
            ((int)response.StatusCode).ShouldBe(429);
            headers.Add(response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : null);
        }

        headers.ShouldBe(["7", "Sun, 01 Mar 2026 12:00:00 GMT", "99999999999999999999", null]);
    }

    [Theory]
    [InlineData(WireKind.OpenAI, 503, "overloaded")]
    [InlineData(WireKind.Anthropic, 529, "overloaded_error")]
    [InlineData(WireKind.Gemini, 503, "UNAVAILABLE")]
    public async Task Overloaded_AnyWire_IsTheVendorsOwn(WireKind wire, int status, string part)
    {
        _upstream.Enqueue(Reply.Overloaded(), Reply.Error(529));

        using var own = await _client.SendAsync(_upstream.Any(wire));
        using var exact = await _client.SendAsync(_upstream.Any(wire));

        ((int)own.StatusCode).ShouldBe(status);
        (await own.Content.ReadAsStringAsync()).ShouldContain(part);
        ((int)exact.StatusCode).ShouldBe(529);
        (await exact.JsonAsync()).TryGetProperty("error", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task HugeJson_Plain_IsValidAndThatLong()
    {
        _upstream.Enqueue(Reply.HugeJson(3_000_000));

        using var response = await _client.SendAsync(_upstream.Messages());

        (await response.JsonAsync()).GetProperty("content")[0].GetProperty("text").GetString()!.Length.ShouldBe(3_000_000);
    }

    [Fact]
    public async Task GzipBomb_Plain_IsSmallOnTheWireAndLargeUnpacked()
    {
        _upstream.Enqueue(Reply.GzipBomb(20_500_000));

        using var response = await _client.SendAsync(_upstream.Chat());
        var packed = await response.Content.ReadAsByteArrayAsync();
        using var unpacked = new MemoryStream();
        await using (var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress))
        {
            await gzip.CopyToAsync(unpacked);
        }

        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        packed.Length.ShouldBeLessThan(100_000);
        var text = JsonElement.Parse(unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length)).GetProperty("choices")[0].GetProperty("message");
        text.GetProperty("content").GetString()!.Length.ShouldBe(20_500_000);
    }

    [Fact]
    public async Task Raw_Presets_AreWhatTheySay()
    {
        _upstream.Enqueue(
            Reply.MalformedJson(), Reply.HtmlPage(), Reply.Redirect(), Reply.Garbage(), Reply.EmptyBody(),
            Reply.Raw(418, [new("Content-Type", "text/plain"), new("x-a", "b")], "teapot"));
        List<(int Status, string? Type, byte[] Body)> seen = [];
        string? location = null, header = null;
        for (var i = 0; i < 6; i++)
        {
            using var response = await _client.SendAsync(_upstream.Chat());
            location ??= response.Headers.Location?.ToString();
            header = response.Headers.TryGetValues("x-a", out var values) ? values.Single() : null;
            seen.Add(((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync()));
        }

        seen.Select(s => (s.Status, s.Type)).ShouldBe(
        [
            (200, "application/json"), (502, "text/html"), (302, null), (200, "application/json"), (200, "application/json"), (418, "text/plain"),
        ]);
        Should.Throw<JsonException>(() => JsonElement.Parse(seen[0].Body));
        location.ShouldBe("http://169.254.169.254/latest/meta-data/");
        Should.Throw<DecoderFallbackException>(() => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(seen[3].Body));
        seen[4].Body.ShouldBeEmpty();
        header.ShouldBe("b");
    }

    static async IAsyncEnumerable<string> Texts(WireKind wire, HttpResponseMessage response, bool empty = false)
    {
        await foreach (var item in response.EventsAsync())
        {
            if (UpstreamCalls.TextOf(wire, item) is { } text && (empty || text.Length > 0))
            {
                yield return text;
            }
        }
    }

    static async Task Collect(IAsyncEnumerable<string> texts, List<string> into)
    {
        await foreach (var text in texts)
        {
            into.Add(text);
        }
    }

    /// <summary>What can be read until the connection ends before its time.</summary>
    static async Task<string> Drain(Stream stream)
    {
        using var received = new MemoryStream();
        (await Should.ThrowAsync<HttpIOException>(stream.CopyToAsync(received))).HttpRequestError.ShouldBe(HttpRequestError.ResponseEnded);
        return Encoding.UTF8.GetString(received.ToArray());
    }
}
