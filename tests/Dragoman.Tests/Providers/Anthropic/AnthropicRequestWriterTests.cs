using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dragoman.Model;

namespace Dragoman.Tests.Providers.Anthropic;

public sealed class AnthropicRequestWriterTests
{
    private static readonly ToolDefinition Tool = new("look", "Looks.", JsonDocument.Parse("""{"type":"object"}""").RootElement, Strict: true);

    [Fact]
    public void Locate_BaseWithSlash_GivesVendorsAddressAndHeaders()
    {
        var target = AnthropicVendor.Provider.Locate(
            AnthropicVendor.Target("m").Vendor, "mine", new Uri("http://127.0.0.1:9/prefix/"), "claude-opus-5", "k");

        target.PlainUri.AbsoluteUri.ShouldBe("http://127.0.0.1:9/prefix/v1/messages");
        target.StreamUri.ShouldBe(target.PlainUri);
        target.Headers.ShouldBe([new("anthropic-version", "2023-06-01"), new("x-api-key", "k")], ignoreOrder: true);
    }

    [Theory]

    // Told a budget in tokens.
    [InlineData("claude-sonnet-4-5", "high", null, null, """{"type":"enabled","budget_tokens":24576}""", null)]
    [InlineData("claude-sonnet-4-5", null, 5000, null, """{"type":"enabled","budget_tokens":5000}""", null)]
    [InlineData("claude-sonnet-4-5", null, 100, null, """{"type":"enabled","budget_tokens":1024}""", null)]
    [InlineData("claude-sonnet-4-5", null, null, true, """{"type":"enabled","budget_tokens":8192}""", null)]
    [InlineData("claude-sonnet-4-5", "none", null, null, """{"type":"disabled"}""", null)]

    // Told a word, or a budget where the caller gives one.
    [InlineData("claude-sonnet-4-6", "xhigh", null, null, """{"type":"adaptive","display":"summarized"}""", "high")]
    [InlineData("claude-sonnet-4-6", null, 5000, null, """{"type":"enabled","budget_tokens":5000}""", null)]

    // Told a word only.
    [InlineData("claude-opus-5", "minimal", null, null, """{"type":"adaptive","display":"summarized"}""", "low")]
    [InlineData("claude-opus-5", "xhigh", null, null, """{"type":"adaptive","display":"summarized"}""", "xhigh")]
    [InlineData("claude-opus-5", null, 5000, null, """{"type":"adaptive","display":"summarized"}""", "medium")]
    [InlineData("claude-opus-5", null, null, true, """{"type":"adaptive","display":"summarized"}""", null)]
    [InlineData("claude-opus-5", null, null, false, """{"type":"disabled"}""", null)]
    [InlineData("claude-sonnet-5-5", "none", null, null, """{"type":"between_tools"}""", null)]
    [InlineData("claude-opus-5-5", "none", null, null, """{"type":"adaptive","display":"summarized"}""", "low")]
    [InlineData("claude-opus-5", null, null, null, null, null)]
    public void Reasoning_ByModel_IsToldInItsStyle(string model, string? effort, int? budget, bool? enabled, string? thinking, string? told)
    {
        var body = Write(Ask() with { Reasoning = new ReasoningOptions { Effort = effort, BudgetTokens = budget, Enabled = enabled } }, model);

        (body["thinking"]?.ToJsonString()).ShouldBe(thinking);
        ((string?)body["output_config"]?["effort"]).ShouldBe(told);
    }

    [Theory]
    [InlineData(4000, 3000)]
    [InlineData(1200, 1024)]
    [InlineData(1024, null)]
    public void Budget_BesideCallersBound_StaysBelowIt(int maxTokens, int? budget)
    {
        var request = Ask() with { MaxOutputTokens = maxTokens, Reasoning = new ReasoningOptions { Effort = "high" } };

        var body = Write(request, "claude-sonnet-4-5");

        body["max_tokens"]!.GetValue<int>().ShouldBe(maxTokens);
        ((int?)body["thinking"]?["budget_tokens"]).ShouldBe(budget);
        body.ContainsKey("thinking").ShouldBe(budget is not null);
        Unhonoured(request, "claude-sonnet-4-5").ShouldBe(budget is null ? ChatParameters.ReasoningEffort : ChatParameters.None);
    }

    [Fact]
    public void Budget_WithoutCallersBound_RaisesTheDefault()
    {
        var body = Write(Ask() with { Reasoning = new ReasoningOptions { BudgetTokens = 10_000 } }, "claude-unheard-of");

        body["max_tokens"]!.GetValue<int>().ShouldBe(14_096);
        body["thinking"]!["budget_tokens"]!.GetValue<int>().ShouldBe(10_000);
    }

    [Fact]
    public void Sampling_BesideThinking_IsLeftOutAndNamed()
    {
        var request = Ask() with { Temperature = 0.2, TopP = 0.5, TopK = 4, Reasoning = new ReasoningOptions { Effort = "low" } };

        var body = Write(request, "claude-sonnet-4-5");

        body.ContainsKey("temperature").ShouldBeFalse();
        body.ContainsKey("top_p").ShouldBeFalse();
        body.ContainsKey("top_k").ShouldBeFalse();
        Unhonoured(request, "claude-sonnet-4-5").ShouldBe(ChatParameters.Temperature | ChatParameters.TopP | ChatParameters.TopK);
    }

    [Fact]
    public void Temperature_AboveOne_IsClamped() =>
        Write(Ask() with { Temperature = 1.7 }, "claude-sonnet-4-5")["temperature"]!.GetValue<double>().ShouldBe(1);

    [Fact]
    public void ForcedTool_BesideBudgetedThinking_Wins()
    {
        var request = Ask() with
        {
            Tools = [Tool],
            ToolChoice = new ToolChoice(ToolChoiceKind.Required),
            Reasoning = new ReasoningOptions { Effort = "high" },
        };

        var body = Write(request, "claude-sonnet-4-5");

        body["tool_choice"]!.ToJsonString().ShouldBe("""{"type":"any"}""");
        body.ContainsKey("thinking").ShouldBeFalse();
        Unhonoured(request, "claude-sonnet-4-5").ShouldBe(ChatParameters.ReasoningEffort);
    }

    [Fact]
    public void ForcedTool_WhereModelsRefuseIt_BecomesAutoAndIsNamed()
    {
        var request = Ask() with { Tools = [Tool], ToolChoice = new ToolChoice(ToolChoiceKind.Named, "look") };

        Write(request, "claude-opus-5-5")["tool_choice"]!.ToJsonString().ShouldBe("""{"type":"auto"}""");
        Unhonoured(request, "claude-opus-5-5").ShouldBe(ChatParameters.ToolChoice);
    }

    [Theory]
    [InlineData(ToolChoiceKind.None, false, """{"type":"none"}""")]
    [InlineData(ToolChoiceKind.Auto, false, """{"type":"auto","disable_parallel_tool_use":true}""")]
    [InlineData(ToolChoiceKind.Required, true, """{"type":"any"}""")]
    public void ToolChoice_EachKind_IsTheVendors(ToolChoiceKind kind, bool parallel, string expected) =>
        Write(Ask() with { Tools = [Tool], ToolChoice = new ToolChoice(kind), ParallelToolCalls = parallel }, "claude-sonnet-4-5")
            ["tool_choice"]!.ToJsonString().ShouldBe(expected);

    [Fact]
    public void ToolChoice_WithoutTools_IsLeftOut() =>
        Write(Ask() with { ToolChoice = new ToolChoice(ToolChoiceKind.Auto) }, "claude-sonnet-4-5").ContainsKey("tool_choice").ShouldBeFalse();

    [Fact]
    public void Tool_WithoutSchema_TakesAnObject() =>
        Write(Ask() with { Tools = [new ToolDefinition("go")] }, "claude-sonnet-4-5")
            ["tools"]!.ToJsonString().ShouldBe("""[{"name":"go","input_schema":{"type":"object"}}]""");

    [Fact]
    public void StrictTool_WhereModelsKnowNoStructuredOutput_IsNotStrict()
    {
        var request = Ask() with { Tools = [Tool] };

        Write(request, "claude-sonnet-4-5")["tools"]![0]!["strict"]!.GetValue<bool>().ShouldBeTrue();
        Write(request, "claude-3-haiku-20240307")["tools"]![0]!.AsObject().ContainsKey("strict").ShouldBeFalse();
    }

    [Fact]
    public void BlankStopSequences_Always_AreLeftOutAndNamed()
    {
        var request = Ask() with { StopSequences = ["\n", "END"] };

        Write(request, "claude-sonnet-4-5")["stop_sequences"]!.ToJsonString().ShouldBe("""["END"]""");
        Unhonoured(request, "claude-sonnet-4-5").ShouldBe(ChatParameters.Stop);
        Write(Ask() with { StopSequences = [" "] }, "claude-sonnet-4-5").ContainsKey("stop_sequences").ShouldBeFalse();
    }

    [Theory]
    [InlineData("auto", "auto", false)]
    [InlineData("default", "standard_only", false)]
    [InlineData("priority", "auto", false)]
    [InlineData("flex", null, true)]
    public void ServiceTier_EachWord_IsTheVendorsOrNamed(string tier, string? sent, bool named)
    {
        var request = Ask() with { ServiceTier = tier };

        ((string?)Write(request, "claude-sonnet-4-5")["service_tier"]).ShouldBe(sent);
        Unhonoured(request, "claude-sonnet-4-5").ShouldBe(named ? ChatParameters.ServiceTier : ChatParameters.None);
    }

    [Fact]
    public void SystemMessages_InTheMiddle_AreHoistedForOldModels()
    {
        var body = Write(MiddleSystem(), "claude-sonnet-4-5");

        body["system"]!.ToJsonString().ShouldBe("""[{"type":"text","text":"one"},{"type":"text","text":"two"}]""");
        body["messages"]!.ToJsonString().ShouldBe(
            """[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]""");
    }

    [Fact]
    public void SystemMessages_InTheMiddle_FollowTheUsersTurnForNewModels()
    {
        var body = Write(MiddleSystem(), "claude-opus-5");

        body["system"]!.GetValue<string>().ShouldBe("one");
        body["messages"]!.ToJsonString().ShouldBe(
            """[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"system","content":"two"}]""");
    }

    [Fact]
    public void SystemMessage_AfterTheLastTurn_GoesToTheTopWhenAnAssistantSpokeLast()
    {
        var request = Ask() with
        {
            Messages = [ChatMessage.OfText(ChatRole.User, "a"), ChatMessage.OfText(ChatRole.Assistant, "b"), ChatMessage.OfText(ChatRole.System, "s")],
        };

        Write(request, "claude-opus-5")["system"]!.GetValue<string>().ShouldBe("s");
    }

    [Fact]
    public void Turns_OfOneRoleInARow_BecomeOneWithToolResultsFirst()
    {
        var body = Write(
            Ask() with
            {
                Messages =
                [
                    ChatMessage.OfText(ChatRole.User, "a"),
                    new ChatMessage(ChatRole.Assistant, [new ToolCallPart("id.1", "look", "")]),
                    ChatMessage.OfText(ChatRole.User, "b"),
                    ChatMessage.OfText(ChatRole.User, ""),
                    new ChatMessage(ChatRole.Tool, [new ToolResultPart("id.1", [new TextPart("seen"), new ImagePart { Url = "https://x.test/i.png" }])]),
                ],
            },
            "claude-sonnet-4-5");

        body["messages"]![1]!.ToJsonString().ShouldBe(
            """{"role":"assistant","content":[{"type":"tool_use","id":"id_1","name":"look","input":{}}]}""");
        body["messages"]![2]!.ToJsonString().ShouldBe(
            """{"role":"user","content":[{"type":"tool_result","tool_use_id":"id_1","content":[{"type":"text","text":"seen"},"""
            + """{"type":"image","source":{"type":"url","url":"https://x.test/i.png"}}]},{"type":"text","text":"b"}]}""");
    }

    [Theory]
    [InlineData("""{"a":1.50}""", """{"a":1.50}""")]
    [InlineData("", "{}")]
    [InlineData("""{"a":""", """{"unparsed_arguments":"{\u0022a\u0022:"}""")]
    [InlineData("[1]", """{"unparsed_arguments":"[1]"}""")]
    public void Arguments_OfAnyKind_BecomeAnObject(string arguments, string input) =>
        Write(Said(new ToolCallPart("t", "look", arguments)), "claude-sonnet-4-5")
            ["messages"]![1]!["content"]![0]!["input"]!.ToJsonString().ShouldBe(input);

    [Fact]
    public void Thoughts_GoingBack_KeepOnlyWhatTheVendorCanCheck() =>
        Write(
            Said(new ReasoningPart("mine", "s"), new ReasoningPart("", Redacted: "r"), new ReasoningPart("somebody's"), new RefusalPart("no")),
            "claude-opus-5")["messages"]![1]!["content"]!.ToJsonString().ShouldBe(
            """[{"type":"thinking","thinking":"mine","signature":"s"},{"type":"redacted_thinking","data":"r"},{"type":"text","text":"no"}]""");

    [Fact]
    public void Files_OfEachKind_AreDocuments()
    {
        var bytes = Encoding.UTF8.GetBytes("é");

        var body = Write(
            Ask() with
            {
                Messages =
                [
                    new ChatMessage(ChatRole.User,
                    [
                        new FilePart(bytes, "application/pdf", "a.pdf"),
                        new FilePart(bytes, "text/csv", null),
                        new FilePart(default, null, null, "file_1"),
                        new FilePart(bytes, "image/png", "b.png"),
                    ]),
                ],
            },
            "claude-sonnet-4-5");

        body["messages"]![0]!["content"]!.AsArray().Select(block => block!.ToJsonString()).ShouldBe(
        [
            """{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"w6k="},"title":"a.pdf"}""",
            """{"type":"document","source":{"type":"text","media_type":"text/plain","data":"\u00E9"}}""",
            """{"type":"document","source":{"type":"file","file_id":"file_1"}}""",
            """{"type":"image","source":{"type":"base64","media_type":"image/png","data":"w6k="}}""",
        ]);
    }

    [Fact]
    public void ExtraMembers_OfTheSameWire_Travel()
    {
        var extra = new Dictionary<string, JsonElement> { ["container"] = JsonDocument.Parse("\"c1\"").RootElement };

        Write(Ask() with { ExtraMembers = extra, ExtraMembersWire = WireFormat.AnthropicMessages }, "claude-opus-5")
            ["container"]!.GetValue<string>().ShouldBe("c1");
    }

    [Fact]
    public void MaxTokens_OfAnUnknownModel_IsWhatEveryModelTakes() =>
        Write(Ask(), "claude-unheard-of")["max_tokens"]!.GetValue<int>().ShouldBe(4096);

    private static ChatRequest Ask() => new() { Model = "m", Messages = [ChatMessage.OfText(ChatRole.User, "Hi")] };

    private static ChatRequest Said(params ContentPart[] parts) =>
        Ask() with { Messages = [ChatMessage.OfText(ChatRole.User, "Hi"), new ChatMessage(ChatRole.Assistant, parts)] };

    private static ChatRequest MiddleSystem() => Ask() with
    {
        Messages =
        [
            ChatMessage.OfText(ChatRole.System, "one"),
            ChatMessage.OfText(ChatRole.User, "a"),
            ChatMessage.OfText(ChatRole.Assistant, "b"),
            ChatMessage.OfText(ChatRole.System, "two"),
            ChatMessage.OfText(ChatRole.User, "c"),
        ],
    };

    private static JsonObject Write(ChatRequest request, string model)
    {
        var body = new ArrayBufferWriter<byte>();
        AnthropicVendor.Provider.WriteBody(request, AnthropicVendor.Target(model), stream: false, body);
        return JsonNode.Parse(body.WrittenSpan)!.AsObject();
    }

    private static ChatParameters Unhonoured(ChatRequest request, string model) =>
        AnthropicVendor.Provider.Unhonoured(request, AnthropicVendor.Target(model));
}
