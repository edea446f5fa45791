using System.Text.Json;
using Dragoman.Starter.Generation;
using Dragoman.Starter.Http;

namespace Dragoman.Server.Tests.Starter;

public sealed class ChatRequestReaderTests
{
    private const string Hello = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    [Fact]
    public void Read_AllParameters_AreTaken()
    {
        ChatRequest request = Read($$$"""
            {"model":"x",{{{Hello}}},"temperature":0,"top_p":0.5,"top_k":7,"min_p":0.1,"frequency_penalty":1,"presence_penalty":-1,"repeat_penalty":1.2,
             "seed":-5,"logit_bias":{"7":-100},"max_tokens":9,"stop":["a","b"],"stream":true,"stream_options":{"include_usage":true}}
            """);
        request.Turns.ShouldBe([new ChatTurn("user", "hi")]);
        request.Sampling.Temperature.ShouldBe(0);
        request.Sampling.TopK.ShouldBe(7);
        request.Sampling.RepeatPenalty.ShouldBe(1.2f);
        request.Sampling.Seed.ShouldBe(-5);
        request.Sampling.LogitBias[0].Token.ShouldBe(7);
        (request.MaxTokens, request.Stream, request.IncludeUsage).ShouldBe((9, true, true));
        request.Stops.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Read_PartsAndDeveloperRole_BecomeText()
    {
        ChatRequest request = Read("""
            {"messages":[{"role":"developer","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"role":"user","content":"c","name":"n"}]}
            """);
        request.Turns.ShouldBe([new ChatTurn("system", "a\nb"), new ChatTurn("user", "c")]);
    }

    [Theory]
    [InlineData("\"n\":1")]
    [InlineData("\"tools\":[]")]
    [InlineData("\"tool_choice\":\"auto\"")]
    [InlineData("\"logprobs\":false")]
    [InlineData("\"top_logprobs\":0")]
    [InlineData("\"response_format\":{\"type\":\"text\"}")]
    [InlineData("\"user\":\"u\",\"metadata\":{\"a\":\"b\"},\"store\":false")]
    [InlineData("\"temperature\":null,\"stop\":null,\"tools\":null")]
    public void Read_NeutralValue_IsAccepted(string member) => Read($"{{{Hello},{member}}}").Turns.Count.ShouldBe(1);

    [Theory]
    [InlineData("\"n\":2", "n")]
    [InlineData("\"logprobs\":true", "logprobs")]
    [InlineData("\"top_logprobs\":3", "top_logprobs")]
    [InlineData("\"tools\":[{\"type\":\"function\"}]", "tools")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", "response_format")]
    [InlineData("\"audio\":{}", "audio")]
    [InlineData("\"not_a_parameter\":1", "not_a_parameter")]
    public void Read_UnsupportedParameter_IsRefusedByName(string member, string param)
    {
        ApiError error = Should.Throw<RequestException>(() => Read($"{{{Hello},{member}}}")).Error;
        (error.Status, error.Param, error.Code).ShouldBe((400, param, "unsupported_parameter"));
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("{}", "messages")]
    [InlineData("""{"messages":[]}""", "messages")]
    [InlineData("""{"messages":null}""", "messages")]
    [InlineData("""{"messages":"hi"}""", "messages")]
    [InlineData("""{"messages":["hi"]}""", "messages[0]")]
    [InlineData("""{"messages":[{"content":"hi"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"user"}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":null}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":[]}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800"}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"tool","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"king","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text"}]}]}""", "messages[0].content[0].text")]
    public void Read_BadMessages_NamesTheParameter(string body, string? param) =>
        Should.Throw<RequestException>(() => Read(body)).Error.Param.ShouldBe(param);

    [Theory]
    [InlineData("\"temperature\":2.1", "temperature")]
    [InlineData("\"temperature\":\"hot\"", "temperature")]
    [InlineData("\"temperature\":1e999", "temperature")]
    [InlineData("\"top_p\":-1", "top_p")]
    [InlineData("\"max_tokens\":0", "max_tokens")]
    [InlineData("\"max_tokens\":1.5", "max_tokens")]
    [InlineData("\"max_completion_tokens\":99999999999", "max_completion_tokens")]
    [InlineData("\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "stop")]
    [InlineData("\"stop\":\"\"", "stop")]
    [InlineData("\"stop\":[1]", "stop[0]")]
    [InlineData("\"stream\":\"yes\"", "stream")]
    [InlineData("\"stream_options\":{\"include_usage\":true}", "stream_options")]
    [InlineData("\"seed\":0.5", "seed")]
    [InlineData("\"logit_bias\":{\"99999\":1}", "logit_bias")]
    [InlineData("\"logit_bias\":{\"1\":101}", "logit_bias")]
    [InlineData("\"model\":5", "model")]
    public void Read_BadValue_NamesTheParameter(string member, string param)
    {
        ApiError error = Should.Throw<RequestException>(() => Read($"{{{Hello},{member}}}")).Error;
        (error.Status, error.Param, error.Type).ShouldBe((400, param, "invalid_request_error"));
    }

    private static ChatRequest Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return ChatRequestReader.Read(document.RootElement, vocabularySize: 32000);
    }
}
