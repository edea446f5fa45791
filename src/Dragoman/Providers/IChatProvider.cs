using System.Buffers;
using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>
/// A wire that upstreams speak. Everything here is pure: no network, no clock, no state but an event reader's own. The pipeline does the HTTP.
/// </summary>
public interface IChatProvider : IAnswerReader<UpstreamAnswer>
{
    WireFormat Wire { get; }

    /// <summary>Where a model's plain and streamed calls are sent, and the headers (credential included) that go with them.</summary>
    /// <param name="apiKey">Absent where the upstream asks for none.</param>
    UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey);

    /// <summary>
    /// Writes the body of a call. <paramref name="request"/> holds only what <paramref name="target"/> honours: the pipeline has taken out the rest.
    /// </summary>
    void WriteBody(ChatRequest request, UpstreamTarget target, bool stream, IBufferWriter<byte> body);

    /// <summary>
    /// Parameters of <paramref name="request"/> that <paramref name="target"/> honours as a rule but not here: for the company they are in, or
    /// for their value. They stay in the request: the writer comes as near as the wire lets it, and the pipeline names them as dropped.
    /// </summary>
    ChatParameters Unhonoured(ChatRequest request, UpstreamTarget target) => ChatParameters.None;

    /// <summary>A reader for one streamed answer.</summary>
    IChatEventReader OpenEventReader();
}

/// <summary>What a 2xx body held: an answer, or an error told under status 200.</summary>
public readonly record struct UpstreamAnswer(ChatResponse? Response, GatewayError? Error) : IUpstreamAnswer
{
    public static implicit operator UpstreamAnswer(ChatResponse response) => new(response, null);

    public static implicit operator UpstreamAnswer(GatewayError error) => new(null, error);
}

/// <summary>Turns the server-sent events of one streamed answer into canonical steps.</summary>
public interface IChatEventReader
{
    /// <summary>Reads one event and appends the steps that it stands for.</summary>
    /// <param name="name">The event's name; empty where the wire uses none.</param>
    /// <exception cref="System.Text.Json.JsonException">The data is not what this wire promises.</exception>
    void Read(string name, ReadOnlySpan<byte> data, List<ChatEvent> steps);

    /// <summary>The wire's own end was read, or a failure: nothing that still comes counts. Always <c>false</c> on a wire that only closes.</summary>
    bool IsOver { get; }

    /// <summary>
    /// The connection ended. Appends what is still owed; where the wire's own end was not seen, that is a
    /// <see cref="ErrorKind.UpstreamStreamBroken"/> failure, never a quiet end.
    /// </summary>
    void Complete(List<ChatEvent> steps);
}
