using System.Buffers;
using System.Text;
using System.Text.Json;
using Dragoman.Model;
using Dragoman.Providers;

namespace Dragoman.Tests.Pipeline;

/// <summary>
/// A wire of words. A body is the text of the answer, an event one word of it; words that begin with <c>!</c> do something else
/// (<c>!error</c>, <c>!bad</c>, <c>!throw</c>, <c>!surrogate</c>, <c>!usage 3 4</c>, <c>!start</c>, <c>!done</c>).
/// </summary>
internal sealed class FakeProvider(WireFormat wire = WireFormat.OpenAIChat) : IChatProvider
{
    public const string Canary = "sk-canary-0123456789";

    public WireFormat Wire => wire;

    public Func<ChatRequest, ChatParameters> Bends { get; init; } = _ => ChatParameters.None;

    public Action? OnWrite { get; init; }

    public ChatRequest? LastWritten { get; private set; }

    public static Vendor Vendor(string name, ChatParameters supported = ChatParameters.All) => new()
    {
        Name = name,
        DisplayName = name.ToUpperInvariant(),
        Wire = WireFormat.OpenAIChat,
        EnvironmentPrefix = name.ToUpperInvariant(),
        Supported = supported,
    };

    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey) => new()
    {
        Vendor = vendor,
        ProviderName = providerName,
        Model = model,
        PlainUri = new Uri(baseUri, "/plain"),
        StreamUri = new Uri(baseUri, "/stream"),
        Headers = [new("Authorization", "Bearer " + apiKey)],
        ApiKey = apiKey,
        Rule = ModelRule.Default,
    };

    public void WriteBody(ChatRequest request, UpstreamTarget target, bool stream, IBufferWriter<byte> body)
    {
        OnWrite?.Invoke();
        LastWritten = request;
        body.Write(Encoding.UTF8.GetBytes(request.Messages[0].Text));
    }

    public ChatParameters Unhonoured(ChatRequest request, UpstreamTarget target) => Bends(request);

    public UpstreamAnswer ReadResponse(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body);
        Misread(text);
        return text.StartsWith("!error", StringComparison.Ordinal)
            ? new GatewayError(ErrorKind.UpstreamOverloaded, text)
            : new ChatResponse
            {
                Choices = [new ChatChoice(0, ChatMessage.OfText(ChatRole.Assistant, text), FinishReason.Stop)],
                Usage = text.Contains("uncounted", StringComparison.Ordinal) ? null : new Usage { InputTokens = 10, OutputTokens = 20 },
            };
    }

    public IChatEventReader OpenEventReader() => new EventReader();

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body)
    {
        var kind = status switch
        {
            400 => ErrorKind.UpstreamRejectedRequest,
            401 => ErrorKind.UpstreamRejectedCredential,
            404 => ErrorKind.UpstreamModelNotFound,
            429 => ErrorKind.UpstreamRateLimited,
            503 => ErrorKind.UpstreamOverloaded,
            _ => ErrorKind.UpstreamFailed,
        };
        return new GatewayError(kind, Encoding.UTF8.GetString(body)) { Parameter = body.Length > 0 ? Encoding.UTF8.GetString(body) : null };
    }

    private static void Misread(string text)
    {
        switch (text)
        {
            case "" or "!bad":
                throw new JsonException("not JSON");
            case "!surrogate":
                throw new InvalidOperationException("Cannot read incomplete UTF-16 JSON text as string with missing low surrogate.");
            case "!throw":
                throw new NotSupportedException("a program error");
        }
    }

    private sealed class EventReader : IChatEventReader
    {
        private bool _done;

        public bool IsOver { get; private set; }

        public void Read(string name, ReadOnlySpan<byte> data, List<ChatEvent> steps)
        {
            var text = Encoding.UTF8.GetString(data);
            if (text.Length > 0)
            {
                Misread(text);
            }

            var words = text.Split(' ');
            switch (words[0])
            {
                case "!start":
                    steps.Add(ChatEvent.Started("id", "m"));
                    break;
                case "!error":
                    steps.Add(ChatEvent.Failed(new GatewayError(ErrorKind.UpstreamOverloaded, text)));
                    break;
                case "!usage":
                    steps.Add(ChatEvent.UsageReported(new Usage { InputTokens = long.Parse(words[1]), OutputTokens = long.Parse(words[2]) }));
                    break;
                case "!signature":
                    steps.Add(ChatEvent.ReasoningSignature(new string('s', 400)));
                    break;
                case "!done":
                    _done = true;
                    steps.Add(ChatEvent.Finished(FinishReason.Stop));
                    break;
                case "!over":
                    IsOver = true;
                    break;
                default:
                    steps.Add(ChatEvent.OfText(text));
                    break;
            }
        }

        public void Complete(List<ChatEvent> steps)
        {
            if (!_done)
            {
                steps.Add(ChatEvent.Failed(new GatewayError(ErrorKind.UpstreamStreamBroken, "")));
            }
        }
    }
}
