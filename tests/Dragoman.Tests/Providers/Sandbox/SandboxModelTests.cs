using System.Text;
using System.Text.Json;
using Dragoman.Model;
using Dragoman.Providers.Sandbox;
using Dragoman.Tests.Golden;
using static Dragoman.Tests.Providers.Sandbox.SandboxRequests;

namespace Dragoman.Tests.Providers.Sandbox;

public sealed class SandboxModelTests
{
    [Fact]
    public void Answer_AQuestion_SaysWhoAnswersAndWhatWasAsked()
    {
        var answer = Answer(Ask("What is the capital of France?", system: "Be brief."));
        answer.Model.ShouldBe("echo");
        answer.Text.ShouldContain("sandbox");
        answer.Text.ShouldContain("test key");
        answer.Text.ShouldContain("gpt-4o");
        answer.Text.ShouldContain("“What is the capital of France?”");
        answer.Text.ShouldContain("“Be brief.”");
        answer.Choices.Single().FinishReason.ShouldBe(FinishReason.Stop);
        answer.Usage!.Value.IsEstimate.ShouldBeFalse();
    }

    /// <summary>Held as text, so that another process, another machine or a change of the code cannot have another answer unseen.</summary>
    [Fact]
    public void Answer_ThisRequest_IsTheseBytes()
    {
        var answer = Answer(Ask("Hello, sandbox.", system: "Be brief.") with { Seed = 7 });
        answer.Id.ShouldBe("sandbox_97f3d1d9803b6d6c");
        answer.Text.ShouldBe(
            "No model was asked: Dragoman's sandbox answers test keys, here for gpt-4o. The system instruction is: “Be brief.” You said: “Hello, sandbox.” "
            + "The same request gets the same words again. (Answer 6953801f.)");
        answer.Usage.ShouldBe(new Usage { InputTokens = 8, OutputTokens = 59 });
    }

    [Fact]
    public void Answer_SameRequestToTwoInstances_IsTheSame()
    {
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var seed = random.Next();
            CanonicalDump.Of(SandboxModel.Answer(SandboxRequests.Random(new Random(seed))))
                .ShouldBe(CanonicalDump.Of(SandboxModel.Answer(SandboxRequests.Random(new Random(seed)))));
        }
    }

    [Fact]
    public void Answer_AnotherSeed_IsVisiblyAnother()
    {
        var answers = Enumerable.Range(0, 50).Select(seed => Answer(Ask("Hello") with { Seed = seed })).ToList();
        answers.Select(answer => answer.Text).Distinct().Count().ShouldBe(50);
        answers.Select(answer => answer.Id).Distinct().Count().ShouldBe(50);
        answers.Select(answer => answer.Text[..20]).Distinct().Count().ShouldBeGreaterThan(2, "turns of phrase");
    }

    public static TheoryData<string, ChatRequest, bool> Changes => new()
    {
        { "model", Ask("Hello") with { Model = "other" }, true },
        { "message", Ask("Hello!"), true },
        { "system", Ask("Hello", "x"), true },
        { "temperature", Ask("Hello") with { Temperature = 0.5 }, true },
        { "top_p", Ask("Hello") with { TopP = 0.5 }, true },
        { "seed 0", Ask("Hello") with { Seed = 0 }, true },
        { "logit_bias", Ask("Hello") with { LogitBias = new Dictionary<string, double> { ["1"] = 1 } }, true },
        { "max_tokens", Ask("Hello") with { MaxOutputTokens = 1000 }, false },
        { "stop", Ask("Hello") with { StopSequences = ["zzzz"] }, false },
        { "user", Ask("Hello") with { User = "me", Metadata = new Dictionary<string, string> { ["a"] = "b" } }, false },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public void Answer_AParameterChanged_IsAnotherWhereItShapesTheAnswer(string what, ChatRequest changed, bool isAnother) =>
        (Text(changed) != Text(Ask("Hello"))).ShouldBe(isAnother, what);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(30)]
    public void Answer_BoundOnTokens_IsTheBeginningOfTheWholeAnswer(int bound)
    {
        var whole = Answer(Ask("😀😀😀😀😀😀😀😀😀 and so on"));
        var cut = Answer(Ask("😀😀😀😀😀😀😀😀😀 and so on") with { MaxOutputTokens = bound });
        cut.Usage!.Value.OutputTokens.ShouldBe(bound);
        cut.Choices.Single().FinishReason.ShouldBe(FinishReason.Length);
        whole.Text.ShouldStartWith(cut.Text);
        cut.Text.Length.ShouldBeLessThan(whole.Text.Length);
        (whole.Usage!.Value.OutputTokens > 30).ShouldBeTrue();
    }

    [Fact]
    public void Answer_BoundThatIsJustEnough_EndsByItself()
    {
        var whole = Answer(Ask("Hello"));
        var bound = (int)whole.Usage!.Value.OutputTokens;
        Choice(Ask("Hello") with { MaxOutputTokens = bound }).FinishReason.ShouldBe(FinishReason.Stop);
        Choice(Ask("Hello") with { MaxOutputTokens = bound - 1 }).FinishReason.ShouldBe(FinishReason.Length);
    }

    [Fact]
    public void Answer_EveryBoundInEmoji_NeverTakesAPairApart()
    {
        for (var bound = 1; bound < 60; bound++)
        {
            foreach (var step in SandboxModel.Answer(Ask(string.Concat(Enumerable.Repeat("😀x", 40))) with { MaxOutputTokens = bound }))
            {
                ShouldBeSound(step.Text ?? "");
            }
        }
    }

    [Fact]
    public void Answer_StopSequence_EndsAheadOfTheFirst()
    {
        var choice = Choice(Ask("one two three four") with { StopSequences = ["never there", "three", "two", ""] });
        choice.Message.Text.ShouldEndWith("one ");
        choice.FinishReason.ShouldBe(FinishReason.Stop);
        choice.StopSequence.ShouldBe("two");
    }

    [Fact]
    public void Answer_SeveralChoices_DifferAndTheFirstIsThatOfOne()
    {
        var choices = Answer(Ask("Hello") with { ChoiceCount = 5 }).Choices;
        choices.Select(choice => choice.Index).ShouldBe([0, 1, 2, 3, 4]);
        choices.Select(choice => choice.Message.Text).Distinct().Count().ShouldBe(5);
        choices[0].Message.Text.ShouldBe(Text(Ask("Hello")));
    }

    [Fact]
    public void Answer_ManyChoicesBySchema_CostNoMoreThanOneMayCost()
    {
        var request = Ask("Hello") with { ResponseFormat = BySchema("""{"type":"array","minItems":200,"items":{"type":"string"}}""") };
        Text(request).ShouldStartWith("[");
        Answer(request with { ChoiceCount = 3 }).Choices.Count.ShouldBe(3);
        Error(request with { ChoiceCount = 128 }).Message.ShouldContain("too often");
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(20, 20)]
    public void Answer_Logprobs_AreGivenForEachToken(int? asked, int expected)
    {
        var answer = Answer(Ask("Hello 😀 the and") with { Logprobs = true, TopLogprobs = asked });
        var logprobs = answer.Choices.Single().Logprobs!;
        string.Concat(logprobs.Select(token => token.Token)).ShouldBe(answer.Text);
        logprobs.Count.ShouldBe((int)answer.Usage!.Value.OutputTokens);
        foreach (var token in logprobs)
        {
            token.Logprob.ShouldBeLessThanOrEqualTo(0);
            token.Bytes.ShouldBe(Encoding.UTF8.GetBytes(token.Token).Select(value => (int)value));
            var top = token.Top!;
            top.Count.ShouldBe(expected);
            top.Select(other => other.Token).ShouldBeUnique();
            top.Select(other => other.Logprob).ShouldBeInOrder(SortDirection.Descending);
            top.Sum(other => Math.Exp(other.Logprob)).ShouldBeLessThanOrEqualTo(1);
            if (expected > 0)
            {
                (top[0].Token, top[0].Logprob).ShouldBe((token.Token, token.Logprob));
                top[^1].Bytes.ShouldNotBeNull();
            }
        }
    }

    [Fact]
    public void Answer_NoLogprobsAsked_HasNone() => Choice(Ask("Hello")).Logprobs.ShouldBeNull();

    [Fact]
    public void Answer_Stream_ComesInWords() =>
        SandboxModel.Answer(Ask("Hello")).Count(step => step.Kind == ChatEventKind.Text).ShouldBeGreaterThan(10);

    [Fact]
    public void Answer_ImagesSoundsAndFiles_AreNamedByKindAndCount()
    {
        var request = Ask("x") with
        {
            Messages =
            [
                new ChatMessage(ChatRole.User,
                [
                    new TextPart("Look:"), new ImagePart { Url = "https://example.com/a.png" }, new ImagePart { Data = new byte[9], MediaType = "image/png" },
                    new AudioPart(new byte[9], "wav"), new FilePart(new byte[9], "application/pdf", "a.pdf"),
                ]),
            ],
        };
        Text(request).ShouldContain("2 images and 1 sound and 1 file");
        Answer(request).Usage!.Value.InputTokens.ShouldBe(2 + 400);
    }

    [Fact]
    public void Answer_AfterAToolsResult_QuotesItAndCallsNoMore()
    {
        var request = Ask("sandbox:tool_call") with { Tools = [Tool("get_weather")] };
        var call = Choice(request).Message.Parts.ShouldHaveSingleItem().ShouldBeOfType<ToolCallPart>();
        var choice = Choice(request with
        {
            Messages =
            [
                .. request.Messages,
                new ChatMessage(ChatRole.Assistant, [call]),
                new ChatMessage(ChatRole.Tool, [new ToolResultPart(call.Id, [new TextPart("17 degrees")], "get_weather")]),
            ],
        });
        choice.Message.Text.ShouldContain("Tool get_weather returned: “17 degrees”");
        choice.FinishReason.ShouldBe(FinishReason.Stop);
        choice.Message.Parts.OfType<ToolCallPart>().ShouldBeEmpty();
    }

    [Fact]
    public void Answer_EndlessText_IsQuotedShort() => Text(Ask(new string('x', 2_000_000))).ShouldContain("… (2000000 characters)");

    [Fact]
    public void ToolChoice_RequiredOrNamed_CallsThatTool()
    {
        var request = Ask("Weather?") with { Tools = [Tool("first"), Tool("second", """{"type":"object","properties":{"n":{"type":"integer","minimum":50}},"required":["n"]}""")] };
        var required = Call(request with { ToolChoice = new ToolChoice(ToolChoiceKind.Required) });
        required.Name.ShouldBe("first");
        JsonDocument.Parse(required.Arguments).RootElement.GetProperty("city").GetString().ShouldNotBeNullOrEmpty();
        var named = Call(request with { ToolChoice = new ToolChoice(ToolChoiceKind.Named, "second") });
        named.Name.ShouldBe("second");
        JsonDocument.Parse(named.Arguments).RootElement.GetProperty("n").GetInt32().ShouldBeGreaterThanOrEqualTo(50);
        Choice(request).Message.Parts.OfType<ToolCallPart>().ShouldBeEmpty("a tool that may be called is not called");

        ToolCallPart Call(ChatRequest ask)
        {
            Choice(ask).FinishReason.ShouldBe(FinishReason.ToolCalls);
            return Choice(ask).Message.Parts.ShouldHaveSingleItem().ShouldBeOfType<ToolCallPart>();
        }
    }

    [Fact]
    public void ToolCall_BoundOnTokens_IsKept()
    {
        var request = Ask("sandbox:tool_call") with { Tools = [Tool("get_weather")] };
        var whole = (int)Answer(request).Usage!.Value.OutputTokens;
        for (var bound = 1; bound < whole; bound++)
        {
            var answer = Answer(request with { MaxOutputTokens = bound });
            answer.Usage!.Value.OutputTokens.ShouldBeLessThanOrEqualTo(bound);
            answer.Choices.Single().FinishReason.ShouldBe(FinishReason.Length);
        }

        Choice(request with { MaxOutputTokens = whole }).FinishReason.ShouldBe(FinishReason.ToolCalls);
    }

    [Fact]
    public void Reasoning_AskedFor_IsAThoughtAndCounted()
    {
        var answer = Answer(Ask("Hello") with { Reasoning = new ReasoningOptions { Effort = "low" } });
        var thought = answer.Choices.Single().Message.Parts[0].ShouldBeOfType<ReasoningPart>();
        var usage = answer.Usage!.Value;
        usage.ReasoningTokens.ShouldBe(SandboxTokens.Count(thought.Text));
        usage.OutputTokens.ShouldBe(usage.ReasoningTokens + SandboxTokens.Count(answer.Text));
        answer.Text.ShouldBe(Text(Ask("Hello")));
        Choice(Ask("sandbox:reasoning")).Message.Parts[0].ShouldBeOfType<ReasoningPart>();
        Answer(Ask("Hello") with { Reasoning = new ReasoningOptions { BudgetTokens = 3 } }).Usage!.Value.ReasoningTokens.ShouldBe(3);
    }

    [Theory]
    [InlineData("none", null)]
    [InlineData(null, false)]
    [InlineData("high", false)]
    [InlineData(null, null)]
    public void Reasoning_NotAskedFor_IsNotThere(string? effort, bool? enabled) =>
        Choice(Ask("Hello") with { Reasoning = new ReasoningOptions { Effort = effort, Enabled = enabled } }).Message.Parts.ShouldHaveSingleItem().ShouldBeOfType<TextPart>();

    [Fact]
    public void ResponseFormat_JsonObject_EchoesInJson()
    {
        var json = JsonDocument.Parse(Text(Ask("Say \"this\"", "Be brief.") with { ResponseFormat = new ResponseFormat(ResponseFormatKind.JsonObject) })).RootElement;
        json.GetProperty("message").GetString().ShouldBe("Say \"this\"");
        json.GetProperty("instruction").GetString().ShouldBe("Be brief.");
    }

    [Fact]
    public void ResponseFormat_Schema_IsObeyedOrRefused()
    {
        JsonDocument.Parse(Text(Ask("x") with { ResponseFormat = BySchema("""{"type":"object","properties":{"a":{"type":"boolean"}},"required":["a"]}""") }))
            .RootElement.GetProperty("a").ValueKind.ShouldBeOneOf(JsonValueKind.True, JsonValueKind.False);
        var error = Error(Ask("x") with { ResponseFormat = BySchema("""{"type":"string","pattern":"^a+$"}""") });
        error.Kind.ShouldBe(ErrorKind.UnsupportedParameter);
        error.Parameter.ShouldBe("response_format");
        error.Message.ShouldContain("'pattern'");
    }

    public static TheoryData<string, ChatRequest> Refused => new()
    {
        { "n", Ask("x") with { ChoiceCount = 0 } },
        { "n", Ask("x") with { ChoiceCount = int.MaxValue } },
        { "max_tokens", Ask("x") with { MaxOutputTokens = 0 } },
        { "top_logprobs", Ask("x") with { Logprobs = true, TopLogprobs = 21 } },
        { "top_logprobs", Ask("x") with { TopLogprobs = 1 } },
        { "modalities", Ask("x") with { Modalities = ["text", "audio"] } },
        { "audio", Ask("x") with { Audio = new AudioOptions("alloy", "wav") } },
        { "web_search_options", Ask("x") with { WebSearchOptions = Json("{}") } },
        { "tools", Ask("sandbox:tool_call") },
        { "tools", Ask("x") with { ToolChoice = new ToolChoice(ToolChoiceKind.Required) } },
        { "tools", Ask("sandbox:tool_call") with { Tools = [Tool("a", """{"not":{}}""")] } },
        { "tool_choice", Ask("x") with { Tools = [Tool("a")], ToolChoice = new ToolChoice(ToolChoiceKind.Named, "b") } },
        { "tool_choice", Ask("sandbox:tool_call") with { Tools = [Tool("a")], ToolChoice = new ToolChoice(ToolChoiceKind.None) } },
        { "parallel_tool_calls", Ask("sandbox:tool_calls") with { Tools = [Tool("a")], ParallelToolCalls = false } },
        { "response_format", Ask("sandbox:long") with { ResponseFormat = BySchema("{}") } },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Request_ThatCannotBeHonoured_IsRefusedByName(string parameter, ChatRequest request)
    {
        var error = Error(request);
        error.Parameter.ShouldBe(parameter);
        error.Kind.ShouldBeOneOf(ErrorKind.UnsupportedParameter, ErrorKind.InvalidRequest);
        error.Message.ShouldEndWith(".");
    }

    [Fact]
    public void Answer_AnyRequest_KeepsEveryPromise()
    {
        var random = new Random(20261122);
        var answered = 0;
        for (var i = 0; i < 4000; i++)
        {
            var request = SandboxRequests.Random(random);
            var steps = SandboxModel.Answer(request).ToList();
            steps.ShouldNotBeEmpty();
            steps.FindIndex(step => step.Kind == ChatEventKind.Failed).ShouldBeOneOf(-1, steps.Count - 1);
            if (steps[^1].Error is { } error)
            {
                (steps.Count == 1 || error.Kind == ErrorKind.UpstreamStreamBroken).ShouldBeTrue();
                continue;
            }

            answered++;
            steps[0].Kind.ShouldBe(ChatEventKind.Started);
            steps[^1].Kind.ShouldBe(ChatEventKind.UsageReported);
            var builder = new ChatResponseBuilder();
            steps.ForEach(step => builder.Add(step));
            var answer = builder.Build();
            answer.Choices.Select(choice => choice.Index).ShouldBe(Enumerable.Range(0, request.ChoiceCount ?? 1));
            steps.Count(step => step.Kind == ChatEventKind.Finished).ShouldBe(answer.Choices.Count);
            answer.Usage!.Value.OutputTokens.ShouldBe(answer.Choices.Sum(choice => Tokens(choice)));
            foreach (var choice in answer.Choices)
            {
                Tokens(choice).ShouldBeLessThanOrEqualTo(request.MaxOutputTokens ?? int.MaxValue);
                ShouldBeSound(choice.Message.Text);
                (choice.StopSequence is null || request.StopSequences!.Contains(choice.StopSequence)).ShouldBeTrue();
                foreach (var stop in request.StopSequences?.Where(stop => stop is { Length: > 0 } && !char.IsSurrogate(stop[0])) ?? [])
                {
                    choice.Message.Text.ShouldNotContain(stop, Case.Sensitive);
                }

                if (request.Logprobs is true && choice.Message.Text.Length > 0)
                {
                    string.Concat(choice.Logprobs!.Select(token => token.Token)).ShouldBe(choice.Message.Text);
                }

                if (choice.FinishReason == FinishReason.ToolCalls)
                {
                    choice.Message.Parts.OfType<ToolCallPart>().ShouldAllBe(call => JsonDocument.Parse(call.Arguments, default).RootElement.ValueKind != JsonValueKind.Undefined);
                }
            }
        }

        answered.ShouldBeGreaterThan(1000);
    }

    private static long Tokens(ChatChoice choice) => choice.Message.Parts.Sum(part => part switch
    {
        TextPart text => SandboxTokens.Count(text.Text),
        RefusalPart refusal => SandboxTokens.Count(refusal.Text),
        ReasoningPart thought => SandboxTokens.Count(thought.Text),
        ToolCallPart call => SandboxTokens.Count(call.Name) + SandboxTokens.Count(call.Arguments),
        _ => throw new InvalidOperationException(),
    });

    private static void ShouldBeSound(string text) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text);
}
