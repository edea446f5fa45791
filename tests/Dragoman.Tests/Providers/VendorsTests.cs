using Dragoman.Model;
using Dragoman.Providers;

namespace Dragoman.Tests.Providers;

public sealed class VendorsTests
{
    [Fact]
    public void All_NamesAndPrefixes_AreUnique()
    {
        Vendors.All.Select(vendor => vendor.Name).ShouldBeUnique();
        Vendors.All.Select(vendor => vendor.DisplayName).ShouldBeUnique();
        Vendors.All.Select(vendor => vendor.EnvironmentPrefix).ShouldBeUnique();
        Vendors.All.SelectMany(vendor => vendor.ModelPrefixes).ShouldBeUnique();
    }

    [Fact]
    public void All_EachRow_IsWhole()
    {
        foreach (var vendor in Vendors.All)
        {
            vendor.Name.ShouldBe(vendor.Name.ToLowerInvariant());
            vendor.EnvironmentPrefix.ShouldMatch("^[A-Z_]+$", vendor.Name);
            var chats = vendor.Wire != WireFormat.None;
            (chats || vendor.Embeddings is not null || vendor.Reranking is not null || vendor.Transcription is not null || vendor.Images is not null).ShouldBeTrue(vendor.Name);
            vendor.Supported.HasFlag(ChatParameters.Temperature | ChatParameters.MaxTokens).ShouldBe(chats, vendor.Name);
            if (vendor.BaseUrl is { } url)
            {
                var uri = new Uri(url);
                uri.IsLoopback.ShouldBe(uri.Scheme == "http", vendor.Name);
                url.EndsWith('/').ShouldBeFalse(vendor.Name);
            }

            (vendor.BaseUrl is not null || !vendor.NeedsApiKey || vendor.Name == "azure").ShouldBeTrue(vendor.Name);
        }
    }

    [Fact]
    public void ModelRules_NoRule_IsShadowedByAnEarlierOne()
    {
        foreach (var vendor in Vendors.All.Where(vendor => !vendor.ModelRules.IsDefaultOrEmpty))
        {
            foreach (var rule in vendor.ModelRules)
            {
                vendor.RuleFor(rule.Prefix).ShouldBeSameAs(rule, $"{vendor.Name}: {rule.Prefix}");
            }
        }
    }

    [Fact]
    public void Find_AnyCase_FindsTheRow()
    {
        Vendors.Find("OpenAI")!.Name.ShouldBe("openai");
        Vendors.Find(Vendors.Starter)!.NeedsApiKey.ShouldBeFalse();
        Vendors.Find("nobody").ShouldBeNull();
    }

    [Theory]
    [InlineData("gpt-4o", "openai")]
    [InlineData("GPT-5.6-terra", "openai")]
    [InlineData("o3-mini", "openai")]
    [InlineData("chatgpt-4o-latest", "openai")]
    [InlineData("ft:gpt-4o-mini:acme::1", "openai")]
    [InlineData("claude-opus-4-7", "anthropic")]
    [InlineData("gemini-3-pro-preview", "google")]
    [InlineData("gemma-3-27b-it", "google")]
    [InlineData("sonar-pro", "perplexity")]
    [InlineData("deepseek-chat", "deepseek")]
    [InlineData("grok-4", "xai")]
    [InlineData("codestral-latest", "mistral")]
    [InlineData("mistral-large-latest", "mistral")]
    [InlineData("mistral-7b-instruct", null)]
    [InlineData("gpt-oss-120b", null)]
    [InlineData("deepseek-r1-distill-llama-70b", null)]
    [InlineData("deepseek-ai/DeepSeek-V3", null)]
    [InlineData("deepseek-v3.1:671b", null)]
    [InlineData("llama3.2", null)]
    public void ByModel_BareName_FindsItsMakerOrNobody(string model, string? vendor) =>
        (Vendors.ByModel(model)?.Name).ShouldBe(vendor);

    [Theory]
    [InlineData("openai", "gpt-4o", null, true)]
    [InlineData("openai", "gpt-5", null, false)]
    [InlineData("openai", "gpt-5-chat-latest", null, true)]
    [InlineData("openai", "gpt-5.1", null, true)]
    [InlineData("openai", "gpt-5.1", "high", false)]
    [InlineData("openai", "gpt-5.4-mini", "none", true)]
    [InlineData("openai", "gpt-5.6-sol", null, false)]
    [InlineData("openai", "gpt-5.6-sol", "none", true)]
    [InlineData("deepseek", "deepseek-chat", null, true)]
    [InlineData("deepseek", "deepseek-v4-flash", null, false)]
    [InlineData("deepseek", "deepseek-v4-flash", "none", true)]
    [InlineData("anthropic", "claude-haiku-4-5", null, true)]
    [InlineData("anthropic", "claude-opus-4-7", null, false)]
    [InlineData("anthropic", "claude-sonnet-5", null, false)]
    [InlineData("google", "gemini-3-pro-preview", null, true)]
    public void SupportedFor_Temperature_FollowsTheModelAndItsThinking(string vendor, string model, string? effort, bool expected) =>
        Supported(vendor, model, Ask() with { Temperature = 0.5, Reasoning = effort is null ? null : new ReasoningOptions { Effort = effort } })
            .HasFlag(ChatParameters.Temperature).ShouldBe(expected);

    [Fact]
    public void SupportedFor_TemperatureAndTopPTogether_KeepsTemperature()
    {
        var both = Ask() with { Temperature = 0.5, TopP = 0.9 };
        (Supported("anthropic", "claude-sonnet-4-5", both) & (ChatParameters.Temperature | ChatParameters.TopP)).ShouldBe(ChatParameters.Temperature);
        Supported("anthropic", "claude-sonnet-4-5", Ask() with { TopP = 0.9 }).HasFlag(ChatParameters.TopP).ShouldBeTrue();
        Supported("anthropic", "claude-sonnet-4-20250514", both).HasFlag(ChatParameters.Temperature | ChatParameters.TopP).ShouldBeTrue();
    }

    [Fact]
    public void RuleFor_EveryClaude_HasADefaultBound()
    {
        foreach (var model in new[] { "claude-3-haiku-20240307", "claude-3-5-haiku-latest", "claude-opus-4-1", "claude-opus-5", "anything" })
        {
            Vendors.Find("anthropic")!.RuleFor(model).DefaultMaxTokens.ShouldNotBeNull(model);
        }
    }

    private static ChatParameters Supported(string vendorName, string model, ChatRequest request)
    {
        var vendor = Vendors.Find(vendorName)!;
        var uri = new Uri("https://upstream.test/");
        var target = new UpstreamTarget
        {
            Vendor = vendor,
            ProviderName = vendorName,
            Model = model,
            PlainUri = uri,
            StreamUri = uri,
            Headers = [],
            Rule = vendor.RuleFor(model),
        };
        return target.SupportedFor(request);
    }

    private static ChatRequest Ask() => new() { Model = "m", Messages = [ChatMessage.OfText(ChatRole.User, "Hello")] };
}
