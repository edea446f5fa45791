using System.Buffers;
using Dragoman.Model;

namespace Dragoman.Providers.Gemini;

/// <summary>Google's Gemini API, generateContent (https://ai.google.dev/api/generate-content), version v1beta.</summary>
internal sealed class GeminiProvider : IChatProvider
{
    public WireFormat Wire => WireFormat.GeminiContent;

    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey)
    {
        // The key travels in a header, never as ?key=, which ends up in logs.
        var resource = $"{baseUri.AbsoluteUri.TrimEnd('/')}/v1beta/{ResourceOf(model)}";
        return new UpstreamTarget
        {
            Vendor = vendor,
            ProviderName = providerName,
            Model = model,
            PlainUri = new Uri(resource + ":generateContent"),
            StreamUri = new Uri(resource + ":streamGenerateContent?alt=sse"),
            Headers = apiKey is null ? [] : [new(vendor.ApiKeyHeader ?? "x-goog-api-key", apiKey)],
            ApiKey = apiKey,
            Rule = vendor.RuleFor(model.StartsWith("models/", StringComparison.Ordinal) ? model["models/".Length..] : model),
        };
    }

    public void WriteBody(ChatRequest request, UpstreamTarget target, bool stream, IBufferWriter<byte> body) =>
        GeminiRequestWriter.Write(request, target, body); // The address alone says whether it streams.

    public ChatParameters Unhonoured(ChatRequest request, UpstreamTarget target) => GeminiRequestWriter.Unhonoured(request, target);

    public UpstreamAnswer ReadResponse(ReadOnlySpan<byte> body) => GeminiResponseReader.Read(body);

    public IChatEventReader OpenEventReader() => new GeminiEventReader();

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => GeminiErrorReader.Read(status, body);

    /// <summary><c>models/NAME</c>, or <c>tunedModels/NAME</c> where the operator says so; the name may have come from a caller.</summary>
    private static string ResourceOf(string model)
    {
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && model[..slash] is "models" or "tunedModels"
            ? $"{model[..slash]}/{Uri.EscapeDataString(model[(slash + 1)..])}"
            : $"models/{Uri.EscapeDataString(model)}";
    }
}
