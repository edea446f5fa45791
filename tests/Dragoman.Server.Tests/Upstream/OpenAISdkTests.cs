using System.ClientModel;
using System.ClientModel.Primitives;
using Dragoman.Testing;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace Dragoman.Server.Tests.Upstream;

/// <summary>OpenAI's own SDK takes the fake for the real thing.</summary>
public sealed class OpenAISdkTests
{
    static readonly ChatTool s_weather = ChatTool.CreateFunctionTool(
        "get_weather", "The weather of a place.", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}}}"""));

    static OpenAIClientOptions Options(TestUpstream upstream, string prefix = "/v1") =>
        new() { Endpoint = new Uri(upstream.BaseUrl + prefix), RetryPolicy = new ClientRetryPolicy(0) };

    static ChatClient Client(TestUpstream upstream, string model = "gpt-4o", string prefix = "/v1") =>
        new(model, new ApiKeyCredential("sk-test"), Options(upstream, prefix));

    [Fact]
    public async Task Plain_NoScript_AnswersTheQuestion()
    {
        await using var upstream = await TestUpstream.StartAsync();

        ChatCompletion completion = await Client(upstream).CompleteChatAsync("What is the capital of France?");

        completion.Content[0].Text.ShouldBe("The capital of France is Paris.");
        completion.FinishReason.ShouldBe(ChatFinishReason.Stop);
        completion.Usage.InputTokenCount.ShouldBe(6);
        completion.Usage.OutputTokenCount.ShouldBe(6);
        completion.Model.ShouldBe("gpt-4o");
        upstream.Violations.ShouldBeEmpty();
        upstream.Requests.ShouldHaveSingleItem().Header("authorization").ShouldBe("Bearer sk-test");
    }

    [Theory]
    [InlineData("/openai/v1")]
    [InlineData("/api/v1")]
    public async Task Plain_UnderPrefix_IsServed(string prefix)
    {
        await using var upstream = await TestUpstream.StartAsync();

        ChatCompletion completion = await Client(upstream, prefix: prefix).CompleteChatAsync("Hi");

        completion.Content[0].Text.ShouldBe("You said: Hi");
        upstream.Requests[0].Path.ShouldBe(prefix + "/chat/completions");
    }

    [Fact]
    public async Task Plain_ScriptedUsage_IsToldInFull()
    {
        await using var upstream = await TestUpstream.StartAsync();
        upstream.Enqueue(Reply.Text("Paris").WithUsage(100, 20, cached: 64, reasoning: 15).WithFinish(Finish.Length).WithModel("gpt-4o-2024-08-06"));

        ChatCompletion completion = await Client(upstream).CompleteChatAsync("Hi");

        completion.Usage.TotalTokenCount.ShouldBe(120);
        completion.Usage.InputTokenDetails.CachedTokenCount.ShouldBe(64);
        completion.Usage.OutputTokenDetails.ReasoningTokenCount.ShouldBe(15);
        completion.FinishReason.ShouldBe(ChatFinishReason.Length);
        completion.Model.ShouldBe("gpt-4o-2024-08-06");
        upstream.Pending.ShouldBe(0);
    }

    [Fact]
    public async Task Plain_Refusal_IsToldApartFromContent()
    {
        await using var upstream = await TestUpstream.StartAsync();
        upstream.Enqueue(Reply.Refusal("I cannot do that."));

        ChatCompletion completion = await Client(upstream).CompleteChatAsync("Hi");

        completion.Refusal.ShouldBe("I cannot do that.");
        completion.Content.ShouldBeEmpty();
    }

    [Fact]
    public async Task Plain_Logprobs_AreThereForEachWord()
    {
        await using var upstream = await TestUpstream.StartAsync();
        upstream.Enqueue(Reply.Deltas("Par", "is"));

        ChatCompletion completion = await Client(upstream).CompleteChatAsync(
            [new UserChatMessage("Hi")], new ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = 2 });

        completion.ContentTokenLogProbabilities.Select(p => p.Token).ShouldBe(["Par", "is"]);
        completion.ContentTokenLogProbabilities[0].TopLogProbabilities.Count.ShouldBe(2);
        completion.ContentTokenLogProbabilities[0].Utf8Bytes!.Value.ToArray().ShouldBe("Par"u8.ToArray());
    }

    [Fact]
    public async Task Stream_NoScript_ComesWordByWordWithUsage()
    {
        await using var upstream = await TestUpstream.StartAsync();
        List<string> deltas = [];
        ChatTokenUsage? usage = null;
        ChatFinishReason? finish = null;
        ChatMessageRole? role = null;

        await foreach (var update in Client(upstream).CompleteChatStreamingAsync("What is the capital of France?"))
        {
            deltas.AddRange(update.ContentUpdate.Select(p => p.Text).Where(t => t.Length > 0));
            (usage, finish, role) = (update.Usage ?? usage, update.FinishReason ?? finish, update.Role ?? role);
        }

        deltas.ShouldBe(["The", " capital", " of", " France", " is", " Paris."]);
        usage!.OutputTokenCount.ShouldBe(6);
        finish.ShouldBe(ChatFinishReason.Stop);
        role.ShouldBe(ChatMessageRole.Assistant);
        upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stream_Logprobs_AreThereForEachDelta()
    {
        await using var upstream = await TestUpstream.StartAsync();
        List<string> tokens = [];

        await foreach (var update in Client(upstream).CompleteChatStreamingAsync(
            [new UserChatMessage("Hi")], new ChatCompletionOptions { IncludeLogProbabilities = true }))
        {
            tokens.AddRange(update.ContentTokenLogProbabilities.Select(p => p.Token));
        }

        tokens.ShouldBe(["You", " said:", " Hi"]);
    }

    [Fact]
    public async Task Plain_ToolsAndTheirResults_GoRound()
    {
        await using var upstream = await TestUpstream.StartAsync();
        upstream.Enqueue(
            Reply.Tool("get_weather", """{"city":"Paris"}""", "call_a").WithTool("get_weather", """{"city":"Rome"}"""), Reply.Text("Sunny in both."));
        var options = new ChatCompletionOptions { Tools = { s_weather } };
        List<ChatMessage> messages = [new UserChatMessage("Weather in Paris and Rome?")];

        ChatCompletion asked = await Client(upstream).CompleteChatAsync(messages, options);
        messages.Add(new AssistantChatMessage(asked));
        messages.AddRange(asked.ToolCalls.Select(c => new ToolChatMessage(c.Id, "sunny")));
        ChatCompletion answered = await Client(upstream).CompleteChatAsync(messages, options);

        asked.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        asked.ToolCalls.Select(c => c.FunctionArguments.ToString()).ShouldBe(["""{"city":"Paris"}""", """{"city":"Rome"}"""]);
        asked.ToolCalls[0].Id.ShouldBe("call_a");
        answered.Content[0].Text.ShouldBe("Sunny in both.");
        upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stream_ToolCalls_ComeInFragmentsThatJoinToTheArguments()
    {
        await using var upstream = await TestUpstream.StartAsync();
        upstream.Enqueue(Reply.Tool("get_weather", """{"city":"Saint-Étienne 🌧"}""").WithTool("get_time", "{}"));
        Dictionary<int, string> arguments = [];
        Dictionary<int, string> names = [];
        var fragments = 0;

        await foreach (var update in Client(upstream).CompleteChatStreamingAsync([new UserChatMessage("Hi")], new() { Tools = { s_weather } }))
        {
            foreach (var call in update.ToolCallUpdates)
            {
                fragments++;
                arguments[call.Index] = arguments.GetValueOrDefault(call.Index) + call.FunctionArgumentsUpdate;
                names[call.Index] = call.FunctionName ?? names[call.Index];
            }
        }

        arguments[0].ShouldBe("""{"city":"Saint-Étienne 🌧"}""");
        arguments[1].ShouldBe("{}");
        names.Values.ShouldBe(["get_weather", "get_time"]);
        fragments.ShouldBeGreaterThan(5);
    }

    [Theory]
    [InlineData(401, "invalid_api_key")]
    [InlineData(429, "rate_limit_exceeded")]
    [InlineData(503, "overloaded")]
    public async Task Error_AnyStatus_BecomesTheSdksException(int status, string part)
    {
        await using var upstream = await TestUpstream.StartAsync();
        upstream.Enqueue(status switch { 401 => Reply.Unauthorized(), 429 => Reply.RateLimited("7"), _ => Reply.Overloaded() });

        var exception = await Should.ThrowAsync<ClientResultException>(Client(upstream).CompleteChatAsync("Hi"));

        exception.Status.ShouldBe(status);
        exception.Message.ShouldContain(part);
    }

    [Fact]
    public async Task Models_Listed_AreReadByTheSdk()
    {
        await using var upstream = await TestUpstream.StartAsync(new() { Models = ["gpt-4o", "o3"] });

        OpenAIModelCollection models = await new OpenAIModelClient(new ApiKeyCredential("sk-test"), Options(upstream)).GetModelsAsync();

        models.Select(m => m.Id).ShouldBe(["gpt-4o", "o3"], ignoreOrder: true);
    }
}
