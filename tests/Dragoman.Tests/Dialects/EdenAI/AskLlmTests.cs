using System.Text;
using Dragoman.Dialects.EdenAI;
using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.EdenAI;

public sealed class AskLlmTests
{
    [Fact]
    public void Body_OfTheLeast_HasTheDocumentedDefaults()
    {
        var body = Read("""{"query":" What? "}""");

        (body.Query, body.K, body.MinScore, body.Filter.Json, body.UsesReranking, body.TopN).ShouldBe((" What? ", 3, 0, "{}", false, 3));
        var request = AskLlmPrompt.Make(body, new KnowledgeFakes().Project, null);
        (request.Temperature, request.MaxOutputTokens, request.Model).ShouldBe((0, 1024, "auto"));
        request.Messages.ShouldHaveSingleItem().Text.ShouldBe(" What? ");
    }

    [Theory]
    [InlineData("query", "null", "This field may not be null.")]
    [InlineData("query", "\" \"", "This field may not be blank.")]
    [InlineData("query", "[]", "Not a valid string.")]
    [InlineData("llm_provider", "\"\"", "This field may not be blank.")]
    [InlineData("llm_model", "{}", "Not a valid string.")]
    [InlineData("k", "0", "Ensure this value is greater than or equal to 1.")]
    [InlineData("history", "{}", "Expected a list of items but got type \"dict\".")]
    [InlineData("history", "[\"x\"]", "history[0]: Expected a dictionary of items but got type \"str\".")]
    [InlineData("history", """[{"user":7}]""", "history[0].user: Not a valid string.")]
    [InlineData("chatbot_global_action", "\"\"", "This field may not be blank.")]
    [InlineData("filter_documents", "[]", "Expected a dictionary of items but got type \"list\".")]
    [InlineData("min_score", "{}", "A valid number is required.")]
    [InlineData("temperature", "2.1", "Ensure this value is less than or equal to 2.")]
    [InlineData("max_tokens", "0", "Ensure this value is greater than or equal to 1.")]
    [InlineData("conversation_id", "\"x\"", "Must be a valid UUID.")]
    [InlineData("use_reranking", "\"x\"", "Must be a valid boolean.")]
    [InlineData("top_n", "0", "Ensure this value is greater than or equal to 1.")]
    public void Field_Wrong_IsToldInTheFrameworksWords(string name, string value, string message)
    {
        var body = name == "query" ? $$"""{"query":{{value}}}""" : $$"""{"query":"x","{{name}}":{{value}}}""";

        AskLlmReader.Read(Encoding.UTF8.GetBytes(body)).Error!.Fields.ShouldHaveSingleItem().ShouldBe(new FieldFault(name, message));
    }

    [Theory]
    [InlineData("openai", "gpt-4o", "openai/gpt-4o")]
    [InlineData("together_ai", "meta/x", "together/meta/x")]
    [InlineData(null, "gpt-4o", "gpt-4o")]
    [InlineData("anthropic", null, "anthropic/claude-sonnet-5")]
    [InlineData("unheard-of", null, "unheard-of")]
    [InlineData(null, null, null)]
    public void Model_OfProviderAndModelApart_IsOneName(string? provider, string? model, string? name) => EdenAIModels.Of(provider, model).ShouldBe(name);

    [Fact]
    public void Request_OpenInParts_IsFilledInByBotThenProjectThenDefault()
    {
        var project = new KnowledgeFakes().Project with { LlmProvider = "mistral", LlmModel = "small" };
        var bot = new BotPrompt("bot", "perplexityai/sonar", "Answer in {language}.", "You are a clerk.", """{"temperature":0.5,"max_tokens":9,"x":1}""", []);
        var asked = Read("""{"query":"Q","history":[{"user":"U","assistant":"A"},{"user":"V"}],"chatbot_global_action":"Be kind."}""");

        AskLlmPrompt.Make(asked, project, null).Model.ShouldBe("mistral/small");
        var request = AskLlmPrompt.Make(asked, project, bot);
        (request.Model, request.Temperature, request.MaxOutputTokens).ShouldBe(("perplexity/sonar", 0.5, 9));
        request.Messages.Select(message => (message.Role, message.Text)).ShouldBe(
        [
            (ChatRole.System, "You are a clerk.\n\nAnswer in {language}.\n\nBe kind."),
            (ChatRole.User, "U"), (ChatRole.Assistant, "A"), (ChatRole.User, "V"), (ChatRole.User, "Q"),
        ]);
        var outright = AskLlmPrompt.Make(Read("""{"query":"Q","llm_model":"gpt-4o","temperature":1,"max_tokens":5}"""), project, bot);
        (outright.Model, outright.Temperature, outright.MaxOutputTokens).ShouldBe(("gpt-4o", 1, 5));
    }

    [Fact]
    public async Task Answer_OverDocuments_IsTheOneThatClientsRead()
    {
        var knowledge = new KnowledgeFakes();
        var chunk = knowledge.Add("It is a dragoman.", 0.5, "book.pdf");
        await using var server = await EdenAIServer.StartAsync(knowledge: knowledge, path: EdenAIServer.AskLlm);
        server.Gateway.Answer = (call, _) =>
        {
            call.ServedBy = "groq/openai/gpt-oss-120b";
            return new(FakeChatGateway.Text("A dragoman [1].") with { Usage = new Usage { InputTokens = 7, OutputTokens = 3 } });
        };

        using var response = await server.PostAsync("""{"query":"What is it?","use_reranking":true,"top_n":2,"k":9}""");

        (await EdenAIServer.JsonOfAsync(response)).GetRawText().ShouldBe($$$"""
            {"result":"A dragoman [1].","llm_provider":"groq","llm_model":"openai/gpt-oss-120b","cost":null,
            "usage":{"input_tokens":7,"output_tokens":3,"total_tokens":10},"chunks_ids":["{{{chunk.Id}}}"],
            "citations":[{"number":1,"chunk_id":"{{{chunk.Id}}}","document":"book.pdf","page":null,"score":0.5}]}
            """.ReplaceLineEndings(""));
        knowledge.LastQuery.ShouldBe(new RetrievalQuery("What is it?", 9, 0, DocumentFilter.None, Rerank: true, TopN: 2));
    }

    [Fact]
    public async Task Conversation_GoneOnWith_ComesFirstAndIsKept()
    {
        var knowledge = new KnowledgeFakes();
        knowledge.Turns.Add(new ConversationTurn("Before?", null));
        await using var server = await EdenAIServer.StartAsync(knowledge: knowledge, path: EdenAIServer.AskLlm);
        server.Gateway.Answer = (_, _) => new(FakeChatGateway.Text("Now."));

        using var response = await server.PostAsync($$"""{"query":"And now?","conversation_id":"{{KnowledgeFakes.ConversationId}}"}""");

        await EdenAIServer.JsonOfAsync(response);
        server.Gateway.LastCall!.Request.Messages.Select(message => message.Text).ShouldBe(["Before?", "And now?"]);
        knowledge.Turns[^1].ShouldBe(new ConversationTurn("And now?", "Now."));
    }

    private static AskLlmBody Read(string body) => AskLlmReader.Read(Encoding.UTF8.GetBytes(body)).Body.ShouldNotBeNull();
}
