using System.Text.Json;
using System.Text.RegularExpressions;
using Dragoman.Dialects;
using Dragoman.Dialects.AgentAI;

namespace Dragoman.Tests.Dialects.AgentAI;

public sealed partial class AgentAIEnginesTests
{
    private static readonly string[] EarlyIn2025 =
    [
        "auto", "gpt4o", "gpt-4o-mini", "o1", "o1-mini", "o3-mini", "gpt_4v", "claude_sonnet_35", "claude_sonnet_35_vision",
        "claude_opus", "perplexity", "gemini-2.0-pro-exp-02-05", "gemini-2.0-flash-exp", "gemini-2.0-flash-thinking-exp-1219",
        "gemini_15_pro", "gemini_15_flash", "gemma-7b-it", "gemma2-9b-it", "llama-3.3-70b-versatile", "deepseek-r1-distill-llama-70b",
        "mixtral-8x7b-32768",
    ];

    private static readonly string[] Version101 =
    [
        "auto", "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-4.1", "gpt4o", "gpt-4o-mini", "o1", "o1-mini", "o1-pro", "o3-mini",
        "gpt_4v", "claude_sonnet_4.1", "claude_opus_4.1", "claude_sonnet_4", "claude_opus_4", "claude_sonnet_35",
        "claude_sonnet_35_vision", "claude_opus", "perplexity", "gemini-2.5-pro-preview-05-06", "gemini-2.5-flash-image-preview",
        "gemini-2.0-flash-exp-image-generation", "gemini-2.5-pro-exp-03-25", "gemini-2.0-pro-exp-02-05", "gemini-2.0-flash-exp",
        "gemini-2.0-flash-thinking-exp-1219", "gemini_15_pro", "gemini_15_flash", "gemma-7b-it", "gemma2-9b-it",
        "llama-3.3-70b-versatile", "deepseek-r1-distill-llama-70b", "mixtral-8x7b-32768", "gpt45",
        "meta-llama/llama-4-scout-17b-16e-instruct", "meta-llama/llama-4-maverick-17b-128e-instruct",
    ];

    private static readonly string[] Version110 =
    [
        "auto", "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-4.1", "gpt4o", "gpt-4o-mini", "o1", "o1-mini", "o1-pro", "o3-mini",
        "gpt_4v", "claude_sonnet_4.1", "claude_opus_4.1", "claude_sonnet_4", "claude_opus_4", "claude_sonnet_35",
        "claude_sonnet_35_vision", "claude_opus", "perplexity", "gemini-3-pro-preview", "gemini-2.5-pro-preview-05-06",
        "gemini-3.1-flash-image-preview", "gemini-2.0-flash-exp-image-generation", "gemini-2.5-pro-exp-03-25",
        "gemini-2.0-pro-exp-02-05", "gemini-2.0-flash-exp", "gemini-2.0-flash-thinking-exp-1219", "gemini_15_pro", "gemini_15_flash",
        "gemma-7b-it", "gemma2-9b-it", "llama-3.3-70b-versatile", "deepseek-r1-distill-llama-70b", "mixtral-8x7b-32768", "gpt45",
        "meta-llama/llama-4-scout-17b-16e-instruct", "meta-llama/llama-4-maverick-17b-128e-instruct",
    ];

    private static readonly string[] August2026 =
    [
        "auto", "gpt-5.2", "gpt-5.2-pro", "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-4.1", "gpt4o", "gpt-4o-mini", "o3", "o3-mini",
        "o3-pro", "o4-mini", "claude-haiku-4-5", "claude-sonnet-4-6", "claude-opus-4-7", "claude-opus-4-6",
        "claude-opus-4-1-20250805", "claude-sonnet-4-20250514", "claude-opus-4-20250514", "gemini-3-pro-preview",
        "gemini-3.1-flash-image-preview", "gemini-2.5-pro-preview-05-06", "gemini-2.5-flash-preview-04-17",
        "gemini-2.0-pro-exp-02-05", "gemini-2.0-flash-exp", "gemini-2.0-flash-thinking-exp-1219", "gemini_15_pro", "gemini_15_flash",
        "perplexity", "perplexity-deep-research", "gemma2-9b-it", "deepseek-r1-distill-llama-70b",
        "meta-llama/llama-4-scout-17b-16e-instruct", "gpt45", "gpt_4v", "claude_sonnet_37", "claude_sonnet_35",
        "claude_sonnet_35_vision", "claude_opus", "o1", "o1-mini", "o1-pro", "llama-3.3-70b-versatile", "gemma-7b-it",
    ];

    // The providers that a target may name.
    private static readonly string[] Providers =
    [
        "openai", "anthropic", "google", "groq", "together", "perplexity", "deepseek", "mistral", "xai", "openrouter", "fireworks",
        "cerebras", "azure", "ollama", "vllm", "llamacpp",
    ];

    // The same of pictures.
    private static readonly string[] ImageProviders = ["openai", "azure", "together", "localai", "bfl", "ideogram", "recraft"];

    public static TheoryData<string, string[]> ImageLists => new()
    {
        { "1.0.1", ["DALL-E 3", "Playground v3", "FLUX.1 [schnell]", "Ideogram"] },
        { "1.1.0", ["DALL-E 3", "Playground v3", "FLUX.1 [schnell]", "Ideogram"] },
        { "2026-08", ["GPT Image 1", "DALL-E 3", "Playground v3", "flux-kontext-pro", "flux-kontext-max", "flux-1.1-pro", "Ideogram", "Recraft"] },
    };

    [Theory]
    [MemberData(nameof(ImageLists))]
    public void ImageModels_OfEachPublishedList_AreThereAndNoOthers(string list, string[] names) =>
        AgentAIEngines.ReadImageModels().Where(model => model.In.Contains(list)).Select(model => model.Name).ShouldBe(names, ignoreOrder: true);

    [Fact]
    public void ImageModels_AllButTheOneThatIsGone_HaveTargets()
    {
        AgentAIEngines.ReadImageModels().Where(model => model.Targets.IsEmpty).Select(model => model.Name).ShouldBe(["Playground v3"]);
        AgentAIEngines.ReadImageModels().SelectMany(model => model.Targets).Select(target => target.Split('/')[0]).Except(ImageProviders).ShouldBeEmpty();
    }

    public static TheoryData<string, string[]> Lists => new()
    {
        { "2025", EarlyIn2025 },
        { "1.0.1", Version101 },
        { "1.1.0", Version110 },
        { "2026-08", August2026 },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void Engines_OfEachPublishedList_AreThereAndNoOthers(string list, string[] names)
    {
        AgentAIEngines.ReadAll().Where(engine => engine.In.Contains(list)).Select(engine => engine.Name)
            .ShouldBe(names, ignoreOrder: true);

        var targets = AgentAIEngines.Load();
        names.Where(name => targets[name].IsEmpty).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("1.0.1")]
    [InlineData("1.1.0")]
    public void Document_EngineEnum_IsTheSpecificationsInItsOrder(string version)
    {
        using var document = Document(version);
        var engine = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("InvokeLlmRequest")
            .GetProperty("properties").GetProperty("llm_engine");
        var names = engine.GetProperty("enum").EnumerateArray().Select(name => name.GetString()!).ToArray();

        names.ShouldBe(version == "1.0.1" ? Version101 : Version110);
        names.ShouldBe(AgentAIEngines.ReadAll().Where(row => row.In.Contains(version)).Select(row => row.Name));
        engine.GetProperty("default").GetString().ShouldBe("gpt4o");
        AgentAIEngines.Default.ShouldBe("gpt4o");
    }

    [Theory]
    [InlineData("1.0.1")]
    [InlineData("1.1.0")]
    public void Document_Any_IsWholeAndItsReferencesResolve(string version)
    {
        using var document = Document(version);
        var root = document.RootElement;

        root.GetProperty("openapi").GetString().ShouldBe("3.0.0");
        root.GetProperty("info").GetProperty("version").GetString().ShouldBe(version);
        root.GetProperty("servers")[0].GetProperty("url").GetString().ShouldBe("/v1");
        root.GetProperty("paths").GetProperty("/action/invoke_llm").GetProperty("post").GetProperty("operationId").GetString().ShouldBe("invokeLlm");
        root.GetProperty("components").GetProperty("securitySchemes").TryGetProperty("bearerAuth", out _).ShouldBeTrue();
        foreach (Match reference in Reference().Matches(root.GetRawText()))
        {
            var target = root;
            foreach (var step in reference.Groups[1].Value.Split('/'))
            {
                target.TryGetProperty(step, out target).ShouldBeTrue(reference.Value);
            }
        }
    }

    [Fact]
    public void Targets_All_AreProviderAndModelAndOnlyOnce()
    {
        var engines = AgentAIEngines.ReadAll();

        engines.Select(engine => engine.Name).ShouldBeUnique();
        foreach (var engine in engines)
        {
            engine.Targets.ShouldNotBeEmpty();
            engine.Targets.ShouldBeUnique();
            foreach (var target in engine.Targets)
            {
                var slash = target.IndexOf('/', StringComparison.Ordinal);
                Providers.ShouldContain(target[..slash], $"{engine.Name}: {target}");
                target.ShouldMatch("^[a-z]+(/[A-Za-z0-9._:-]+)+$");
            }
        }
    }

    [Fact]
    public void Auto_Targets_NameEveryProvider() =>
        AgentAIEngines.Load()["auto"].Select(target => target.Split('/')[0]).ShouldBe(Providers, ignoreOrder: true);

    [Fact]
    public void Names_Loaded_AreFoundWithoutRegardToCase()
    {
        AgentAIDialect.Definition.Name.ShouldBe("agentai");
        AgentAIDialect.Definition.Models["GPT4O"][0].ShouldBe("openai/gpt-4o");
    }

    private static JsonDocument Document(string version)
    {
        using var stream = EmbeddedData.Open(typeof(AgentAIDialect), $"v{version}_openapi.json");
        return JsonDocument.Parse(stream);
    }

    [GeneratedRegex("\"\\$ref\": *\"#/([^\"]+)\"")]
    private static partial Regex Reference();
}
