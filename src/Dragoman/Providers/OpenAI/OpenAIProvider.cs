using System.Buffers;
using Dragoman.Model;

namespace Dragoman.Providers.OpenAI;

/// <summary>OpenAI's chat wire, spoken to OpenAI and to every vendor that follows it; a vendor's row tells where it departs.</summary>
internal sealed class OpenAIProvider : IChatProvider
{
    public WireFormat Wire => WireFormat.OpenAIChat;

    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey) =>
        UpstreamTarget.At(UpstreamTarget.Under(baseUri, vendor.ChatPath), vendor, providerName, model, apiKey);

    public void WriteBody(ChatRequest request, UpstreamTarget target, bool stream, IBufferWriter<byte> body) =>
        OpenAIRequestWriter.Write(request, target, stream, body);

    public UpstreamAnswer ReadResponse(ReadOnlySpan<byte> body) => OpenAIResponseReader.Read(body);

    public IChatEventReader OpenEventReader() => new OpenAIEventReader();

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => OpenAIErrorReader.Read(status, body);
}
