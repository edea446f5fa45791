using System.ClientModel;
using System.Text.Json;
using OpenAI.Chat;

namespace Dragoman.Server.Tests.Starter;

/// <summary>Through the official SDK, with the real model.</summary>
[Collection(StarterTests.Name)]
public sealed class ChatTests(StarterFixture starter)
{
    private const string France = "What is the capital of France?";

    [Fact]
    public async Task Chat_CapitalOfFrance_IsParis()
    {
        ChatCompletion answer = await starter.Process.Client().CompleteChatAsync(France);

        answer.Content[0].Text.ShouldContain("Paris");
        answer.Role.ShouldBe(ChatMessageRole.Assistant);
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Model.ShouldBe("tinyllama-1.1b-chat");
        answer.Usage.TotalTokenCount.ShouldBe(answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount);
        answer.Usage.InputTokenCount.ShouldBe(24);
    }

    [Fact]
    public async Task Stream_TemperatureZero_EqualsPlain()
    {
        var options = new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 24 };
        ChatCompletion plain = await starter.Process.Client().CompleteChatAsync([new UserChatMessage(France)], options);

        StreamedAnswer stream = await StreamAsync(France, options);

        stream.Text.ShouldBe(plain.Content[0].Text);
        stream.Finish.ShouldBe(plain.FinishReason);
        stream.Usage!.InputTokenCount.ShouldBe(plain.Usage.InputTokenCount);
        stream.Usage.OutputTokenCount.ShouldBe(plain.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task MaxTokens_Reached_EndsWithLength()
    {
        ChatCompletion answer = await starter.Process.Client().CompleteChatAsync(
            [new UserChatMessage("Tell me a long story about a fox.")], new ChatCompletionOptions { MaxOutputTokenCount = 5 });

        answer.FinishReason.ShouldBe(ChatFinishReason.Length);
        answer.Usage.OutputTokenCount.ShouldBe(5);
    }

    [Fact]
    public async Task Stop_StringOverTwoTokens_NeverLeaksIntoTheStream()
    {
        var options = new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 24 };
        StreamedAnswer whole = await StreamAsync(France, options);
        // The end of one token and the beginning of the next: neither may show before the other decides.
        string stop = whole.Parts[3][^2..] + whole.Parts[4][..2];
        string expected = whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)];

        options.StopSequences.Add(stop);
        options.StopSequences.Add("never written");
        StreamedAnswer stopped = await StreamAsync(France, options);
        ChatCompletion plain = await starter.Process.Client().CompleteChatAsync([new UserChatMessage(France)], options);

        stopped.Text.ShouldBe(expected);
        stopped.Finish.ShouldBe(ChatFinishReason.Stop);
        plain.Content[0].Text.ShouldBe(expected);
    }

    [Fact]
    public async Task Seed_SameTwice_SameAnswer()
    {
#pragma warning disable OPENAI001 // Seed is experimental in the SDK.
        var options = new ChatCompletionOptions { Temperature = 1.2f, Seed = 42, MaxOutputTokenCount = 16 };
#pragma warning restore OPENAI001
        ChatCompletion first = await starter.Process.Client().CompleteChatAsync([new UserChatMessage("Invent a name for a cat.")], options);
        ChatCompletion second = await starter.Process.Client().CompleteChatAsync([new UserChatMessage("Invent a name for a cat.")], options);

        second.Content[0].Text.ShouldBe(first.Content[0].Text);
    }

    [Fact]
    public async Task FourCalls_AtOnce_EachGetsItsOwnAnswer()
    {
        (string Question, string Word)[] calls =
            [(France, "Paris"), ("Who wrote Romeo and Juliet?", "Shakespeare"), ("What is the chemical formula of water?", "H2O"), (France, "France")];
        var options = new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 40 };

        ClientResult<ChatCompletion>[] answers = await Task.WhenAll(
            calls.Select(c => starter.Process.Client().CompleteChatAsync([new UserChatMessage(c.Question)], options)));

        for (int i = 0; i < calls.Length; i++)
        {
            answers[i].Value.Content[0].Text.ShouldContain(calls[i].Word);
        }
    }

    [Fact]
    public async Task Context_PromptTooLong_NamesBothNumbers()
    {
        string prompt = string.Concat(Enumerable.Repeat("word ", 3000));
        using HttpResponseMessage response = await starter.Process.PostAsync($$"""{"messages":[{"role":"user","content":"{{prompt}}"}]}""");

        JsonElement error = await ErrorAsync(response);
        ((int)response.StatusCode).ShouldBe(400);
        error.GetProperty("code").GetString().ShouldBe("context_length_exceeded");
        error.GetProperty("message").GetString()!.ShouldContain("2048");
        error.GetProperty("message").GetString()!.ShouldContain("3018");
    }

    [Fact]
    public async Task Cancel_CallerGoesAway_FreesTheSlot()
    {
        using var away = new CancellationTokenSource();
        HttpResponseMessage response = await starter.Process.OpenStreamAsync(
            """{"stream":true,"max_tokens":2000,"logit_bias":{"2":-100},"messages":[{"role":"user","content":"Tell me a very long story."}]}""", away.Token);
        await starter.Process.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() == 1);

        response.Dispose();
        await away.CancelAsync();

        await starter.Process.WaitForHealthAsync(h => h.GetProperty("active").GetInt32() == 0);
    }

    [Fact]
    public async Task Content_ControlTokens_AreOrdinaryText()
    {
        ChatCompletion answer = await starter.Process.Client().CompleteChatAsync(
            [new UserChatMessage("</s>")], new ChatCompletionOptions { MaxOutputTokenCount = 1 });
        ChatCompletion empty = await starter.Process.Client().CompleteChatAsync(
            [new UserChatMessage("")], new ChatCompletionOptions { MaxOutputTokenCount = 1 });

        (answer.Usage.InputTokenCount - empty.Usage.InputTokenCount).ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData("{", null)]
    [InlineData("""{"messages":[]}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"temperature":"hot"}""", "temperature")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"tools":[{}]}""", "tools")]
    public async Task Request_Invalid_IsRefusedInOpenAIsShape(string body, string? param)
    {
        using HttpResponseMessage response = await starter.Process.PostAsync(body);

        ((int)response.StatusCode).ShouldBe(400);
        JsonElement error = await ErrorAsync(response);
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("param").GetString().ShouldBe(param);
    }

    [Fact]
    public async Task Request_TooLarge_Is413()
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new ByteArrayContent(new byte[4 * 1024 * 1024 + 1]) };
        message.Headers.ExpectContinue = true; // The answer comes before the body is sent.
        using HttpResponseMessage response = await starter.Process.Http.SendAsync(message);

        ((int)response.StatusCode).ShouldBe(413);
        (await ErrorAsync(response)).GetProperty("code").GetString().ShouldBe("request_too_large");
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions", 405)]
    [InlineData("POST", "/v1/models", 405)]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("GET", "/v1/models/other", 404)]
    public async Task Path_UnknownOrWrongMethod_IsRefusedInOpenAIsShape(string method, string path, int status)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        using HttpResponseMessage response = await starter.Process.Http.SendAsync(message);

        ((int)response.StatusCode).ShouldBe(status);
        (await ErrorAsync(response)).GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Models_List_HoldsTheOneModel()
    {
        using var list = JsonDocument.Parse(await starter.Process.Http.GetStringAsync(new Uri("/v1/models", UriKind.Relative)));

        list.RootElement.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString()).ShouldBe(["tinyllama-1.1b-chat"]);
    }

    private async Task<StreamedAnswer> StreamAsync(string question, ChatCompletionOptions options)
    {
        var answer = new StreamedAnswer();
        await foreach (StreamingChatCompletionUpdate update in starter.Process.Client().CompleteChatStreamingAsync([new UserChatMessage(question)], options))
        {
            answer.Parts.AddRange(update.ContentUpdate.Select(c => c.Text).Where(t => t.Length > 0));
            answer.Finish = update.FinishReason ?? answer.Finish;
            answer.Usage = update.Usage ?? answer.Usage;
        }

        return answer;
    }

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");

    private sealed class StreamedAnswer
    {
        public List<string> Parts { get; } = [];

        public string Text => string.Concat(Parts);

        public ChatFinishReason? Finish { get; set; }

        public ChatTokenUsage? Usage { get; set; }
    }
}
