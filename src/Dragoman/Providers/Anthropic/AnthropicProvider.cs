using System.Buffers;
using Dragoman.Model;

namespace Dragoman.Providers.Anthropic;

/// <summary>Anthropic's Messages API (https://platform.claude.com/docs/en/api/messages), version 2023-06-01.</summary>
internal sealed class AnthropicProvider : IChatProvider
{
    public WireFormat Wire => WireFormat.AnthropicMessages;

    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey)
    {
        // The vendor's SDKs write the base without its version segment.
        var uri = new Uri(baseUri.AbsoluteUri.TrimEnd('/') + "/v1/messages");
        List<KeyValuePair<string, string>> headers = [new("anthropic-version", "2023-06-01")];
        if (apiKey is not null)
        {
            headers.Add(new(vendor.ApiKeyHeader ?? "x-api-key", apiKey));
        }

        return new UpstreamTarget
        {
            Vendor = vendor,
            ProviderName = providerName,
            Model = model,
            PlainUri = uri,
            StreamUri = uri,
            Headers = headers,
            ApiKey = apiKey,
            Rule = vendor.RuleFor(model),
        };
    }

    public void WriteBody(ChatRequest request, UpstreamTarget target, bool stream, IBufferWriter<byte> body) =>
        AnthropicRequestWriter.Write(request, target, stream, body);

    public ChatParameters Unhonoured(ChatRequest request, UpstreamTarget target) => AnthropicPlan.Of(request, target).Unhonoured;

    public UpstreamAnswer ReadResponse(ReadOnlySpan<byte> body) => AnthropicResponseReader.Read(body);

    public IChatEventReader OpenEventReader() => new AnthropicEventReader();

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => AnthropicErrorReader.Read(status, body);
}
