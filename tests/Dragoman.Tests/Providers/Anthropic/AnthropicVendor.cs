using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Providers.Anthropic;

namespace Dragoman.Tests.Providers.Anthropic;

internal static class AnthropicVendor
{
    private const ChatParameters Sampling = ChatParameters.Temperature | ChatParameters.TopP | ChatParameters.TopK;
    private const ChatParameters NoThinking = ChatParameters.ReasoningEffort | ChatParameters.Thinking;

    private static Vendor Row { get; } = new()
    {
        Name = "anthropic",
        DisplayName = "Anthropic",
        Wire = WireFormat.AnthropicMessages,
        BaseUrl = "https://api.anthropic.com",
        EnvironmentPrefix = "ANTHROPIC",
        ApiKeyHeader = "x-api-key",
        Supported = Sampling | NoThinking | ChatParameters.MaxTokens | ChatParameters.Stop
            | ChatParameters.Tools | ChatParameters.ToolChoice | ChatParameters.ParallelToolCalls | ChatParameters.JsonSchema
            | ChatParameters.User | ChatParameters.ServiceTier
            | ChatParameters.ImageInput | ChatParameters.ImageUrlInput | ChatParameters.FileInput,
        ModelPrefixes = ["claude-"],
        ModelRules =
        [
            Since47("claude-opus-5-5") with { ThinkingOff = null, NoForcedTools = true, SystemMidway = true },
            Since47("claude-sonnet-5-5") with { ThinkingOff = "between_tools", NoForcedTools = true, SystemMidway = true },
            Since47("claude-opus-5") with { SystemMidway = true },
            new("claude-sonnet-4-6") { DefaultMaxTokens = 128_000, Thinking = ThinkingStyle.EffortOrBudget, Efforts = ["low", "medium", "high", "max"] },
            new("claude-sonnet-4-5") { DefaultMaxTokens = 64_000 },
            new("claude-3-haiku") { Unsupported = NoThinking | ChatParameters.JsonSchema },
        ],
    };

    /// <summary>No sampling, 128k tokens out, thinking by effort, five words for it.</summary>
    private static ModelRule Since47(string prefix) => new(prefix)
    {
        Unsupported = Sampling,
        DefaultMaxTokens = 128_000,
        Thinking = ThinkingStyle.Effort,
        Efforts = ["low", "medium", "high", "xhigh", "max"],
    };

    public static AnthropicProvider Provider { get; } = new();

    public static UpstreamTarget Target(string model) =>
        Provider.Locate(Row, "anthropic", new Uri("https://api.anthropic.com"), model, "sk-ant-test");
}
