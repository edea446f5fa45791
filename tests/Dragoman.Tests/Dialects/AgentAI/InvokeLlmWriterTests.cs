using System.Text;
using Dragoman.Dialects.AgentAI;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.AgentAI;

public sealed class InvokeLlmWriterTests
{
    [Fact]
    public void Answer_WithUsage_IsTheEnvelope()
    {
        var answer = Answer(new TextPart("An AI agent is …")) with { Usage = new Usage { InputTokens = 14, OutputTokens = 25, ReasoningTokens = 5 } };

        Write(answer).ShouldBe(
            """{"status":200,"response":"An AI agent is …","metadata":{"usage":""" +
            """{"prompt_tokens":14,"completion_tokens":25,"total_tokens":39,"input_tokens":14,"output_tokens":25}}}""");
    }

    [Fact]
    public void Answer_UsageUnknown_HasNoMetadata() =>
        Write(Answer(new TextPart("x"))).ShouldBe("""{"status":200,"response":"x"}""");

    [Fact]
    public void Answer_UsageEstimated_SaysSo() =>
        Write(Answer(new TextPart("x")) with { Usage = new Usage { InputTokens = 1, OutputTokens = 2, IsEstimate = true } })
            .ShouldEndWith("""{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"input_tokens":1,"output_tokens":2,"estimated":true}}}""");

    [Fact]
    public void Answer_OfSeveralParts_IsTheirTextWithoutTheThoughts() =>
        Write(Answer(new ReasoningPart("hm"), new TextPart("a"), new ImagePart(), new TextPart("b"))).ShouldBe("""{"status":200,"response":"ab"}""");

    [Fact]
    public void Answer_OnlyARefusal_IsItsWords() =>
        Write(Answer(new RefusalPart("I can't "), new RefusalPart("do that."))).ShouldBe("""{"status":200,"response":"I can't do that."}""");

    [Fact]
    public void Answer_RefusalBesideText_IsTheText() =>
        Write(Answer(new RefusalPart("no"), new TextPart("yes"))).ShouldBe("""{"status":200,"response":"yes"}""");

    [Fact]
    public void Answer_WithoutChoices_IsEmpty() => Write(new ChatResponse { Choices = [] }).ShouldBe("""{"status":200,"response":""}""");

    [Fact]
    public void Answer_OfSeveralChoices_IsTheFirst() =>
        Write(new ChatResponse { Choices = [Choice(new TextPart("one")), Choice(new TextPart("two"))] }).ShouldContain("one");

    [Theory]
    [InlineData("grüße 日本語 <b>&'+", """grüße 日本語 <b>&'+""")]
    [InlineData("\"\\\n\t\0", """\"\\\n\t\u0000""")]
    public void Text_Odd_IsEscapedOnlyWhereJsonDemandsIt(string text, string expected) =>
        Write(Answer(new TextPart(text))).ShouldBe($$"""{"status":200,"response":"{{expected}}"}""");

    [Fact]
    public void Text_HalfASurrogatePair_IsReplaced() =>
        Write(Answer(new TextPart("half \ud800 pair"))).ShouldBe("{\"status\":200,\"response\":\"half \\uFFFD pair\"}");

    [Fact]
    public void Text_BeyondTheBasicPlane_ComesBack()
    {
        using var json = System.Text.Json.JsonDocument.Parse(Write(Answer(new TextPart("😀 𝔸"))));

        json.RootElement.GetProperty("response").GetString().ShouldBe("😀 𝔸");
    }

    [Fact]
    public void Error_Any_IsTheEnvelopeInTheDocumentedOrder()
    {
        using var output = new PooledBuffer();
        InvokeLlmWriter.WriteError(output, 429, "Slow down — \"please\".");

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe("""{"status":429,"response":null,"error":"Slow down — \"please\"."}""");
    }

    private static string Write(ChatResponse answer)
    {
        using var output = new PooledBuffer(16);
        InvokeLlmWriter.WriteAnswer(output, new ChatRequest { Model = "m", Messages = [ChatMessage.OfText(ChatRole.User, "the question")] }, answer);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static ChatResponse Answer(params ContentPart[] parts) => new() { Choices = [Choice(parts)] };

    private static ChatChoice Choice(params ContentPart[] parts) => new(0, new ChatMessage(ChatRole.Assistant, parts), FinishReason.Stop);
}
