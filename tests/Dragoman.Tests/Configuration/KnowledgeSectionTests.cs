using Dragoman.Routing;

namespace Dragoman.Tests.Configuration;

public sealed class KnowledgeSectionTests
{
    [Fact]
    public void Compile_Nothing_IsTheDefaults()
    {
        var knowledge = Settings.Compile("{}").Knowledge;
        knowledge.Embedders.ShouldBeEmpty();
        knowledge.Transcribers.ShouldBeEmpty();
        (knowledge with { Embedders = new KnowledgeSettings().Embedders, Transcribers = new KnowledgeSettings().Transcribers }).ShouldBe(new KnowledgeSettings());
    }

    [Fact]
    public void Compile_EverySetting_IsRead()
    {
        var knowledge = Settings.Compile("""
            {
              "Providers": { "berlin": { "Vendor": "ollama" } },
              "Knowledge": {
                "Embedders": { "OpenAI": "berlin/nomic-embed-text:latest", "berlin": "berlin/bge-m3", "cohere": "starter/all-minilm-l6-v2" },
                "Transcribers": { "openai": "groq/whisper-large-v3" },
                "Reranker": "cohere/rerank-v3.5", "VisionModel": "gpt-4o", "MaxFileBytes": 2048, "MaxChunksPerDocument": 7, "AddWaitSeconds": 0
              }
            }
            """).Knowledge;
        knowledge.Embedders["openai"].ToString().ShouldBe("berlin/nomic-embed-text:latest");
        knowledge.Embedders["berlin"].ToString().ShouldBe("berlin/bge-m3");
        knowledge.Embedders["COHERE"].ToString().ShouldBe("starter/all-minilm-l6-v2");
        knowledge.Transcribers["openai"].ToString().ShouldBe("groq/whisper-large-v3");
        knowledge.Reranker.ToString().ShouldBe("cohere/rerank-v3.5");
        knowledge.VisionModel.ShouldBe("gpt-4o");
        knowledge.MaxFileBytes.ShouldBe(2048);
        knowledge.MaxChunksPerDocument.ShouldBe(7);
        knowledge.AddWait.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("""{"Embeders":{}}""", "Knowledge:Embeders: there is no such setting")]
    [InlineData("\"on\"", "Knowledge: is a section, not a value")]
    [InlineData("""{"Embedders":"openai/x"}""", "Knowledge:Embedders: is a section, not a value")]
    [InlineData("""{"Embedders":{"opnai":"openai/x"}}""", "Knowledge:Embedders:opnai: no caller can ask for it. Did you mean openai?")]
    [InlineData("""{"Embedders":{"groq":"openai/x"}}""", "Knowledge:Embedders:groq: no caller can ask for it.")]
    [InlineData("""{"Embedders":{"openai":"x"}}""", "Knowledge:Embedders:openai: 'x' is not of the form provider/model")]
    [InlineData("""{"Embedders":{"openai":["mistral/x"]}}""", "Knowledge:Embedders:openai: '' is not of the form provider/model")]
    [InlineData("""{"Embedders":{"openai":"mistrall/x"}}""", "Knowledge:Embedders:openai: there is no provider 'mistrall'. Did you mean mistral?")]
    [InlineData("""{"Embedders":{"openai":"anthropic/x"}}""", "Knowledge:Embedders:openai: Anthropic has no model that makes embeddings")]
    [InlineData("""{"Embedders":{"openai":"starter/tinyllama-1.1b-chat"}}""", "Knowledge:Embedders:openai: the starter has one embedder, starter/all-minilm-l6-v2")]
    [InlineData("""{"Transcribers":{"openai":"cohere/x"}}""", "Knowledge:Transcribers:openai: Cohere has no model that writes down speech")]
    [InlineData("""{"Transcribers":{"jina":"openai/x"}}""", "Knowledge:Transcribers:jina: no caller can ask for it")]
    [InlineData("""{"Reranker":"openai/x"}""", "Knowledge:Reranker: OpenAI has no model that reranks")]
    [InlineData("""{"Reranker":"rerank-v3.5"}""", "Knowledge:Reranker: 'rerank-v3.5' is not of the form provider/model")]
    [InlineData("""{"MaxFileBytes":1023}""", "Knowledge:MaxFileBytes: '1023' is not a whole number from 1024 to")]
    [InlineData("""{"MaxChunksPerDocument":0}""", "Knowledge:MaxChunksPerDocument")]
    [InlineData("""{"AddWaitSeconds":-1}""", "Knowledge:AddWaitSeconds: '-1' is not a whole number from 0 to 600")]
    public void Compile_AMistake_IsToldWithItsPlace(string section, string mistake) =>
        Settings.TryCompile($$"""{"Knowledge":{{section}}}""").Mistakes.ShouldHaveSingleItem().ShouldStartWith(mistake);

    [Fact]
    public void Compile_ManyMistakes_AreToldAtOnce() => Settings.TryCompile("""
        {"Knowledge":{"Embedders":{"openai":"x","nobody":"openai/x"},"Transcribers":{"openai":"jina/x"},"Reranker":"y","MaxFileBytes":"much","AddWaitSeconds":1.5}}
        """).Mistakes.Count.ShouldBe(6);

    [Fact]
    public void Compile_ModelsOfAVendorWithoutChat_AreAMistake() =>
        Settings.TryCompile("""{"Providers":{"jina":{"ApiKey":"k"}},"Models":{"x":"jina/jina-embeddings-v3"}}""")
            .Mistakes.ShouldHaveSingleItem().ShouldStartWith("Models:x: Jina AI has no models that chat");
}
