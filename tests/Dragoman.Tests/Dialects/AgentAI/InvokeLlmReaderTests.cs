using System.Text;
using Dragoman.Dialects;
using Dragoman.Dialects.AgentAI;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.AgentAI;

public sealed class InvokeLlmReaderTests
{
    [Fact]
    public void Body_Documented_IsOneUserMessage()
    {
        var read = Read("""{"instructions":"What is an AI agent?","llm_engine":"o3-mini"}""");

        read.Error.ShouldBeNull();
        read.Request!.Model.ShouldBe("o3-mini");
        read.Request.Messages.ShouldHaveSingleItem().Role.ShouldBe(ChatRole.User);
        read.Request.Messages[0].Text.ShouldBe("What is an AI agent?");
        read.Request.UsedParameters().ShouldBe(ChatParameters.None);
        read.Ignored.Names.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"instructions":"x"}""")]
    [InlineData("""{"instructions":"x","llm_engine":null}""")]
    [InlineData("""{"instructions":"x","llm_engine":""}""")]
    [InlineData("""{"instructions":"x","llm_engine":" "}""")]
    public void Engine_Absent_IsTheDefault(string body) => Read(body).Request!.Model.ShouldBe("gpt4o");

    [Theory]
    [InlineData("""{"instructions":"first","instructions":"last"}""", "last")]
    [InlineData("""{"instructions":7,"instructions":"last"}""", "last")]
    [InlineData("""{"\u0069nstructions":"escaped name"}""", "escaped name")]
    [InlineData("\uFEFF{\"instructions\":\"after a byte order mark\"}", "after a byte order mark")]
    [InlineData("""{"instructions":"  kept as it is\n"}""", "  kept as it is\n")]
    [InlineData("""{"instructions":"grüße 日本語 \ud83d\ude00 😀"}""", "grüße 日本語 😀 😀")]
    [InlineData(""" {"a":{"instructions":"inner"},"instructions":"outer"} """, "outer")]
    public void Instructions_Unusual_AreRead(string body, string expected) =>
        Read(body).Request!.Messages[0].Text.ShouldBe(expected);

    [Fact]
    public void Members_Unknown_AreIgnoredAndNamed()
    {
        var read = Read("""{"max_tokens":5,"output_variable_name":"x","deep":[{"a":[1]}],"max_tokens":6,"instructions":"x"}""");

        read.Request.ShouldNotBeNull();
        read.Ignored.Names.ShouldBe(["max_tokens", "output_variable_name", "deep"]);
    }

    [Fact]
    public void Members_UnknownByTheHundred_AreNamedWithinBounds()
    {
        var body = new StringBuilder("{");
        for (var i = 0; i < 500; i++)
        {
            body.Append("\"m").Append(i).Append('x', 200).Append("\":1,");
        }

        var read = Read(body.Append("\"instructions\":\"x\"}").ToString());

        read.Ignored.Names.Count.ShouldBe(16);
        read.Ignored.Names.ShouldAllBe(name => name.Length <= 64);
        read.Ignored.Unnamed.ShouldBe(484);
    }

    [Theory]
    [InlineData("{}", "Input instructions is not provided.")]
    [InlineData("""{"llm_engine":"gpt4o"}""", "Input instructions is not provided.")]
    [InlineData("""{"instructions":null}""", "Input instructions is not provided.")]
    [InlineData("""{"instructions":""}""", "Input instructions is not provided.")]
    [InlineData("""{"instructions":" \n\t"}""", "Input instructions is not provided.")]
    [InlineData("""{"instructions":"x","instructions":null}""", "Input instructions is not provided.")]
    [InlineData("""{"instructions":5}""", "Input instructions must be a string, not a number.")]
    [InlineData("""{"instructions":true}""", "Input instructions must be a string, not a boolean.")]
    [InlineData("""{"instructions":["x"]}""", "Input instructions must be a string, not an array.")]
    [InlineData("""{"instructions":{"text":"x"}}""", "Input instructions must be a string, not an object.")]
    [InlineData("""{"instructions":"x","llm_engine":4}""", "Input llm_engine must be a string, not a number.")]
    [InlineData("""{"instructions":"x","llm_engine":["gpt4o"]}""", "Input llm_engine must be a string, not an array.")]
    [InlineData("""{"instructions":"x","llm_engine":{}}""", "Input llm_engine must be a string, not an object.")]
    [InlineData("""{"instructions":"x","llm_engine":false}""", "Input llm_engine must be a string, not a boolean.")]
    public void Input_Wrong_IsNamed(string body, string message)
    {
        var error = Read(body).Error!;

        error.Kind.ShouldBe(ErrorKind.InvalidRequest);
        error.Message.ShouldBe(message);
        error.Parameter.ShouldBe(message.Split(' ')[1]);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \r\n", "is empty")]
    [InlineData("\uFEFF", "is empty")]
    [InlineData("[]", "must be a JSON object, not an array")]
    [InlineData("\"x\"", "must be a JSON object, not a string")]
    [InlineData("5", "must be a JSON object, not a number")]
    [InlineData("null", "must be a JSON object, not null")]
    [InlineData("true", "must be a JSON object, not a boolean")]
    [InlineData("[1,", "not valid JSON")]
    [InlineData("{", "not valid JSON")]
    [InlineData("hello", "not valid JSON")]
    [InlineData("instructions=x", "not valid JSON")]
    [InlineData("""{"instructions":"x",}""", "not valid JSON")]
    [InlineData("""{"instructions":"x"} {}""", "not valid JSON")]
    [InlineData("""{"instructions":"x"}/* c */""", "not valid JSON")]
    [InlineData("""{'instructions':'x'}""", "not valid JSON")]
    [InlineData("""{"instructions":"x" "llm_engine":"y"}""", "not valid JSON")]
    [InlineData("{\"instructions\":\"two\nlines\"}", "not valid JSON")]
    [InlineData("""{"instructions":"\ud800"}""", "surrogate")]
    [InlineData("""{"instructions":"\udc00 \ud800"}""", "surrogate")]
    [InlineData("""{"instructions":"x","llm_engine":"\ud800"}""", "surrogate")]
    [InlineData("""{"\ud800":1,"instructions":"x"}""", "surrogate")]
    public void Body_Malformed_IsRefused(string body, string message)
    {
        var error = Read(body).Error!;

        error.Kind.ShouldBe(ErrorKind.MalformedBody);
        error.Message.ShouldContain(message);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })] // A surrogate in UTF-8.
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public void Body_NotUtf8_IsRefused(byte[] bytes)
    {
        foreach (var (before, after) in new[] { ("{\"instructions\":\"", "\"}"), ("{\"instructions\":\"x\",\"other\":\"", "\"}"), ("{\"", "\":1}") })
        {
            var error = InvokeLlmReader.Read([.. Encoding.UTF8.GetBytes(before), .. bytes, .. Encoding.UTF8.GetBytes(after)]).Error!;

            error.Kind.ShouldBe(ErrorKind.MalformedBody);
            error.Message.ShouldContain("UTF-8");
        }
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(100_000, false)]
    public void Body_Deep_IsBounded(int depth, bool accepted)
    {
        var body = $$"""{"x":{{new string('[', depth)}}{{new string(']', depth)}},"instructions":"x"}""";

        (Read(body).Request is not null).ShouldBe(accepted);
    }

    [Fact]
    public void Engine_Endless_IsRefused()
    {
        Read($$"""{"instructions":"x","llm_engine":"{{new string('g', 256)}}"}""").Request.ShouldNotBeNull();
        Read($$"""{"instructions":"x","llm_engine":"{{new string('g', 257)}}"}""").Error!.Parameter.ShouldBe("llm_engine");
    }

    private static ChatRead Read(string body) => InvokeLlmReader.Read(Encoding.UTF8.GetBytes(body));
}
