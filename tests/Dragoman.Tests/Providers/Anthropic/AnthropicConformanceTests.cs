using Dragoman.Providers;
using Dragoman.Tests.Golden;

namespace Dragoman.Tests.Providers.Anthropic;

public sealed class AnthropicConformanceTests : ProviderConformance
{
    private protected override IChatProvider Provider => AnthropicVendor.Provider;

    private protected override string GoldenFolder => GoldenFile.Folder();

    private protected override UpstreamTarget TargetFor(string caseName) =>
        AnthropicVendor.Target(caseName == "reasoning" ? "claude-opus-5" : "claude-sonnet-4-5");
}
