using System.Text;
using Dragoman.Dialects.Gainly;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Tests.Configuration;

namespace Dragoman.Tests.Dialects.Gainly;

public sealed class InvokeLlmWriterTests
{
    public static TheoryData<FinishReason> Reasons => [.. Enum.GetValues<FinishReason>()];

    [Fact]
    public void Answer_OfTheDocumentedRequest_IsTheDocumentedOne()
    {
        const string Instruction = "Rewrite the following text in first-person plural (using 'we' and 'us') as a customer service agent.";
        const string Input =
            "You can contact AwesomeCompany at 512-512-5252. They are happy to assist you with any questions you may have.";

        Write(
            $$"""{"instruction":"{{Instruction}}","input":"{{Input}}"}""",
            FakeChatGateway.Text("We can be reached at 512-512-5252.") with { Usage = new Usage { InputTokens = 70, OutputTokens = 33 } },
            KeyMode.Test).ShouldBe($$$"""
            {"object":"invoke_llm_result","url":"/v20241104/invoke-llm",
            "data":[{"output":"We can be reached at 512-512-5252.","stop_reason":"end_turn"}],
            "instruction":"{{{Instruction}}}",
            "input":"{{{Input}}}",
            "max_output_tokens":512,"temperature":0.5,"model":"model_3",
            "token_usage":{"semantic_tokens":0,"llm_tokens":{"llm_output_tokens":33,"llm_input_tokens":70,"model":"model_3"}},
            "livemode":false}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public void Answer_WithoutInput_EchoesNullAndWhatWasAsked()
    {
        var text = Write("""{"instruction":"Write.","temperature":1.0,"max_output_tokens":1.28e2}""", FakeChatGateway.Text("x"), KeyMode.Live);

        text.ShouldContain("""instruction":"Write.","input":null,"max_output_tokens":128,"temperature":1,"model":"model_3""");
        text.ShouldEndWith("\"livemode\":true}");
    }

    [Fact]
    public void Answer_UsageUnknown_IsReckonedAndMarked() =>
        Write("""{"instruction":"12345678","input":"1234"}""", FakeChatGateway.Text("12345"), KeyMode.Live)
            .ShouldContain("""{"llm_output_tokens":2,"llm_input_tokens":3,"model":"model_3","estimated":true}""");

    [Fact]
    public void Answer_ModelNamed_IsTheOperatorsInBothPlaces()
    {
        var text = Write(
            """{"instruction":"x"}""",
            FakeChatGateway.Text("x") with { Model = "gpt-5", Usage = new Usage { InputTokens = 1, OutputTokens = 1 } },
            KeyMode.Live,
            """{ "Dialects": { "gainly": { "ModelName": "model_7" } } }""");

        text.ShouldContain("""temperature":0.5,"model":"model_7","token_usage""");
        text.ShouldContain("""llm_input_tokens":1,"model":"model_7"}}""");
        text.ShouldNotContain("gpt-5");
        text.ShouldNotContain("model_3");
    }

    [Fact]
    public void Answer_OfSeveralParts_IsTheirTextWithoutTheThoughts() =>
        Write("""{"instruction":"x"}""", Answer(new ReasoningPart("hm"), new TextPart("a"), new ImagePart(), new TextPart("b")), KeyMode.Live)
            .ShouldContain("""{"output":"ab","stop_reason":"end_turn"}""");

    [Fact]
    public void Answer_OnlyARefusal_IsItsWords() =>
        Write("""{"instruction":"x"}""", Answer(new RefusalPart("I can't.")), KeyMode.Live).ShouldContain("""{"output":"I can't.",""");

    [Fact]
    public void Answer_WithoutChoices_HasNoReason() =>
        Write("""{"instruction":"x"}""", new ChatResponse { Choices = [] }, KeyMode.Live).ShouldContain("""{"output":"","stop_reason":"not_available"}""");

    [Theory]
    [InlineData("grüße 日本語 <b>&'+", """grüße 日本語 <b>&'+""")]
    [InlineData("\"\\\n\t\0", """\"\\\n\t\u0000""")]
    public void Output_Odd_IsEscapedOnlyWhereJsonDemandsIt(string text, string expected) =>
        Write("""{"instruction":"x"}""", FakeChatGateway.Text(text), KeyMode.Live).ShouldContain($$"""{"output":"{{expected}}",""");

    [Fact]
    public void Output_HalfASurrogatePair_IsReplaced() =>
        Write("""{"instruction":"x"}""", FakeChatGateway.Text("half \ud800 pair"), KeyMode.Live).ShouldContain("half \\uFFFD pair");

    [Theory]
    [MemberData(nameof(Reasons))]
    public void StopReason_EachFinishReason_IsOneOfTheThree(FinishReason reason) => InvokeLlmWriter.StopReason(reason).ShouldBe(reason switch
    {
        FinishReason.Stop => "end_turn",
        FinishReason.Length => "max_tokens",
        _ => "not_available",
    });

    [Fact]
    public void StopReason_NoSuchReason_Throws() => Should.Throw<ArgumentOutOfRangeException>(() => InvokeLlmWriter.StopReason((FinishReason)99));

    private static string Write(string body, ChatResponse answer, KeyMode mode, string settings = "{}")
    {
        var call = new ChatCall(
            Settings.CompileFor(GainlyDialect.Definition, settings),
            GainlyDialect.DialectName,
            new Caller("k1", "test", mode),
            InvokeLlmReader.Read(Encoding.UTF8.GetBytes(body)).Request!,
            0);
        using var output = new PooledBuffer(16);
        InvokeLlmWriter.WriteAnswer(output, call, answer);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static ChatResponse Answer(params ContentPart[] parts) =>
        new() { Choices = [new ChatChoice(0, new ChatMessage(ChatRole.Assistant, parts), FinishReason.Stop)] };
}
