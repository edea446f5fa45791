using System.Buffers;
using System.Text;
using System.Text.Json;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Providers.OpenAI;
using Dragoman.Tests.Golden;

namespace Dragoman.Tests.Providers.OpenAI;

public sealed class OpenAIProviderTests : ProviderConformance
{
    private protected override IChatProvider Provider { get; } = new OpenAIProvider();

    private protected override string GoldenFolder { get; } = GoldenFile.Folder();

    private protected override UpstreamTarget TargetFor(string caseName) => caseName switch
    {
        "reasoning" => Target("openai", "o4-mini"),
        "audio" => Target("openai", "gpt-audio"),
        _ => Target("openai", "gpt-4o"),
    };

    private protected override ChatResponse ToldBothWays(string caseName, ChatResponse answer) => caseName switch
    {
        // Groq's chunks name no tier, and its own corner holds the usage there.
        "groq" => answer with { ServiceTier = null, ExtraMembers = null },

        // Together gives the prompt back in plain answers only.
        "together" => answer with { ExtraMembers = null },
        _ => answer,
    };

    [Theory]
    [InlineData("openai", "gpt-4o", "max_tokens")]
    [InlineData("openai", "o3-mini", "max_completion_tokens")]
    [InlineData("openai", "gpt-5.6-terra", "max_completion_tokens")]
    [InlineData("openai", "some-model-behind-a-proxy", "max_tokens")]
    [InlineData("azure", "our-deployment", "max_completion_tokens")]
    [InlineData("groq", "llama-3.3-70b-versatile", "max_completion_tokens")]
    [InlineData("ollama", "qwen3:8b", "max_tokens")]
    public void Writer_BoundOnOutput_HasTheNameThatTheModelKnows(string vendor, string model, string member)
    {
        var body = Write(Ask() with { MaxOutputTokens = 5 }, vendor, model);
        body.GetProperty(member).GetInt32().ShouldBe(5);
        body.EnumerateObject().Count(property => property.Name.StartsWith("max_", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("openai", "gpt-4o", "system")]
    [InlineData("openai", "gpt-5", "developer")]
    [InlineData("azure", "o1", "developer")]
    [InlineData("openai", "o1-mini", "user")]
    [InlineData("mistral", "mistral-large-latest", "system")]
    public void Writer_SystemMessage_HasTheRoleThatTheModelKnows(string vendor, string model, string role) =>
        Write(ChatRequestCases.All["system"], vendor, model).GetProperty("messages")[0].GetProperty("role").GetString().ShouldBe(role);

    [Theory]
    [InlineData(ToolChoiceKind.Auto, "\"auto\"")]
    [InlineData(ToolChoiceKind.None, "\"none\"")]
    [InlineData(ToolChoiceKind.Required, "\"required\"")]
    [InlineData(ToolChoiceKind.Named, """{"type":"function","function":{"name":"f"}}""")]
    public void Writer_ToolChoice_IsTheWiresWord(ToolChoiceKind kind, string json) =>
        Write(Ask() with { ToolChoice = new ToolChoice(kind, "f") }, "openai", "gpt-4o").GetProperty("tool_choice").GetRawText().ShouldBe(json);

    [Fact]
    public void Writer_Mistral_KeepsToItsNarrowerWire()
    {
        var request = ChatRequestCases.All["tool-loop"] with { Seed = 7 };
        request = request with { Messages = [new ChatMessage(ChatRole.User, [new TextPart("Hi")], "ann"), .. request.Messages] };
        var body = Write(request, "mistral", "mistral-large-latest", stream: true);

        body.TryGetProperty("stream_options", out _).ShouldBeFalse();
        body.TryGetProperty("seed", out _).ShouldBeFalse();
        body.GetProperty("random_seed").GetInt32().ShouldBe(7);
        var messages = body.GetProperty("messages");
        messages[0].TryGetProperty("name", out _).ShouldBeFalse();
        var id = messages[2].GetProperty("tool_calls")[0].GetProperty("id").GetString()!;
        id.Length.ShouldBe(9);
        id.ShouldAllBe(letter => char.IsAsciiLetterOrDigit(letter));
        messages[3].GetProperty("tool_call_id").GetString().ShouldBe(id);
        messages[4].GetProperty("tool_call_id").GetString().ShouldNotBe(id);
    }

    [Fact]
    public void Writer_DeepSeek_GetsThoughtsBackOnlyWhereToolsAreInPlay()
    {
        var plain = ChatRequestCases.All["reasoning"];
        Write(plain, "deepseek", "deepseek-reasoner").GetRawText().ShouldNotContain("reasoning_content");

        var withTools = plain with { Tools = ChatRequestCases.All["tools"].Tools };
        var echoed = Write(withTools, "deepseek", "deepseek-reasoner").GetProperty("messages")[2];
        echoed.GetProperty("reasoning_content").GetString().ShouldBe("91 = 7 × 13.");
        Write(withTools, "openai", "gpt-5").GetRawText().ShouldNotContain("reasoning_content");
    }

    [Fact]
    public void Writer_Thinking_TravelsAsEachVendorHasIt()
    {
        var off = Ask() with { Reasoning = new ReasoningOptions { Enabled = false } };
        Write(off, "deepseek", "deepseek-v4-pro").GetProperty("thinking").GetRawText().ShouldBe("""{"type":"disabled"}""");
        Write(off, "openrouter", "deepseek/deepseek-v4").GetProperty("reasoning").GetRawText().ShouldBe("""{"enabled":false}""");
        var budget = Ask() with { Reasoning = new ReasoningOptions { BudgetTokens = 2000 } };
        Write(budget, "openrouter", "anthropic/claude-sonnet-4.5").GetProperty("reasoning").GetRawText().ShouldBe("""{"max_tokens":2000}""");
        var high = Ask() with { Reasoning = new ReasoningOptions { Effort = "high" } };
        Write(high, "openrouter", "openai/gpt-5").GetProperty("reasoning").GetRawText().ShouldBe("""{"effort":"high"}""");
    }

    [Fact]
    public void Writer_ContentOfSeveralKinds_IsAListInOrder()
    {
        var request = Ask() with
        {
            Messages =
            [
                new ChatMessage(ChatRole.User,
                [
                    new TextPart("See"),
                    new ImagePart { Url = "https://example.com/a.png" },
                    new FilePart("%PDF"u8.ToArray(), "application/pdf", "a.pdf"),
                    new FilePart(default, null, null, "file-1"),
                ]),
                new ChatMessage(ChatRole.Assistant, [new RefusalPart("No.")]),
                new ChatMessage(ChatRole.Assistant, [new AudioPart(default, "wav", "audio_1")]),
                new ChatMessage(ChatRole.User, [new ToolResultPart("c", [new TextPart("a"), new TextPart("b")]), new TextPart("Go on")]),
            ],
        };

        Write(request, "openai", "gpt-4o").GetProperty("messages").GetRawText().ShouldBe(
            """
            [{"role":"user","content":[{"type":"text","text":"See"},{"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
            {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}},{"type":"file","file":{"file_id":"file-1"}}]},
            {"role":"assistant","content":"No."},{"role":"assistant","audio":{"id":"audio_1"}},
            {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"role":"user","content":"Go on"}]
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public void Writer_ExtraMembers_CannotReplaceWhatTheGatewayDecides()
    {
        var extra = new Dictionary<string, JsonElement>
        {
            ["stream_options"] = JsonDocument.Parse("{}").RootElement,
            ["verbosity"] = JsonDocument.Parse("\"low\"").RootElement,
        };
        var body = Write(Ask() with { ExtraMembers = extra, ExtraMembersWire = WireFormat.OpenAIChat }, "openai", "gpt-5");
        body.TryGetProperty("stream_options", out _).ShouldBeFalse();
        body.GetProperty("verbosity").GetString().ShouldBe("low");

        body = Write(Ask() with { ExtraMembers = extra, ExtraMembersWire = WireFormat.AnthropicMessages }, "openai", "gpt-5");
        body.TryGetProperty("verbosity", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions")]
    [InlineData("https://x.openai.azure.com/openai/v1/?api-version=preview", "https://x.openai.azure.com/openai/v1/chat/completions?api-version=preview")]
    [InlineData("https://api.perplexity.ai", "https://api.perplexity.ai/chat/completions")]
    public void Locate_BaseUrl_LeadsToChatCompletions(string baseUrl, string expected) =>
        Provider.Locate(Vendors.Find("openai")!, "openai", new Uri(baseUrl), "m", "k").PlainUri.AbsoluteUri.ShouldBe(expected);

    [Fact]
    public void Locate_Key_GoesWhereTheVendorLooksForIt()
    {
        Target("openai", "m").Headers.ShouldBe([new("Authorization", "Bearer sk-test")]);
        Target("azure", "m").Headers.ShouldBe([new("api-key", "sk-test")]);
        Provider.Locate(Vendors.Find("ollama")!, "ollama", new Uri("http://127.0.0.1:11434/v1"), "m", null).Headers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":null}""")]
    [InlineData("""{"choices":[{"message":{"content":7}}]}""")]
    [InlineData("<html>")]
    public void Reader_NotAnAnswer_Throws(string body) =>
        Should.Throw<JsonException>(() => Provider.ReadResponse(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void EventReader_DoneBeforeAnything_Fails() =>
        ReadEvents("[DONE]").ShouldHaveSingleItem().Error!.Kind.ShouldBe(ErrorKind.UpstreamInvalidResponse);

    [Fact]
    public void EventReader_DoneWithoutFinishReason_FinishesForReasonsUnknown()
    {
        var steps = ReadEvents("""{"choices":[{"delta":{"content":"Hi"}}]}""", "[DONE]", """{"choices":[{"delta":{"content":"late"}}]}""");
        steps.Select(step => step.Kind).ShouldBe([ChatEventKind.Started, ChatEventKind.Text, ChatEventKind.Finished]);
        steps[^1].FinishReason.ShouldBe(FinishReason.Unknown);
    }

    [Fact]
    public void EventReader_Details_AreToldWhenTheyAreNew() =>
        DetailsOf(
            """{"id":"1","created":0,"system_fingerprint":"","service_tier":null,"choices":[{"delta":{"content":"a"}}],"obfuscation":"x","p":"x"}""",
            """{"id":"1","created":17,"system_fingerprint":"fp","choices":[{"delta":{"content":"a"}}],"citations":["u"],"obfuscation":"y","p":"y"}""",
            """{"id":"1","created":18,"system_fingerprint":"fp","choices":[{"delta":{"content":"a"}}],"citations":["u"]}""",
            """{"id":"1","created":19,"choices":[{"delta":{},"finish_reason":"stop"}],"citations":["u","v"],"service_tier":"flex"}""",
            """{"id":"1","created":20,"choices":[],"citations":null,"service_tier":null,"timings":null}""",
            "[DONE]").ShouldBe(
            [
                """{"Created":17,"SystemFingerprint":"fp","ExtraMembers":{"citations":["u"]}}""",
                """{"ServiceTier":"flex","ExtraMembers":{"citations":["u","v"]}}""",
                """{"ExtraMembers":{"timings":null}}""",
            ]);

    [Fact]
    public void EventReader_ChunksThatBeginAlike_AreReadToTheirEnd() =>
        DetailsOf(
            """{"id":"1","created":17,"x":1,"choices":[]}""",
            """{"id":"1","created":17,"x":1,"choices":[],"y":1}""",
            """{"id":"1","created":17,"x":12,"choices":[],"y":1}""",
            """{"id":"1","created":17,"x":12,"z":1,"choices":[],"y":1}""",
            """{"id":"1","created":17,"x":12}""",
            """{"choices":[],"id":"1","x":3}""").ShouldBe(
            [
                """{"Created":17,"ExtraMembers":{"x":1}}""",
                """{"ExtraMembers":{"y":1}}""",
                """{"ExtraMembers":{"x":12}}""",
                """{"ExtraMembers":{"z":1}}""",
                """{"ExtraMembers":{"x":3}}""",
            ]);

    [Theory]
    [InlineData("17.9", true)]
    [InlineData("\"17\"", true)]
    [InlineData("\"17-01-01\"", false)]
    [InlineData("-17", false)]
    [InlineData("null", false)]
    [InlineData("{}", false)]
    public void EventReader_Created_IsReadWhereItIsATime(string created, bool isTime) =>
        DetailsOf($$"""{"id":"1","created":{{created}},"choices":[]}""").ShouldBe(isTime ? ["""{"Created":17}"""] : []);

    [Fact]
    public void EventReader_DetailsAheadOfTheStart_WaitForIt()
    {
        string[] chunks =
        [
            """{"id":"","model":"","created":0,"choices":[],"prompt_filter_results":[1]}""",
            """{"id":"1","created":17,"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}""",
            "[DONE]",
        ];
        ReadEvents(chunks).Select(step => step.Kind)
            .ShouldBe([ChatEventKind.Started, ChatEventKind.Details, ChatEventKind.Text, ChatEventKind.Finished]);
        DetailsOf(chunks).ShouldBe(["""{"Created":17,"ExtraMembers":{"prompt_filter_results":[1]}}"""]);
    }

    [Fact]
    public void DetailsReader_NothingNew_AllocatesNothing()
    {
        var chunk = """{"id":"1","created":17,"system_fingerprint":"","choices":[{"delta":{"content":"a"}}],"citations":["u"],"p":"x"}"""u8;
        var reader = new OpenAIDetailsReader();
        reader.Read(chunk).ShouldNotBeNull();
        reader.Read(chunk).ShouldBeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            reader.Read(chunk);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void EventReader_OneOfTwoChoicesUnfinished_IsBroken()
    {
        var steps = ReadEvents(
            """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}""",
            """{"choices":[{"index":1,"delta":{"content":"b"}}]}""");
        steps[^1].Error!.Kind.ShouldBe(ErrorKind.UpstreamStreamBroken);
    }

    [Fact]
    public void EventReader_AfterFailure_SaysNothing() =>
        ReadEvents("""{"error":{"message":"no"}}""", """{"choices":[{"delta":{"content":"a"}}]}""", "[DONE]")
            .ShouldHaveSingleItem().Kind.ShouldBe(ChatEventKind.Failed);

    [Fact]
    public void EventReader_PiecesOfCallsByIdAlone_FindTheirCall()
    {
        var steps = ReadEvents(
            """{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"id":"b","function":{"name":"g","arguments":"{}"}}]}}]}""",
            """{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"arguments":"}"}}]},"finish_reason":"tool_calls"}]}""");
        var builder = new ChatResponseBuilder();
        steps.ForEach(step => builder.Add(step));
        builder.Build().Choices[0].Message.Parts.ShouldBe([new ToolCallPart("a", "f", "{}"), new ToolCallPart("b", "g", "{}")]);
    }

    [Theory]
    [InlineData(500, ErrorKind.UpstreamFailed)]
    [InlineData(503, ErrorKind.UpstreamOverloaded)]
    [InlineData(504, ErrorKind.UpstreamTimeout)]
    [InlineData(301, ErrorKind.UpstreamInvalidResponse)]
    public void ErrorReader_Page_IsJudgedByItsStatusAndNotTold(int status, ErrorKind kind)
    {
        var error = Provider.ReadError(status, "<html><body>nginx</body></html>"u8);
        error.Kind.ShouldBe(kind);
        error.Message.ShouldBeEmpty();
    }

    private IEnumerable<string> DetailsOf(params string[] events) =>
        ReadEvents(events).Where(step => step.Kind == ChatEventKind.Details).Select(step => CanonicalDump.Of(step.Details!));

    private List<ChatEvent> ReadEvents(params string[] events)
    {
        var steps = new List<ChatEvent>();
        var reader = Provider.OpenEventReader();
        foreach (var data in events)
        {
            reader.Read("", Encoding.UTF8.GetBytes(data), steps);
        }

        reader.Complete(steps);
        return steps;
    }

    private JsonElement Write(ChatRequest request, string vendor, string model, bool stream = false)
    {
        var target = Target(vendor, model);
        var body = new ArrayBufferWriter<byte>();
        Provider.WriteBody(request.Without(request.UsedParameters() & ~target.SupportedFor(request)), target, stream, body);
        return JsonDocument.Parse(body.WrittenMemory).RootElement;
    }

    private UpstreamTarget Target(string vendor, string model) =>
        Provider.Locate(Vendors.Find(vendor)!, vendor, new Uri("https://upstream.test/v1"), model, "sk-test");

    private static ChatRequest Ask() => new() { Model = "m", Messages = [ChatMessage.OfText(ChatRole.User, "Hello")] };
}
