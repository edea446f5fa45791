using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Providers.Gemini;

namespace Dragoman.Tests.Providers.Gemini;

internal static class GeminiVendor
{
    private const ChatParameters Penalties = ChatParameters.FrequencyPenalty | ChatParameters.PresencePenalty;

    private static Vendor Row { get; } = new()
    {
        Name = "gemini",
        DisplayName = "Google Gemini",
        Wire = WireFormat.GeminiContent,
        BaseUrl = "https://generativelanguage.googleapis.com",
        EnvironmentPrefix = "GEMINI",
        ApiKeyHeader = "x-goog-api-key",
        Supported = ChatParameters.Temperature | ChatParameters.TopP | ChatParameters.TopK
            | ChatParameters.FrequencyPenalty | ChatParameters.PresencePenalty | ChatParameters.Seed
            | ChatParameters.MaxTokens | ChatParameters.Stop | ChatParameters.N | ChatParameters.Logprobs | ChatParameters.TopLogprobs
            | ChatParameters.Tools | ChatParameters.ToolChoice | ChatParameters.JsonObject | ChatParameters.JsonSchema
            | ChatParameters.ReasoningEffort | ChatParameters.Thinking | ChatParameters.Modalities | ChatParameters.ServiceTier
            | ChatParameters.ImageInput | ChatParameters.AudioInput | ChatParameters.FileInput,
        ModelPrefixes = ["gemini-"],
        ModelRules =
        [
            new("gemini-2.0-") { Unsupported = ChatParameters.ReasoningEffort | ChatParameters.Thinking },
            new("gemini-2.5-pro") { Unsupported = Penalties, ThinkingOff = null },
            new("gemini-2.5-") { Unsupported = Penalties },
            new("gemini-3.1-pro") { Unsupported = Penalties, Thinking = ThinkingStyle.EffortOrBudget, ThinkingOff = null },
            new("gemini-3")
            {
                Unsupported = Penalties,
                Thinking = ThinkingStyle.EffortOrBudget,
                Efforts = ["minimal", "low", "medium", "high"],
                ThinkingOff = null,
            },
        ],
    };

    public static GeminiProvider Provider { get; } = new();

    public static UpstreamTarget Target(string model) =>
        Provider.Locate(Row, "gemini", new Uri("https://generativelanguage.googleapis.com/"), model, "AIza-test");
}
