using Dragoman.Providers;
using Dragoman.Tests.Golden;

namespace Dragoman.Tests.Providers.Gemini;

public sealed class GeminiConformanceTests : ProviderConformance
{
    private protected override IChatProvider Provider => GeminiVendor.Provider;

    private protected override string GoldenFolder => GoldenFile.Folder();

    private protected override UpstreamTarget TargetFor(string caseName) => GeminiVendor.Target(caseName switch
    {
        "reasoning" => "gemini-3.1-pro-preview",
        "tool-loop" => "models/gemini-3.5-flash",
        "parameters" or "choices" => "gemini-2.0-flash",
        _ => "gemini-2.5-flash",
    });
}
