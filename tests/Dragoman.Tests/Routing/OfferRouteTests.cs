using Dragoman.Model;
using Dragoman.Routing;
using Dragoman.Tests.Configuration;

namespace Dragoman.Tests.Routing;

public sealed class OfferRouteTests
{
    private const string Starter = "starter/all-minilm-l6-v2";

    private static readonly Caller Live = new("k", "key", KeyMode.Live);
    private static readonly Caller Test = new("k", "key", KeyMode.Test);

    private static readonly GatewaySnapshot Configured = Settings.Compile("""
        {
          "Providers": {
            "openai": { "ApiKey": "k" }, "jina": { "ApiKey": "k" }, "groq": { "ApiKey": "k" }, "berlin": { "Vendor": "vllm", "BaseUrl": "http://b/v1" },
            "second": { "Vendor": "openai", "ApiKey": "k" }
          },
          "Knowledge": {
            "Embedders": { "google": "berlin/bge-m3", "cohere": "fireworks/bge", "mistral": "starter/all-minilm-l6-v2" },
            "Transcribers": { "mistral": "groq/whisper-large-v3" },
            "Reranker": "jina/jina-reranker-v3"
          }
        }
        """);

    private static readonly GatewaySnapshot Empty = Settings.Compile("{}");

    [Theory]
    [InlineData("openai", "openai/text-embedding-3-large")]
    [InlineData("OpenAI", "openai/text-embedding-3-large")]
    [InlineData("second", "second/text-embedding-3-large")]
    [InlineData("jina", "jina/jina-embeddings-v3")]
    [InlineData("google", "berlin/bge-m3")]
    [InlineData("mistral", Starter)]
    [InlineData("starter", Starter)]
    public void Embedder_Configured_IsTheOperatorsElseTheTables(string provider, string model) => Embedder(Configured, Live, provider).ShouldBe(model);

    [Theory]
    [InlineData("openai")]
    [InlineData("google")]
    [InlineData("anything")]
    public void Embedder_TestKeyOrNoProviderAtAll_IsTheStarters(string provider)
    {
        Embedder(Configured, Test, provider).ShouldBe(Starter);
        Embedder(Empty, Live, provider).ShouldBe(Starter);
    }

    [Theory]
    [InlineData("cohere", "FIREWORKS_API_KEY")]
    [InlineData("berlin", "Knowledge:Embedders:berlin")]
    [InlineData("groq", "Groq has no model that makes embeddings.")]
    [InlineData("nobody", "openai, google, mistral, cohere, jina, starter")]
    public void Embedder_NotConfigured_SaysWhatToSet(string provider, string remedy) => Embedder(Configured, Live, provider).ShouldContain(remedy);

    [Theory]
    [InlineData("jina", "JINA_API_KEY, or name another model in setting Knowledge:Embedders:jina")]
    [InlineData("openai", "OPENAI_API_KEY")]
    public void Embedder_OtherProvidersAlone_NamesTheMissingSetting(string provider, string remedy) =>
        Embedder(Settings.Compile("""{"Providers":{"anthropic":{"ApiKey":"k"}}}"""), Live, provider).ShouldContain(remedy);

    [Fact]
    public void Embedder_StarterSwitchedOff_SaysSo()
    {
        var without = Settings.Compile("""{"Starter":{"Enabled":false}}""");
        Embedder(without, Test, "openai").ShouldContain("Starter:Enabled");
        Embedder(without, Live, "starter").ShouldContain("Starter:Enabled");
    }

    [Fact]
    public void Embedder_EndlessWord_IsToldShort() => Embedder(Configured, Live, new string('x', 100_000)).Length.ShouldBeLessThan(400);

    [Theory]
    [InlineData("openai", "openai/whisper-1")]
    [InlineData("groq", "groq/whisper-large-v3-turbo")]
    [InlineData("mistral", "groq/whisper-large-v3")]
    [InlineData("jina", "Jina AI has no model that writes down speech.")]
    [InlineData("together", "TOGETHER_API_KEY")]
    [InlineData("amazon", "openai, groq, together, mistral")]
    public void Transcriber_EachWord_IsAModelOrSaysWhatToSet(string provider, string expected) => Transcriber(Live, provider).ShouldContain(expected);

    [Fact]
    public void Transcriber_TestKey_IsRefusedForItWouldCost()
    {
        var (model, error) = TranscriberRoute.Resolve(Configured, Test, "openai");
        model.ShouldBeNull();
        error!.Kind.ShouldBe(ErrorKind.Forbidden);
        error.Message.ShouldContain("live key");
    }

    [Fact]
    public void Reranker_TestKey_HasNone()
    {
        Configured.Knowledge.RerankerFor(isLive: true).ShouldBe(new ModelReference("jina", "jina-reranker-v3"));
        Configured.Knowledge.RerankerFor(isLive: false).ShouldBeNull();
    }

    [Fact]
    public void Chat_WithAnEmbeddingsProviderAlone_IsTheStarters()
    {
        var snapshot = Settings.TryCompile("{}", new() { ["JINA_API_KEY"] = "k" }).Snapshot!;
        snapshot.Providers.Keys.ShouldBe(["jina"]);
        snapshot.HasProvider.ShouldBeFalse();
        Router.Resolve(snapshot, "dialect", Live, "gpt-4o").Route!.Deployments.Single().Id.ShouldBe("starter/tinyllama-1.1b-chat");
        Embedder(snapshot, Live, "jina").ShouldBe("jina/jina-embeddings-v3");
        Embedder(snapshot, Live, "openai").ShouldContain("OPENAI_API_KEY");
    }

    [Fact]
    public void Chat_WithAVendorThatHasNoChat_SaysSo()
    {
        var error = Router.Resolve(Configured, "dialect", Live, "jina/jina-embeddings-v3").Error!;
        error.Kind.ShouldBe(ErrorKind.ModelNotConfigured);
        error.Message.ShouldContain("Jina AI has no models that chat.");
        error.Message.ShouldEndWith("Configured: berlin, groq, openai, second.");
    }

    [Fact]
    public void Chat_WithCohere_IsAtItsCompatiblePath()
    {
        var snapshot = Settings.Compile("""{"Providers":{"cohere":{"ApiKey":"k"}}}""");
        Router.Resolve(snapshot, "dialect", Live, "command-a-03-2025").Route!.Deployments.Single().Target!.PlainUri.AbsoluteUri
            .ShouldBe("https://api.cohere.com/compatibility/v1/chat/completions");
    }

    private static string Embedder(GatewaySnapshot snapshot, Caller caller, string provider)
    {
        var (model, error) = EmbedderRoute.Resolve(snapshot, caller, provider);
        (model is null).ShouldBe(error is not null);
        error?.Kind.ShouldBe(ErrorKind.ModelNotConfigured);
        return model?.ToString() ?? error!.Message;
    }

    private static string Transcriber(Caller caller, string provider)
    {
        var (model, error) = TranscriberRoute.Resolve(Configured, caller, provider);
        return model?.ToString() ?? error!.Message;
    }
}
