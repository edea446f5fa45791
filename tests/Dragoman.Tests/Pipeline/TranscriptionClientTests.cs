using System.Text;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Providers.OpenAI;
using Dragoman.Routing;

namespace Dragoman.Tests.Pipeline;

public sealed class TranscriptionClientTests : IDisposable
{
    private readonly OfferRig _rig = new();
    private readonly string _path = Path.GetTempFileName();

    [Theory]
    [InlineData("talk.mp3", "recording.mp3")]
    [InlineData("no ending", "recording")]
    [InlineData("evil.\"\r\nX: 1", "recording.X1")]
    [InlineData("../../etc/passwd.wav", "recording.wav")]
    public async Task Transcribe_ARecording_TravelsAsAFormUnderANameOfOurs(string fileName, string sent)
    {
        await File.WriteAllTextAsync(_path, "RIFF…", TestContext.Current.CancellationToken);
        string? form = null;
        _rig.Upstream.On("openai", async (request, cancellation) =>
        {
            form = await request.Content!.ReadAsStringAsync(cancellation);
            return new HttpResponseMessage { Content = new StringContent("""{"text":"Hello."}""", Encoding.UTF8, "application/json") };
        });
        var (text, error) = await TranscribeAsync("openai", fileName);
        error.ShouldBeNull();
        text.ShouldBe("Hello.");
        form.ShouldNotBeNull();
        form.ShouldContain($"Content-Disposition: form-data; name=\"file\"; filename=\"{sent}\"\r\n\r\nRIFF…\r\n");
        form.ShouldContain("Content-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n");
        _rig.Upstream.Asked.ShouldBe(["openai/audio/transcriptions"]);
        File.Open(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose(); // Nobody has it open any longer.
    }

    [Fact]
    public async Task Transcribe_AFailureThatMayGoAway_SendsTheWholeRecordingAgain()
    {
        await File.WriteAllTextAsync(_path, "RIFF…", TestContext.Current.CancellationToken);
        _rig.Upstream.On("groq", 503, "{}").On("groq", async (request, cancellation) =>
        {
            (await request.Content!.ReadAsStringAsync(cancellation)).ShouldContain("RIFF…");
            return new HttpResponseMessage { Content = new StringContent("""{"text":""}""", Encoding.UTF8, "application/json") };
        });
        (await _rig.UntilAsync(TranscribeAsync("groq", "a.wav"))).Text.ShouldBe("");
    }

    [Fact]
    public async Task Transcribe_ALongRecording_TravelsPieceByPiece()
    {
        const int Length = 8 << 20;
        await File.WriteAllBytesAsync(_path, new byte[Length], TestContext.Current.CancellationToken);
        var sink = new Sink();
        using var http = new HttpMessageInvoker(new Swallow(sink));
        var client = new TranscriptionClient(new UpstreamClient(http, _rig.Time), new OpenAITranscription(), _rig.Time);
        (await client.TranscribeAsync(_rig.Settings, new ModelReference("openai", "whisper-1"), _path, "a.wav", default)).Text.ShouldBe("Hm.");
        sink.Total.ShouldBeGreaterThan(Length);
        sink.Longest.ShouldBeLessThan(Length / 8);
    }

    [Fact]
    public async Task Transcribe_NoSuchFile_TellsNoPath()
    {
        File.Delete(_path);
        var error = (await TranscribeAsync("openai", "a.wav")).Error!;
        error.Kind.ShouldBe(ErrorKind.Internal);
        error.Message.ShouldNotContain("tmp");
    }

    [Theory]
    [InlineData("cohere", "Cohere has no model that writes down speech")]
    [InlineData("together", "TOGETHER_API_KEY")]
    public async Task Transcribe_NoSuchTranscriber_SaysSo(string provider, string remedy)
    {
        var error = (await TranscribeAsync(provider, "a.wav")).Error!;
        error.Kind.ShouldBe(ErrorKind.ModelNotConfigured);
        error.Message.ShouldContain(remedy);
    }

    public void Dispose()
    {
        _rig.Dispose();
        File.Delete(_path);
    }

    private sealed class Swallow(Stream sink) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await request.Content!.CopyToAsync(sink, cancellationToken);
            return new HttpResponseMessage { Content = new StringContent("""{"text":"Hm."}""") };
        }
    }

    /// <summary>Measures what is written, and how much of it at once.</summary>
    private sealed class Sink : MemoryStream
    {
        public long Total { get; private set; }

        public int Longest { get; private set; }

        public override void Write(byte[] buffer, int offset, int count) => Note(count);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Note(count);
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Note(buffer.Length);
            return ValueTask.CompletedTask;
        }

        private void Note(int count)
        {
            Total += count;
            Longest = Math.Max(Longest, count);
        }
    }

    private Task<TranscriptionResult> TranscribeAsync(string provider, string fileName) =>
        _rig.Transcription.TranscribeAsync(_rig.Settings, new ModelReference(provider, "whisper-1"), _path, fileName, default).AsTask();
}
