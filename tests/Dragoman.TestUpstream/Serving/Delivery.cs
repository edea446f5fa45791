using System.IO.Compression;
using Dragoman.Testing.Wires;

namespace Dragoman.Testing.Serving;

/// <summary>
/// Thrown out of the request to end a body in the middle: Kestrel then closes the connection in order, after all bytes written so far,
/// without a last chunk and with whatever is missing of the announced length. (An abort would reset it and might take bytes with it.)
/// </summary>
internal sealed class TruncatedReplyException() : Exception("The script ends this reply here.");

/// <summary>Renders one reply and sends it, with its faults.</summary>
internal sealed class Delivery(HttpContext context, RecordedRequest recorded, TestUpstreamOptions options)
{
    const string HugeMark = "~~the text goes here~~";

    CancellationToken Aborted => context.RequestAborted;

    /// <summary>The reply did not go its normal course to the end, and that is the script's doing.</summary>
    public bool BrokenOff { get; private set; }

    public async Task SendAsync(Reply? reply, Ask ask, Wire wire, string id)
    {
        reply ??= Reply.Error(404, "invalid_request_error", $"Invalid URL ({recorded.Method} {recorded.Path})");
        if (reply.Faults.Headers is { } gate)
        {
            await gate.PassAsync(Aborted);
        }

        if (reply.Faults.Reset)
        {
            Reset();
            return;
        }

        if (reply.HugeBytes > 0)
        {
            await SendHugeAsync(reply, ask, wire, id);
            return;
        }

        var rendered = Render(reply, ask, wire, id);
        Begin(rendered, reply, rendered.Streamed ? null : rendered.Frames.Sum(f => (long)f.Bytes.Length));
        if (rendered.Streamed)
        {
            await SendStreamAsync(rendered.Frames, reply.Faults);
        }
        else
        {
            await SendPlainAsync(rendered.Frames[0].Bytes, reply.Faults);
        }
    }

    Rendered Render(Reply reply, Ask ask, Wire wire, string id)
    {
        if (reply.RawAnswer is { } raw)
        {
            return new(raw.Status, raw.ContentType, [new(raw.Body.ToArray())]);
        }

        if (reply.Failure is { } failure)
        {
            return wire.Error(recorded.Wire, failure, ask.Model, id);
        }

        if (recorded.Method == "GET")
        {
            return wire.Models(options.Models, id);
        }

        if (reply.Faults is { ErrorAfter: not null, ErrorInStream: { } error } faults)
        {
            return ask.Stream
                ? Interrupted(wire.Stream(TurnOf(reply, ask, id)), faults.CutAfter!.Value, wire.ErrorFrame(recorded.Wire, error, ask.Model, id))
                : wire.Error(recorded.Wire, error, ask.Model, id) with { Status = 200 };
        }

        var turn = TurnOf(reply, ask, id);
        var whole = ask.Stream ? wire.Stream(turn) : wire.Plain(turn);
        return reply.Faults.WithoutFinish && whole.Streamed
            ? whole with { Frames = [.. whole.Frames.TakeWhile(f => f.Kind != FrameKind.Ending)] }
            : whole;
    }

    Turn TurnOf(Reply reply, Ask ask, string id)
    {
        IReadOnlyList<ReplyChoice> choices = reply.IsDefault || reply.Choices.IsEmpty ? [DefaultAnswer.To(ask)] : reply.Choices;
        if (choices.Count == 1 && ask.Choices > 1)
        {
            choices = [.. Enumerable.Repeat(choices[0], ask.Choices)];
        }

        return new(ask, reply, id, recorded.At.ToUnixTimeSeconds())
        {
            Choices = choices,
            Usage = reply.Usage ?? DefaultAnswer.Count(ask, choices),
        };
    }

    static Rendered Interrupted(Rendered stream, int chunks, Frame error) =>
        stream with { Frames = [.. stream.Frames.Take(Before(stream.Frames, chunks)), error] };

    /// <summary>How many frames come before the content chunk that follows the first <paramref name="chunks"/> ones.</summary>
    static int Before(IReadOnlyList<Frame> frames, int chunks)
    {
        var seen = 0;
        for (var i = 0; i < frames.Count; i++)
        {
            seen += frames[i].Kind == FrameKind.Content ? 1 : 0;
            if (seen > chunks || (seen == chunks && chunks > 0))
            {
                return seen > chunks ? i : i + 1;
            }
        }

        return frames.Count;
    }

    void Begin(Rendered rendered, Reply reply, long? length)
    {
        var response = context.Response;
        response.StatusCode = rendered.Status;
        recorded.Status = rendered.Status;
        foreach (var (name, value) in rendered.Headers.Concat(reply.Headers))
        {
            response.Headers[name] = value;
        }

        if (reply.Failure?.RetryAfter is { } retryAfter)
        {
            response.Headers.RetryAfter = retryAfter;
        }

        response.ContentType = rendered.ContentType;
        if (rendered.Streamed)
        {
            response.Headers.CacheControl = "no-cache";
        }
        else
        {
            response.ContentLength = length;
        }
    }

    async Task SendPlainAsync(byte[] body, Faults faults)
    {
        if (faults.BeforeEachChunk is { } gate)
        {
            await context.Response.Body.FlushAsync(Aborted);
            await gate.PassAsync(Aborted);
        }

        if (faults.CutAfter is null || faults.ErrorAfter is not null)
        {
            await WriteAsync(body, faults);
            return;
        }

        var half = body.Length / 2;
        await WriteAsync(body.AsMemory(..half), faults);
        await CutAsync(faults);
        await WriteAsync(body.AsMemory(half..), faults);
    }

    async Task SendStreamAsync(IReadOnlyList<Frame> frames, Faults faults)
    {
        // Headers go out at once, as the vendors' do, also when the first chunk is held.
        await context.Response.Body.FlushAsync(Aborted);
        var cut = faults.CutAfter is { } chunks && faults.ErrorAfter is null ? Before(frames, chunks) : -1;
        for (var i = 0; i < frames.Count; i++)
        {
            if (i == cut)
            {
                if (faults.MidChunk)
                {
                    await WriteAsync(frames[i].Bytes.AsMemory(..(frames[i].Bytes.Length / 2)), faults);
                }

                await CutAsync(faults);
            }

            if (frames[i].Kind == FrameKind.Content)
            {
                if (faults.BeforeEachChunk is { } gate)
                {
                    await gate.PassAsync(Aborted);
                }

                if (options.Pace > TimeSpan.Zero)
                {
                    await Task.Delay(options.Pace, options.Time, Aborted);
                }
            }

            await WriteAsync(frames[i].Bytes, faults);
        }

        if (cut == frames.Count)
        {
            await CutAsync(faults);
        }
    }

    /// <summary>Where the reply is cut: it stalls until its gate lets it go on, is reset, or ends in the middle.</summary>
    async Task CutAsync(Faults faults)
    {
        if (faults.TruncateAfter is not null)
        {
            BrokenOff = true;
            throw new TruncatedReplyException();
        }

        if (faults.StallGate is { } gate)
        {
            await gate.PassAsync(Aborted);
            return;
        }

        if (faults.ResetGate is { } last)
        {
            await last.PassAsync(Aborted);
        }

        Reset();
        throw new TruncatedReplyException();
    }

    void Reset()
    {
        BrokenOff = true;
        context.Abort();
    }

    async Task WriteAsync(ReadOnlyMemory<byte> bytes, Faults faults)
    {
        var piece = faults.PieceBytes ?? Math.Max(1, bytes.Length);
        for (var at = 0; at < bytes.Length; at += piece)
        {
            if (faults.BeforeEachPiece is { } gate)
            {
                await gate.PassAsync(Aborted);
            }

            await context.Response.Body.WriteAsync(bytes.Slice(at, Math.Min(piece, bytes.Length - at)), Aborted);
            await context.Response.Body.FlushAsync(Aborted);
        }
    }

    /// <summary>A valid answer of the wire around a text of any length, never held in memory.</summary>
    async Task SendHugeAsync(Reply reply, Ask ask, Wire wire, string id)
    {
        var turn = TurnOf(Reply.Text(HugeMark).WithUsage(1, 1), ask, id);
        var rendered = wire.Plain(turn);
        var body = rendered.Frames[0].Bytes;
        var at = body.AsSpan().IndexOf(Wire.Utf8(HugeMark));
        ReadOnlyMemory<byte> head = body.AsMemory(..at), tail = body.AsMemory(at + HugeMark.Length);
        ReadOnlyMemory<byte> block = Enumerable.Repeat((byte)'a', 1 << 20).ToArray();
        var zip = reply.HugeGzip;
        Begin(rendered, reply, zip ? null : head.Length + reply.HugeBytes + tail.Length);
        if (zip)
        {
            context.Response.Headers.ContentEncoding = "gzip";
        }

        // Gzip members may follow one another, so a block is compressed once and sent many times.
        var packed = zip ? Gzip(block) : block;
        await WriteAsync(zip ? Gzip(head) : head, Faults.None);
        for (var left = reply.HugeBytes; left > 0; left -= block.Length)
        {
            var last = left < block.Length ? block[..(int)left] : default;
            await WriteAsync(last.IsEmpty ? packed : zip ? Gzip(last) : last, Faults.None);
        }

        await WriteAsync(zip ? Gzip(tail) : tail, Faults.None);
    }

    static ReadOnlyMemory<byte> Gzip(ReadOnlyMemory<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes.Span);
        }

        return packed.ToArray();
    }
}
