using System.Text.Json;
using Dragoman.Starter.Http;

namespace Dragoman.Server.Tests.Starter;

public sealed class EmbeddingRequestReaderTests
{
    [Fact]
    public void Read_AllParameters_AreTaken()
    {
        EmbeddingRequest request = Read("""{"input":["a","b"],"model":"any","encoding_format":"base64","dimensions":384,"user":"u"}""");

        request.Texts.ShouldBe(["a", "b"]);
        request.AsBase64.ShouldBeTrue();
    }

    [Fact]
    public void Read_OneText_IsTaken() => Read("""{"input":"a","encoding_format":null}""").Texts.ShouldBe(["a"]);

    [Theory]
    [InlineData("[]", null)]
    [InlineData("{}", "input")]
    [InlineData("""{"input":null}""", "input")]
    [InlineData("""{"input":7}""", "input")]
    [InlineData("""{"input":{}}""", "input")]
    [InlineData("""{"input":""}""", "input")]
    [InlineData("""{"input":[]}""", "input")]
    [InlineData("""{"input":["a",""]}""", "input[1]")]
    [InlineData("""{"input":["a",true]}""", "input[1]")]
    [InlineData("""{"input":["\ud800"]}""", "input[0]")]
    [InlineData("""{"input":[1,2]}""", "input")]
    [InlineData("""{"input":[[1,2]]}""", "input")]
    [InlineData("""{"input":"a","model":7}""", "model")]
    [InlineData("""{"input":"a","encoding_format":"int8"}""", "encoding_format")]
    [InlineData("""{"input":"a","dimensions":256}""", "dimensions")]
    [InlineData("""{"input":"a","dimensions":"384"}""", "dimensions")]
    [InlineData("""{"input":"a","truncate":true}""", "truncate")]
    public void Read_Mistake_NamesTheParameter(string body, string? param)
    {
        ApiError error = Should.Throw<RequestException>(() => Read(body)).Error;

        (error.Status, error.Param).ShouldBe((400, param));
    }

    [Fact]
    public void Read_TooManyTexts_TellsBothNumbers()
    {
        string body = JsonSerializer.Serialize(new { input = Enumerable.Repeat("a", 2049) });

        string message = Should.Throw<RequestException>(() => Read(body)).Message;

        message.ShouldContain("2048");
        message.ShouldContain("2049");
    }

    private static EmbeddingRequest Read(string json)
    {
        using var body = JsonDocument.Parse(json);
        return EmbeddingRequestReader.Read(body.RootElement, dimensions: 384);
    }
}
