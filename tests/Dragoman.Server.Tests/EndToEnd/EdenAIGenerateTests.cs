using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using Dragoman.Testing;
using OpenAI;
using OpenAI.Chat;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>The Eden AI dialect's calls of models on the whole server, read by OpenAI's SDK, whose shapes the answers have.</summary>
public sealed class EdenAIGenerateTests
{
    private const string Question = "What is the capital of France?";

    public static TheoryData<string, string> Wires => new()
    {
        { "OPENAI", "openai/gpt-4o" },
        { "ANTHROPIC", "anthropic/claude-sonnet-4-5" },
        { "GEMINI", "google/gemini-2.5-flash" },
    };

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Generate_OnEachWire_IsReadByOpenAIsSdkWholeAndStreamed(string prefix, string model)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);
        var client = await ClientAsync(gateway, model);

        ChatCompletion whole = await client.CompleteChatAsync(Question);
        var text = new StringBuilder();
        var pieces = 0;
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;
        await foreach (var update in client.CompleteChatStreamingAsync(Question))
        {
            pieces += update.ContentUpdate.Count;
            text.AppendJoin("", update.ContentUpdate.Select(part => part.Text));
            (finish, usage) = (update.FinishReason ?? finish, update.Usage ?? usage);
        }

        whole.Content[0].Text.ShouldBe("The capital of France is Paris.");
        whole.FinishReason.ShouldBe(ChatFinishReason.Stop);
        text.ToString().ShouldBe(whole.Content[0].Text);
        pieces.ShouldBeGreaterThan(1);
        finish.ShouldBe(ChatFinishReason.Stop);
        usage!.TotalTokenCount.ShouldBe(whole.Usage.TotalTokenCount);
        upstream.Violations.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Tools_OnEachWire_AreCalledAndAnswered(string prefix, string model)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);
        var client = await ClientAsync(gateway, model);
        var options = new ChatCompletionOptions
        {
            Tools =
            {
                ChatTool.CreateFunctionTool(
                    "get_weather", "The weather of a place.", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}}}""")),
            },
        };
        upstream.Enqueue(Reply.Tool("get_weather", """{"city":"Paris"}"""), Reply.Tool("get_weather", """{"city":"Paris"}"""), Reply.Text("18 °C."));

        ChatCompletion whole = await client.CompleteChatAsync([new UserChatMessage("Weather?")], options);
        var (name, arguments) = ("", "");
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage("Weather?")], options))
        {
            foreach (var call in update.ToolCallUpdates)
            {
                (name, arguments) = (name + call.FunctionName, arguments + call.FunctionArgumentsUpdate);
            }
        }

        ChatCompletion end = await client.CompleteChatAsync(
            [new UserChatMessage("Weather?"), new AssistantChatMessage(whole), new ToolChatMessage(whole.ToolCalls[0].Id, "18")], options);

        whole.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        whole.ToolCalls.ShouldHaveSingleItem().FunctionName.ShouldBe("get_weather");
        name.ShouldBe("get_weather");
        JsonElement.Parse(arguments).GetProperty("city").GetString().ShouldBe("Paris");
        end.Content[0].Text.ShouldBe("18 °C.");
        upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Answer_WithLogprobsAndRefusal_IsReadByOpenAIsSdk()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        var client = await ClientAsync(gateway, "gpt-4o");
        upstream.Enqueue(Reply.Deltas("Par", "is"), Reply.Refusal("I cannot do that."));

        ChatCompletion likely = await client.CompleteChatAsync(
            [new UserChatMessage("Hi")], new ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = 2 });
        ChatCompletion refused = await client.CompleteChatAsync("Hi");

        likely.ContentTokenLogProbabilities.Select(token => token.Token).ShouldBe(["Par", "is"]);
        likely.ContentTokenLogProbabilities[0].TopLogProbabilities.Count.ShouldBe(2);
        refused.Refusal.ShouldBe("I cannot do that.");
    }

    [Fact]
    public async Task Stream_ThatBreaks_EndsInAnErrorAndWithoutDone()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        var project = await NewProjectAsync(gateway);
        upstream.Enqueue(Reply.Deltas("one ", "two ", "three").TruncateAfter(2));

        using var response = await gateway.Client.PostAsync(project + "generate/", Body("""{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"x"}]}"""));

        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain("\"two \"");
        text.ShouldEndWith("}}\n\n");
        text.ShouldContain("data: {\"error\":{\"type\":\"server_error\"");
        text.ShouldNotContain("[DONE]");
    }

    [Fact]
    public async Task Stream_WhoseClientLeaves_StopsTheUpstream()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        var project = await NewProjectAsync(gateway);
        upstream.Enqueue(Reply.Deltas("first ", "second").StallAfter(1, new Gate()));

        using (var request = new HttpRequestMessage(HttpMethod.Post, project + "generate/"))
        {
            request.Content = Body("""{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"x"}]}""");
            using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            (await reader.ReadLineAsync())!.ShouldContain("first");
        }

        await upstream.WaitForAbortAsync();
    }

    [Fact]
    public async Task Documents_OfTheProject_AreWhatTheAnswerStandsOn()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        var project = await NewProjectAsync(gateway);
        using var added = await gateway.Client.PostAsync(project + "add_text/", Body("""{"texts":["The warranty of the lamp lasts two years."]}"""));
        ((int)added.StatusCode).ShouldBe(201, await added.Content.ReadAsStringAsync());
        upstream.EnqueueForModel("gpt-4o", Reply.Text("Two years [1]."), Reply.Text("I would rather not say."));

        var generated = await PostAsync(
            gateway, project + "generate/", """{"model":"gpt-4o","messages":[{"role":"user","content":"How long does the warranty of the lamp last?"}]}""");
        var asked = await PostAsync(
            gateway, project + "ask_llm/", """{"llm_provider":"openai","llm_model":"gpt-4o","query":"How long does the warranty of the lamp last?"}""");

        generated.GetProperty("chunks_ids").GetArrayLength().ShouldBe(1);
        generated.GetProperty("citations")[0].GetProperty("number").GetInt32().ShouldBe(1);
        asked.GetProperty("citations").GetArrayLength().ShouldBe(0, "it cites nothing");
        asked.GetProperty("chunks_ids").GetRawText().ShouldBe(generated.GetProperty("chunks_ids").GetRawText());
        (asked.GetProperty("llm_provider").GetString(), asked.GetProperty("llm_model").GetString()).ShouldBe(("openai", "gpt-4o"));
        var chats = upstream.Requests.Where(request => request.Path.EndsWith("/chat/completions", StringComparison.Ordinal)).ToList();
        chats.Count.ShouldBe(2);
        chats.Select(request => Encoding.UTF8.GetString(request.Body.Span)).ShouldAllBe(body => body.Contains("lasts two years"));
    }

    [Fact]
    public async Task Conversation_GoneOnWith_IsKnownToTheModel()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        var project = await NewProjectAsync(gateway);
        using var created = await gateway.Client.PostAsync(project + "conversations/", Body("{}"));
        var conversation = JsonElement.Parse(await created.Content.ReadAsStringAsync()).GetProperty("id").GetString();
        upstream.Enqueue(Reply.Text("Your name is Ann."), Reply.Text("Ann."));

        foreach (var words in new[] { "I am Ann.", "Who am I?" })
        {
            using var response = await gateway.Client.PostAsync(
                project + "generate/",
                Body($$"""{"model":"gpt-4o","stream":true,"conversation_id":"{{conversation}}","messages":[{"role":"user","content":"{{words}}"}]}"""));
            (await response.Content.ReadAsStringAsync()).ShouldEndWith("data: [DONE]\n\n");
        }

        upstream.Requests[^1].Json!.Value.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString())
            .ShouldBe(["I am Ann.", "Your name is Ann.", "Who am I?"]);
        var kept = JsonElement.Parse(await gateway.Client.GetStringAsync($"{project}conversations/{conversation}/")).GetProperty("messages");
        kept.EnumerateArray().Select(turn => turn.GetProperty("assistant_text").GetString()).ShouldBe(["Your name is Ann.", "Ann."]);
    }

    private static async Task<ChatClient> ClientAsync(RunningGateway gateway, string model)
    {
        var address = new Uri(gateway.Client.BaseAddress!, await NewProjectAsync(gateway) + "generate/");
        var options = new OpenAIClientOptions { Endpoint = address, RetryPolicy = new ClientRetryPolicy(0) };
        options.AddPolicy(new OneAddress(address), PipelinePosition.PerCall);
        return new ChatClient(model, new ApiKeyCredential(RunningGateway.Key), options);
    }

    private static async Task<string> NewProjectAsync(RunningGateway gateway)
    {
        var answer = await PostAsync(
            gateway, "/v2/aiproducts/askyoda/v2/", """{"project_name":"lamps","collection_name":"lamps","embeddings_provider":"starter"}""");
        return $"/v2/aiproducts/askyoda/v2/{answer.GetProperty("project_id").GetString()}/";
    }

    private static async Task<JsonElement> PostAsync(RunningGateway gateway, string path, string body)
    {
        using var response = await gateway.Client.PostAsync(path, Body(body));
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        return JsonElement.Parse(text);
    }

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    /// <summary>The SDK would put its own path behind the endpoint's.</summary>
    private sealed class OneAddress(Uri address) : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Uri = address;
            ProcessNext(message, pipeline, currentIndex);
        }

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Uri = address;
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }
}
