using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Dragoman.Testing;

namespace Dragoman.Server.Tests.Upstream;

/// <summary>Anthropic's own SDK takes the fake for the real thing.</summary>
public sealed class AnthropicSdkTests
{
    static AnthropicClient Client(TestUpstream upstream) => new() { ApiKey = "sk-ant-test", BaseUrl = upstream.BaseUrl, MaxRetries = 0 };

    static MessageCreateParams Ask(string text) => new()
    {
        Model = "claude-sonnet-4-5", MaxTokens = 4096, Messages = [new UserMessageParam(text)],
    };

    [Fact]
    public async Task Plain_NoScript_AnswersTheQuestion()
    {
        await using var upstream = await TestUpstream.StartAsync();

        var message = await Client(upstream).Messages.Create(Ask("What is the capital of France?"));

        message.Content[0].TryPickText(out var text).ShouldBeTrue();
        text!.Text.ShouldBe("The capital of France is Paris.");
        message.StopReason.ShouldNotBeNull().Value().ShouldBe(StopReason.EndTurn);
        message.Usage.InputTokens.ShouldBe(6);
        message.Usage.OutputTokens.ShouldBe(6);
        upstream.Violations.ShouldBeEmpty();
        upstream.Requests.ShouldHaveSingleItem().Wire.ShouldBe(WireKind.Anthropic);
    }

    [Fact]
    public async Task Plain_CachedTokens_AreCountedApartFromTheInput()
    {
        await using var upstream = await TestUpstream.StartAsync();
        upstream.Enqueue(Reply.Text("Paris").WithUsage(100, 5, cached: 60, cacheWrite: 30).WithFinish(Finish.Length));

        var message = await Client(upstream).Messages.Create(Ask("Hi"));

        message.Usage.InputTokens.ShouldBe(10);
        message.Usage.CacheReadInputTokens.ShouldBe(60);
        message.Usage.CacheCreationInputTokens.ShouldBe(30);
        message.StopReason.ShouldNotBeNull().Value().ShouldBe(StopReason.MaxTokens);
    }

    [Fact]
    public async Task Plain_ThinkingTextAndTool_AreBlocksInThisOrder()
    {
        await using var upstream = await TestUpstream.StartAsync();
        upstream.Enqueue(Reply.Text("Let me look.").WithReasoning("Which city?", "sig").WithTool("get_weather", """{"city":"Paris"}""", "toolu_a"));

        var message = await Client(upstream).Messages.Create(Ask("Hi"));

        message.Content.Count.ShouldBe(3);
        message.Content[0].TryPickThinking(out var thinking).ShouldBeTrue();
        thinking!.Signature.ShouldBe("sig");
        message.Content[2].TryPickToolUse(out var tool).ShouldBeTrue();
        tool!.ID.ShouldBe("toolu_a");
        tool.Input["city"].GetString().ShouldBe("Paris");
        message.StopReason.ShouldNotBeNull().Value().ShouldBe(StopReason.ToolUse);
    }

    [Fact]
    public async Task Stream_NoScript_ComesWordByWordWithCumulativeUsage()
    {
        await using var upstream = await TestUpstream.StartAsync();
        List<string> deltas = [];
        List<string> order = [];
        long output = 0;

        await foreach (var item in Client(upstream).Messages.CreateStreaming(Ask("What is the capital of France?")))
        {
            order.Add(item.Json.GetProperty("type").GetString()!);
            if (item.TryPickContentBlockDelta(out var block) && block!.Delta.TryPickText(out var text))
            {
                deltas.Add(text!.Text);
            }

            if (item.TryPickDelta(out var delta))
            {
                output = delta!.Usage.OutputTokens;
                delta.Delta.StopReason.ShouldNotBeNull().Value().ShouldBe(StopReason.EndTurn);
            }
        }

        deltas.ShouldBe(["The", " capital", " of", " France", " is", " Paris."]);
        output.ShouldBe(6);
        order.Distinct().Where(t => t != "ping").ShouldBe(
            ["message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"]);
        upstream.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stream_ThinkingAndTool_JoinToTheWhole()
    {
        await using var upstream = await TestUpstream.StartAsync();
        upstream.Enqueue(Reply.Tool("get_weather", """{"city":"Saint-Étienne 🌧"}""").WithReasoning("Which city is it?", "sig"));
        var (thinking, signature, arguments, stopped) = ("", "", "", 0);

        await foreach (var item in Client(upstream).Messages.CreateStreaming(Ask("Hi")))
        {
            stopped += item.TryPickContentBlockStop(out _) ? 1 : 0;
            if (!item.TryPickContentBlockDelta(out var block))
            {
                continue;
            }

            thinking += block!.Delta.TryPickThinking(out var t) ? t!.Thinking : "";
            signature += block.Delta.TryPickSignature(out var s) ? s!.Signature : "";
            arguments += block.Delta.TryPickInputJson(out var j) ? j!.PartialJson : "";
        }

        (thinking, signature, arguments, stopped).ShouldBe(("Which city is it?", "sig", """{"city":"Saint-Étienne 🌧"}""", 2));
    }

    [Fact]
    public async Task Error_Scripted_BecomesTheSdksException()
    {
        await using var upstream = await TestUpstream.StartAsync();
        upstream.Enqueue(Reply.Unauthorized(), Reply.RateLimited("3"), Reply.Overloaded());
        var client = Client(upstream);

        await Should.ThrowAsync<AnthropicUnauthorizedException>(client.Messages.Create(Ask("Hi")));
        await Should.ThrowAsync<AnthropicRateLimitException>(client.Messages.Create(Ask("Hi")));
        var overloaded = await Should.ThrowAsync<Anthropic5xxException>(client.Messages.Create(Ask("Hi")));

        ((int)overloaded.StatusCode).ShouldBe(529);
        overloaded.Message.ShouldContain("overloaded_error");
    }
}
