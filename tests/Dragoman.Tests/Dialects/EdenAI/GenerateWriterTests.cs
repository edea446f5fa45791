using System.Buffers;
using System.Text;
using System.Text.Json;
using Dragoman.Dialects.EdenAI;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Providers.OpenAI;
using Dragoman.Tests.Configuration;
using Dragoman.Tests.Golden;
using Dragoman.Wire.OpenAI;

namespace Dragoman.Tests.Dialects.EdenAI;

/// <summary>Golden files <c>{case}.answer.json</c>, and <c>{case}.stream.json</c> with the chunks of a stream as a list.</summary>
public sealed class GenerateWriterTests
{
    private static readonly string Folder = GoldenFile.Folder();
    private static readonly CompletionHead Head = new("chatcmpl-made", 1700000000, "asked-for");

    public static TheoryData<string> Cases => [.. AnswerCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answer_OfEachCase_IsTheGoldenOne(string name) => GoldenFile.ShouldMatchJson(Folder, $"{name}.answer.json", Write(AnswerCases.All[name]));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Stream_OfEachCase_IsTheGoldenOne(string name)
    {
        var text = Stream(AnswerCases.All[name].ToSteps(), includesUsage: true);

        GoldenFile.ShouldMatchJson(Folder, $"{name}.stream.json", $"[{string.Join(',', ChunksOf(text))}]");
    }

    /// <summary>What a client of OpenAI's wire makes of it, which the provider of that wire is, too.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void AnswerAndStream_ReadAsOpenAIs_MeanWhatTheyMeant(string name)
    {
        var answer = AnswerCases.All[name];

        var plain = new OpenAIProvider().ReadResponse(Encoding.UTF8.GetBytes(Write(answer))).Response.ShouldNotBeNull();
        var steps = new List<ChatEvent>();
        var reader = new OpenAIProvider().OpenEventReader();
        using var sse = new SseReader();
        sse.Feed(Encoding.UTF8.GetBytes(Stream(answer.ToSteps(), includesUsage: true)), (reader, steps), static (name, data, state) => state.reader.Read(name, data, state.steps));
        reader.Complete(steps);
        var builder = new ChatResponseBuilder();
        steps.ForEach(step => builder.Add(step));

        Essence(plain).ShouldBe(Essence(answer));
        Essence(builder.Build()).ShouldBe(Essence(answer));
        builder.Error.ShouldBeNull();
    }

    [Fact]
    public void Answer_ForFunctionsOfBefore_HasAFunctionCall()
    {
        var form = CompletionForm.NullCalls | CompletionForm.FunctionCall;

        Write(AnswerCases.All["tools"], form).ShouldContain(
            """finish_reason":"function_call","message":{"role":"assistant","content":"Let me see.","tool_calls":null,"function_call":{"name":"get_weather","arguments":"{\"city\":\"Berlin\"}"}}""");
        var chunks = ChunksOf(Stream(AnswerCases.All["tools"].ToSteps(), form: form)).ToList();
        chunks.ShouldContain(chunk => chunk.Contains("""function_call":{"name":"get_weather","arguments":""}""", StringComparison.Ordinal));
        chunks.ShouldNotContain(chunk => chunk.Contains("tool_calls", StringComparison.Ordinal));
        chunks[^1].ShouldContain("function_call");
    }

    [Fact]
    public void Answer_OfWhichTheUpstreamToldNothing_IsFilledInAndTheUsageMarked()
    {
        var text = Write(FakeChatGateway.Text("12345678"));

        text.ShouldStartWith("""{"id":"chatcmpl-made","object":"chat.completion","created":1700000000,"model":"asked-for","system_fingerprint":null""");
        text.ShouldContain("""completion_tokens":2,"prompt_tokens":2,"total_tokens":4""");
        text.ShouldContain("\"estimated\":true");
    }

    [Theory]
    [InlineData("starter/tinyllama-1.1b-chat", "0")]
    [InlineData("sandbox/echo", "0")]
    [InlineData("openai/gpt-4o", "null")]
    public void Cost_OfModelsOfThisMachine_IsNothing(string servedBy, string cost) =>
        Write(FakeChatGateway.Text("x"), servedBy: servedBy).ShouldContain($"\"cost\":{cost}");

    [Fact]
    public void ExtraMembers_OfTheUpstream_AreKeptButNotOverTheDialectsOwn()
    {
        var extra = new Dictionary<string, JsonElement>
        {
            ["search_results"] = JsonElement.Parse("[1]"),
            ["cost"] = JsonElement.Parse("99"),
        };

        var text = Write(FakeChatGateway.Text("x") with { ExtraMembers = extra });

        text.ShouldContain("\"search_results\":[1]");
        text.ShouldNotContain("99");
    }

    [Fact]
    public void Stream_WithoutUsageWanted_HasNone() => Stream(AnswerCases.All["plain"].ToSteps()).ShouldNotContain("usage");

    [Fact]
    public void Stream_OfWhichTheUpstreamToldNoUsage_EndsWithAnEstimate() =>
        Stream(FakeChatGateway.Text("12345678").ToSteps(), includesUsage: true).ShouldContain("""completion_tokens":2,"prompt_tokens":2""");

    [Fact]
    public void Stream_InEvents_EndsWithDone() => Stream(AnswerCases.All["plain"].ToSteps()).ShouldEndWith("}\n\ndata: [DONE]\n\n");

    [Fact]
    public void Stream_InLines_IsBareJson()
    {
        var lines = Stream(AnswerCases.All["plain"].ToSteps(), framing: StreamFraming.Lines).TrimEnd('\n').Split('\n');

        lines.Length.ShouldBe(2);
        foreach (var line in lines)
        {
            JsonElement.Parse(line).GetProperty("object").GetString().ShouldBe("chat.completion.chunk");
        }
    }

    [Theory]
    [InlineData(nameof(StreamFraming.Events), "data: {\"error\":{\"type\":\"server_error\",\"message\":\"It broke.\"}}\n\n")]
    [InlineData(nameof(StreamFraming.Lines), "{\"error\":{\"type\":\"server_error\",\"message\":\"It broke.\"}}\n")]
    public void Stream_Broken_EndsWithTheError(string framing, string end)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = StreamWriter(CompletionForm.None, Enum.Parse<StreamFraming>(framing), includesUsage: true);
        writer.Write(output, ChatEvent.OfText("half"));
        writer.Write(output, ChatEvent.Failed(new GatewayError(ErrorKind.UpstreamStreamBroken, "It broke.")));

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldEndWith(end);
    }

    private static (string Text, string Calls, string Finish, string Thoughts, int Logprobs, int Images, long Tokens) Essence(ChatResponse answer) => (
        string.Join('|', answer.Choices.Select(choice => choice.Message.Text)),
        string.Join('|', answer.Choices.SelectMany(choice => choice.Message.Parts.OfType<ToolCallPart>()).Select(call => $"{call.Id} {call.Name} {call.Arguments}")),
        string.Join('|', answer.Choices.Select(choice => choice.FinishReason == FinishReason.Refusal ? FinishReason.ContentFilter : choice.FinishReason)),
        string.Concat(answer.Choices.SelectMany(choice => choice.Message.Parts.OfType<ReasoningPart>()).Select(part => part.Text)),
        answer.Choices.Sum(choice => choice.Logprobs?.Count ?? 0),
        answer.Choices.Sum(choice => choice.Message.Parts.Count(part => part is ImagePart)),
        answer.Usage!.Value.TotalTokens);

    private static string Write(ChatResponse answer, CompletionForm form = CompletionForm.NullCalls, string servedBy = "openai/gpt-4o")
    {
        var output = new ArrayBufferWriter<byte>();
        GenerateWriter.Write(output, NewCall(servedBy), answer, Head, form, search: null);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Stream(
        IEnumerable<ChatEvent> steps, bool includesUsage = false, CompletionForm form = CompletionForm.NullCalls, StreamFraming framing = StreamFraming.Events)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = StreamWriter(form, framing, includesUsage);
        foreach (var step in steps)
        {
            writer.Write(output, step);
        }

        writer.Complete(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static GenerateStreamWriter StreamWriter(CompletionForm form, StreamFraming framing, bool includesUsage) =>
        new(NewCall("openai/gpt-4o"), Head, form, framing, includesUsage, search: null);

    private static ChatCall NewCall(string servedBy) => new(
        Settings.CompileFor(EdenAIDialect.Definition, "{}"),
        EdenAIDialect.DialectName,
        new Caller("k1", "test", KeyMode.Live),
        new ChatRequest { Model = "asked-for", Messages = [ChatMessage.OfText(ChatRole.User, "12345678")] },
        0)
    {
        ServedBy = servedBy,
    };

    private static IEnumerable<string> ChunksOf(string stream) =>
        stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..]).Where(data => data != "[DONE]");
}
