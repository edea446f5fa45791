using System.Text.Json;
using System.Text.Json.Nodes;
using Dragoman.Model;

namespace Dragoman.Providers.Gemini;

/// <summary>Gemini's models of pictures (https://ai.google.dev/gemini-api/docs/image-generation): generateContent, with the picture as a part of the answer.</summary>
internal sealed class GeminiImages : IImageProvider
{
    public ImageFormat Format => ImageFormat.Gemini;

    public UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey) =>
        UpstreamTarget.At(GeminiProvider.AddressOf(baseUri, model, ":generateContent"), vendor, providerName, model, apiKey);

    public ImageBody Write(ImageRequest request, UpstreamTarget target)
    {
        var plan = ImagePlan.Of(request, target);

        // Text as well, for some models make no picture without; and what they say where they make none tells why.
        var config = new JsonObject { ["responseModalities"] = new JsonArray("TEXT", "IMAGE") };
        if (plan.Ratio is { } ratio)
        {
            config["imageConfig"] = new JsonObject { ["aspectRatio"] = ratio };
        }

        if (plan.Seed is { } seed)
        {
            config["seed"] = seed;
        }

        return new ImageBody(
            new JsonObject
            {
                ["contents"] = new JsonArray(new JsonObject { ["role"] = "user", ["parts"] = new JsonArray(new JsonObject { ["text"] = plan.Prompt }) }),
                ["generationConfig"] = config,
            },
            plan.Dropped);
    }

    public ImageAnswer ReadResponse(ReadOnlySpan<byte> body)
    {
        var wire = JsonSerializer.Deserialize(body, GeminiJson.Default.GeminiResponse) ?? throw new JsonException("The answer is null.");
        if (wire.Error is { } error)
        {
            return GeminiErrorReader.Of(error, null);
        }

        if (wire.PromptFeedback is { BlockReason: { } reason } feedback && wire.Candidates is null or [])
        {
            return new GatewayError(ErrorKind.ContentFiltered, feedback.BlockReasonMessage ?? $"The prompt was blocked ({reason}).");
        }

        var candidates = wire.Candidates is { Length: > 0 } some ? some : throw new JsonException("The answer has no candidates.");

        // A model that thinks draws drafts, too.
        var parts = candidates.SelectMany(candidate => candidate.Content?.Parts ?? []).Where(part => !part.Thought).ToList();
        var images = parts.Where(part => part.InlineData?.Data is { Length: > 0 }).Select(part => new UpstreamImage(part.InlineData!.Data)).ToList();
        return images.Count > 0
            ? new ImageAnswer { Images = images, Usage = wire.UsageMetadata is { } usage ? GeminiEventReader.UsageOf(usage) : null }
            : WhyNone(candidates[0], string.Concat(parts.Select(part => part.Text)));
    }

    public GatewayError ReadError(int status, ReadOnlySpan<byte> body) => GeminiErrorReader.Read(status, body);

    private static GatewayError WhyNone(GeminiCandidate candidate, string text)
    {
        var reason = candidate.FinishReason ?? "no reason";
        if (GeminiEventReader.FinishReasonOf(reason) is FinishReason.ContentFilter)
        {
            return new GatewayError(ErrorKind.ContentFiltered, candidate.FinishMessage ?? (text.Length > 0 ? text : $"The picture was blocked ({reason})."));
        }

        return text.Length > 0
            ? new GatewayError(ErrorKind.UpstreamRejectedRequest, text)
            : new GatewayError(ErrorKind.UpstreamFailed, candidate.FinishMessage ?? $"The model made no picture ({reason}).");
    }
}
