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
        var target = UpstreamTarget.At(AddressOf(baseUri, model, ":generateContent"), vendor, providerName, model, apiKey);
        return target with
        {
            StreamUri = AddressOf(baseUri, model, ":streamGenerateContent?alt=sse"),
            Rule = vendor.RuleFor(model.StartsWith("models/", StringComparison.Ordinal) ? model["models/".Length..] : model),
        };
    }

    public void WriteBody(ChatRequest request, UpstreamTarget target, bool stream, IBufferWriter<byte> body) =>
        GeminiRequestWriter.Write(request, target, body); // The address alone says whether it streams.

    public ChatParameters Unhonoured(ChatRequest request, UpstreamTarget target) => GeminiRequestWriter.Unhonoured(request, target);

    public UpstreamAnswer ReadResponse(ReadOnlySpan<byte> body) => GeminiResponseReader.Read(body);

    public IChatEventReader OpenEventReader() => new GeminiEventReader();

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => GeminiErrorReader.Read(status, body);

    /// <summary>A model's address; its name may have come from a caller.</summary>
    internal static Uri AddressOf(Uri baseUri, string model, string method)
    {
        var name = NameOf(model);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return new Uri($"{baseUri.AbsoluteUri.TrimEnd('/')}/v1beta/{name[..slash]}/{Uri.EscapeDataString(name[(slash + 1)..])}{method}");
    }

    /// <summary><c>models/NAME</c>, or <c>tunedModels/NAME</c> where the operator says so.</summary>
    internal static string NameOf(string model) =>
        model.StartsWith("models/", StringComparison.Ordinal) || model.StartsWith("tunedModels/", StringComparison.Ordinal) ? model : $"models/{model}";
}
