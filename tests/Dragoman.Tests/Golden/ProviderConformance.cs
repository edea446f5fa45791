using System.Buffers;
using System.Text;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Providers;

namespace Dragoman.Tests.Golden;

/// <summary>
/// What every provider must prove, on golden files: <c>{case}.request.json</c> and <c>{case}.stream-request.json</c> (written for
/// <see cref="ChatRequestCases"/>), <c>{case}.response.json</c> (a body as the vendor sends it) with <c>{case}.response.canonical.json</c>,
/// <c>{case}.stream.sse</c> with <c>{case}.stream.canonical.json</c>, and <c>{case}.error.{status}.json</c> with
/// <c>{case}.error.{status}.canonical.json</c>. A provider's test class derives from this and names itself and its folder.
/// </summary>
public abstract class ProviderConformance
{
    private protected abstract IChatProvider Provider { get; }

    private protected abstract string GoldenFolder { get; }

    /// <summary>A target for the writer; the model may differ by case (a reasoning model, say).</summary>
    private protected abstract UpstreamTarget TargetFor(string caseName);

    /// <summary>An answer without what this vendor tells in one way only, plain or streamed.</summary>
    private protected virtual ChatResponse ToldBothWays(string caseName, ChatResponse answer) => answer;

    [Fact]
    public void Writer_EachCase_WritesGoldenBody()
    {
        foreach (var (name, request) in ChatRequestCases.All)
        {
            var target = TargetFor(name);
            var missing = request.UsedParameters() & ~target.SupportedFor(request);
            if ((missing & ChatParametersExtensions.Essential) != ChatParameters.None)
            {
                continue; // The pipeline refuses the call before a writer sees it.
            }

            var carried = request.Without(missing);
            GoldenFile.ShouldMatchJson(GoldenFolder, $"{name}.request.json", Write(carried, target, stream: false));
        }
    }

    [Fact]
    public void Writer_Streaming_WritesGoldenBody() =>
        GoldenFile.ShouldMatchJson(
            GoldenFolder, "plain.stream-request.json", Write(ChatRequestCases.All["plain"], TargetFor("plain"), stream: true));

    [Fact]
    public void Reader_EachResponse_ReadsGoldenMeaning()
    {
        var cases = GoldenFile.Cases(GoldenFolder, ".response.json").ToList();
        cases.ShouldNotBeEmpty();
        foreach (var name in cases)
        {
            var answer = Provider.ReadResponse(GoldenFile.ReadBytes(GoldenFolder, $"{name}.response.json"));
            var dump = answer.Response is { } response ? CanonicalDump.Of(response) : CanonicalDump.Of(answer.Error!);
            GoldenFile.ShouldMatchJson(GoldenFolder, $"{name}.response.canonical.json", dump);
        }
    }

    [Fact]
    public void EventReader_EachStream_ReadsGoldenSteps()
    {
        var cases = GoldenFile.Cases(GoldenFolder, ".stream.sse").ToList();
        cases.ShouldNotBeEmpty();
        foreach (var name in cases)
        {
            var steps = ReadStream(GoldenFile.ReadBytes(GoldenFolder, $"{name}.stream.sse"), int.MaxValue);
            GoldenFile.ShouldMatchJson(GoldenFolder, $"{name}.stream.canonical.json", CanonicalDump.Of(steps));
        }
    }

    [Fact]
    public void EventReader_SplitAtEveryByte_ReadsTheSameSteps()
    {
        foreach (var name in GoldenFile.Cases(GoldenFolder, ".stream.sse"))
        {
            var bytes = GoldenFile.ReadBytes(GoldenFolder, $"{name}.stream.sse");
            var whole = CanonicalDump.Of(ReadStream(bytes, int.MaxValue));
            for (var cut = 1; cut < bytes.Length; cut++)
            {
                CanonicalDump.Of(ReadStream(bytes, cut)).ShouldBe(whole, $"{name} cut at byte {cut}");
            }
        }
    }

    [Fact]
    public void EventReader_CutShort_EndsInFailure()
    {
        foreach (var name in GoldenFile.Cases(GoldenFolder, ".stream.sse"))
        {
            var bytes = GoldenFile.ReadBytes(GoldenFolder, $"{name}.stream.sse");
            var steps = ReadStream(bytes.AsSpan(0, bytes.Length / 2).ToArray(), int.MaxValue);
            steps[^1].Kind.ShouldBe(ChatEventKind.Failed, name);
        }
    }

    [Fact]
    public void StreamAndPlain_OfTheSameCase_MeanTheSame()
    {
        foreach (var name in GoldenFile.Cases(GoldenFolder, ".stream.sse").Intersect(GoldenFile.Cases(GoldenFolder, ".response.json")))
        {
            var builder = new ChatResponseBuilder();
            foreach (var step in ReadStream(GoldenFile.ReadBytes(GoldenFolder, $"{name}.stream.sse"), int.MaxValue))
            {
                builder.Add(step);
            }

            var plain = Provider.ReadResponse(GoldenFile.ReadBytes(GoldenFolder, $"{name}.response.json")).Response;
            if (plain is null)
            {
                continue;
            }

            var streamed = builder.Build();
            CanonicalDump.Of(Essence(name, streamed)).ShouldBe(CanonicalDump.Of(Essence(name, plain)), name);
        }

        ChatResponse Essence(string name, ChatResponse answer) => ToldBothWays(name, answer) with { Id = null };
    }

    [Fact]
    public void ErrorReader_EachError_ReadsGoldenKind()
    {
        var files = GoldenFile.Cases(GoldenFolder, ".json")
            .Where(name => name.Contains(".error.", StringComparison.Ordinal) && !name.EndsWith(".canonical", StringComparison.Ordinal))
            .ToList();
        files.ShouldNotBeEmpty();
        foreach (var name in files)
        {
            var status = int.Parse(name[(name.LastIndexOf('.') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
            var error = Provider.ReadError(status, GoldenFile.ReadBytes(GoldenFolder, $"{name}.json"));
            GoldenFile.ShouldMatchJson(GoldenFolder, $"{name}.canonical.json", CanonicalDump.Of(error));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>Bad gateway</body></html>")]
    [InlineData("{\"error\":")]
    [InlineData("[1,2]")]
    [InlineData("null")]
    [InlineData("{\"error\":\"plain words\"}")]
    [InlineData("{\"error\":{\"message\":null,\"code\":503}}")]
    public void ErrorReader_AnyBody_NeverThrows(string body)
    {
        foreach (var status in new[] { 300, 400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504, 529 })
        {
            var error = Provider.ReadError(status, Encoding.UTF8.GetBytes(body));
            error.HttpStatus.ShouldBeInRange(400, 599);
        }
    }

    private string Write(ChatRequest request, UpstreamTarget target, bool stream)
    {
        var body = new ArrayBufferWriter<byte>();
        Provider.WriteBody(request, target, stream, body);
        return Encoding.UTF8.GetString(body.WrittenSpan);
    }

    private List<ChatEvent> ReadStream(byte[] bytes, int cut)
    {
        var steps = new List<ChatEvent>();
        var events = Provider.OpenEventReader();
        using var sse = new SseReader();
        var first = Math.Min(cut, bytes.Length);
        foreach (var piece in new[] { bytes.AsMemory(0, first), bytes.AsMemory(first) })
        {
            sse.Feed(piece.Span, (events, steps), static (name, data, state) => state.events.Read(name, data, state.steps));
        }

        events.Complete(steps);
        return steps;
    }
}
