using System.Net;
using System.Text.Json;
using Dragoman.Dialects.EdenAI;
using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.EdenAI;

/// <summary>Projects, documents and conversations around a call.</summary>
public sealed class EdenAIEndpointsTests
{
    private const string Hello = """{"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"What is it?"}]}""";

    [Theory]
    [InlineData("11111111-2222-3333-4444-555555555556")]
    [InlineData("11111111222233334444555555555555")]
    [InlineData("manuals")]
    public async Task Project_Unknown_IsNotFound(string id)
    {
        await using var server = await EdenAIServer.StartAsync(path: $"/v2/aiproducts/askyoda/v2/{id}/generate");

        using var response = await server.PostAsync(Hello);

        (await EdenAIServer.JsonOfAsync(response, 404)).GetRawText().ShouldBe("""{"details":"Not Found"}""");
        server.Gateway.LastCall.ShouldBeNull();
    }

    [Fact]
    public async Task Project_OfAnother_IsNotFound()
    {
        var knowledge = new KnowledgeFakes();
        knowledge.Project = knowledge.Project with { Owner = new Owner("key:k2", true) };
        await using var server = await EdenAIServer.StartAsync(knowledge: knowledge);

        using var response = await server.PostAsync(Hello);

        await EdenAIServer.JsonOfAsync(response, 404);
    }

    [Theory]
    [InlineData("/generate")]
    [InlineData("/generate/")]
    [InlineData("/ask_llm")]
    [InlineData("/ask_llm/")]
    public async Task Path_WithASlashOrWithout_IsTheSame(string end)
    {
        await using var server = await EdenAIServer.StartAsync(path: $"/v2/aiproducts/askyoda/v2/{KnowledgeFakes.ProjectId}{end}");

        using var response = await server.PostAsync(end.StartsWith("/ask", StringComparison.Ordinal) ? """{"query":"x"}""" : Hello);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Fields_Wrong_AreToldTogetherInTheDocumentedShape()
    {
        await using var server = await EdenAIServer.StartAsync();

        using var response = await server.PostAsync("""{"k":0,"temperature":3,"messages":[{"role":"user"},{"role":"bot"}]}""");

        (await EdenAIServer.JsonOfAsync(response, 400)).GetProperty("error").GetProperty("message").GetRawText().ShouldBe(
            """
            {"messages":["messages[0].content: This field is required.","messages[1].role: \"bot\" is not a valid choice."],
            "model":["This field is required."],"temperature":["Ensure this value is less than or equal to 2."],
            "k":["Ensure this value is greater than or equal to 1."]}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task Project_WithoutDocuments_IsAPlainChat()
    {
        var knowledge = new KnowledgeFakes();
        await using var server = await EdenAIServer.StartAsync(knowledge: knowledge);

        using var response = await server.PostAsync(Hello);

        (await EdenAIServer.JsonOfAsync(response)).TryGetProperty("citations", out _).ShouldBeFalse();
        server.Gateway.LastCall!.Request.Sources.ShouldBeNull();
        knowledge.LastQuery.ShouldBeNull();
    }

    [Fact]
    public async Task Project_WithDocuments_IsSearchedForWhatTheUserSaidLast()
    {
        var knowledge = new KnowledgeFakes();
        var chunk = knowledge.Add("It is a dragoman.", 0.75, "book.pdf", 7);
        await using var server = await EdenAIServer.StartAsync(knowledge: knowledge);

        using var response = await server.PostAsync("""
            {"model":"gpt-4o","k":4,"min_score":0.1,"filter_documents":{"lang":"en"},
            "messages":[{"role":"user","content":"First?"},{"role":"assistant","content":"Yes."},{"role":"user","content":" Second? "}]}
            """);

        var answer = await EdenAIServer.JsonOfAsync(response);
        answer.GetProperty("chunks_ids").GetRawText().ShouldBe($"[\"{chunk.Id}\"]");
        answer.GetProperty("citations").GetRawText().ShouldBe(
            $$"""[{"number":1,"chunk_id":"{{chunk.Id}}","document":"book.pdf","page":7,"score":0.75}]""");
        knowledge.LastQuery.ShouldBe(new RetrievalQuery("Second?", 4, 0.1, new DocumentFilter("""{"lang":"en"}""")));
        server.Gateway.LastCall!.Request.Sources.ShouldNotBeNull().ShouldHaveSingleItem().Text.ShouldBe("It is a dragoman.");
    }

    [Fact]
    public async Task Project_InWhichNothingIsFound_SaysSoWithEmptyLists()
    {
        var knowledge = new KnowledgeFakes { ChunkCount = 7 };
        await using var server = await EdenAIServer.StartAsync(knowledge: knowledge);

        using var response = await server.PostAsync(Hello);

        var answer = await EdenAIServer.JsonOfAsync(response);
        answer.GetProperty("chunks_ids").GetArrayLength().ShouldBe(0);
        answer.GetProperty("citations").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Search_Failing_IsTheAnswer()
    {
        var knowledge = new KnowledgeFakes { ChunkCount = 1, SearchError = new GatewayError(ErrorKind.ModelNotConfigured, "No embedder.") };
        await using var server = await EdenAIServer.StartAsync(knowledge: knowledge);

        using var response = await server.PostAsync(Hello);

        (await EdenAIServer.JsonOfAsync(response, 404)).GetProperty("error").GetProperty("message").GetString().ShouldBe("No embedder.");
    }

    [Fact]
    public async Task Question_WithoutWords_SearchesNothing()
    {
        var knowledge = new KnowledgeFakes();
        knowledge.Add("x", 1);
        await using var server = await EdenAIServer.StartAsync(knowledge: knowledge);

        using var response = await server.PostAsync(
            """{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":"https://example.com/a.png"}]}]}""");

        await EdenAIServer.JsonOfAsync(response);
        knowledge.LastQuery.ShouldBeNull();
    }

    [Fact]
    public async Task Stream_OverDocuments_EndsWithWhatItStandsOn()
    {
        var knowledge = new KnowledgeFakes();
        var chunk = knowledge.Add("It is a dragoman.", 0.75);
        await using var server = await EdenAIServer.StartAsync(knowledge: knowledge);
        server.Gateway.Answer = (_, _) => new(FakeChatGateway.Text("Found."));

        using var response = await server.PostAsync($$"""{"stream":true,{{Hello[1..]}}""");

        response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream; charset=utf-8");
        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        events.Length.ShouldBe(3);
        events[0].ShouldNotContain("citations");
        JsonElement.Parse(events[1]["data: ".Length..]).GetProperty("chunks_ids")[0].GetString().ShouldBe(chunk.Id.ToString());
        events[2].ShouldBe("data: [DONE]");
    }

    [Fact]
    public async Task Framing_SetToLines_IsBareJson()
    {
        await using var server = await EdenAIServer.StartAsync("""{ "Dialects": { "edenai": { "StreamFraming": "lines" } } }""");

        using var response = await server.PostAsync($$"""{"stream":true,{{Hello[1..]}}""");

        response.Content.Headers.ContentType!.ToString().ShouldBe("application/x-ndjson");
        (await response.Content.ReadAsStringAsync()).ShouldStartWith("{\"id\":");
    }

    [Fact]
    public async Task Conversation_Unknown_IsNotFound()
    {
        await using var server = await EdenAIServer.StartAsync();

        using var response = await server.PostAsync($$"""{"conversation_id":"{{Guid.NewGuid()}}",{{Hello[1..]}}""");

        await EdenAIServer.JsonOfAsync(response, 404);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Conversation_GoneOnWith_ComesFirstAndIsKept(bool streamed)
    {
        var knowledge = new KnowledgeFakes();
        knowledge.Turns.Add(new ConversationTurn("Before?", "Yes, before."));
        await using var server = await EdenAIServer.StartAsync(knowledge: knowledge);
        server.Gateway.Answer = (_, _) => new(FakeChatGateway.Text("Now."));

        using var response = await server.PostAsync(
            $$"""{"conversation_id":"{{KnowledgeFakes.ConversationId}}","stream":{{(streamed ? "true" : "false")}},{{Hello[1..]}}""");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await response.Content.ReadAsStringAsync();
        server.Gateway.LastCall!.Request.Messages.Select(message => message.Text).ShouldBe(["Be brief.", "Before?", "Yes, before.", "What is it?"]);
        knowledge.Turns[^1].ShouldBe(new ConversationTurn("What is it?", "Now."));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Conversation_WithoutAnAnswer_StaysAsItWas(bool streamed)
    {
        var knowledge = new KnowledgeFakes();
        await using var server = await EdenAIServer.StartAsync(knowledge: knowledge);
        var error = new GatewayError(ErrorKind.UpstreamFailed, "No.");
        server.Gateway.Answer = (_, _) => new(error);
        server.Gateway.Stream = (_, _) => new(new Dragoman.Pipeline.ChatStreamResult(FakeChatStream.Of(ChatEvent.OfText("half"), ChatEvent.Failed(error)), null));

        using var response = await server.PostAsync(
            $$"""{"conversation_id":"{{KnowledgeFakes.ConversationId}}","stream":{{(streamed ? "true" : "false")}},{{Hello[1..]}}""");

        await response.Content.ReadAsStringAsync();
        knowledge.Turns.ShouldBeEmpty();
    }

    [Fact]
    public async Task Members_WithoutUse_AreNamedAsDropped()
    {
        await using var server = await EdenAIServer.StartAsync();
        server.Gateway.Answer = (call, _) =>
        {
            call.Dropped = ["logit_bias"];
            return new(FakeChatGateway.Text("x"));
        };

        using var response = await server.PostAsync($$"""{"fallback_providers":[],{{Hello[1..]}}""");

        response.Headers.GetValues("x-dragoman-dropped").ShouldBe(["logit_bias, fallback_providers"]);
    }

    [Fact]
    public void Errors_OfEveryKind_HaveARow()
    {
        foreach (var kind in Enum.GetValues<ErrorKind>())
        {
            EdenAIErrors.Get(kind).Status.ShouldBeInRange(400, 599);
        }
    }
}
