using System.Text;
using Dragoman.Dialects.EdenAI;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.EdenAI;

public sealed class MessageReaderTests
{
    [Theory]
    [InlineData("""{"role":"user","content":"hi"}""")]
    [InlineData("""{"role":"user","message":"hi"}""")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"hi"}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"text","content":{"text":"hi"}}]}""")]
    [InlineData("""{"role":"user","message":[{"type":"text","content":{"text":"hi"}}]}""")]
    [InlineData("""{"role":"user","message":[{"type":"text","content":"hi"}]}""")]
    [InlineData("""{"role":"user","content":null,"message":[{"type":"text","text":"hi"}]}""")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"h"},{"type":"input_text","text":"i"}]}""")]
    public void Text_InEachForm_IsTheSame(string message)
    {
        var read = Read(message).ShouldHaveSingleItem();

        (read.Role, read.Text).ShouldBe((ChatRole.User, "hi"));
    }

    [Theory]
    [InlineData("""{"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"low"}}""", "low")]
    [InlineData("""{"type":"image_url","image_url":"https://example.com/a.png"}""", null)]
    [InlineData("""{"type":"image_url","content":{"image_url":"https://example.com/a.png"}}""", null)]
    [InlineData("""{"type":"image_url","content":{"image_url":{"url":"https://example.com/a.png"}}}""", null)]
    [InlineData("""{"type":"media_url","content":{"media_url":"https://example.com/a.png","media_type":"image/png"}}""", null)]
    [InlineData("""{"type":"media_url","content":{"media_url":"https://example.com/a.png"}}""", null)]
    public void Image_ByAddress_IsLeftToBeFetched(string part, string? detail) =>
        PartOf(part).ShouldBe(new ImagePart { Url = "https://example.com/a.png", Detail = detail });

    [Theory]
    [InlineData("""{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}}""")]
    [InlineData("""{"type":"image_url","content":{"image_url":"data:IMAGE/PNG;charset=x;base64,AQID"}}""")]
    [InlineData("""{"type":"media_url","content":{"media_url":"data:image/png;base64,AQID"}}""")]
    [InlineData("""{"type":"media_base64","content":{"media_base64":"AQID","media_type":"image/png"}}""")]
    [InlineData("""{"type":"media_base64","content":{"media_base64":"data:image/png;base64,AQID"}}""")]
    public void Image_InTheMessage_IsBytes(string part)
    {
        var image = PartOf(part).ShouldBeOfType<ImagePart>();

        (image.Url, image.MediaType).ShouldBe((null, "image/png"));
        image.Data.ToArray().ShouldBe([1, 2, 3]);
    }

    [Theory]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"AQID","format":"wav"}}""", "wav")]
    [InlineData("""{"type":"media_base64","content":{"media_base64":"AQID","media_type":"audio/mpeg"}}""", "mp3")]
    [InlineData("""{"type":"media_base64","content":{"media_base64":"AQID","media_type":"audio/x-wav"}}""", "wav")]
    public void Sound_InEachForm_IsBytes(string part, string format)
    {
        var audio = PartOf(part).ShouldBeOfType<AudioPart>();

        audio.Format.ShouldBe(format);
        audio.Data.ToArray().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void File_InEachForm_IsRead()
    {
        PartOf("""{"type":"file","file":{"file_id":"f1"}}""").ShouldBeOfType<FilePart>().FileId.ShouldBe("f1");
        var file = PartOf("""{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AQID"}}""").ShouldBeOfType<FilePart>();
        (file.FileName, file.MediaType, file.Data.Length).ShouldBe(("a.pdf", "application/pdf", 3));
        PartOf("""{"type":"media_base64","content":{"media_base64":"AQID","media_type":"application/pdf"}}""").ShouldBeOfType<FilePart>()
            .MediaType.ShouldBe("application/pdf");
    }

    [Fact]
    public void Roles_OfAllKinds_AreRead()
    {
        var messages = Read("""
            {"role":"system","content":"s"},{"role":"developer","content":"d"},{"role":"user","content":"u","name":"Ann"},{"role":"assistant","content":"a"},
            {"role":"tool","tool_call_id":"c1","content":"t","name":"f"}
            """);

        messages.Select(message => message.Role).ShouldBe([ChatRole.System, ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.Tool]);
        messages[2].Name.ShouldBe("Ann");
        var result = messages[4].Parts.ShouldHaveSingleItem().ShouldBeOfType<ToolResultPart>();
        (result.CallId, result.Name, result.Text).ShouldBe(("c1", "f", "t"));
    }

    [Fact]
    public void Assistant_WithAllThatItMayHave_KeepsIt()
    {
        var parts = Read("""
            {"role":"assistant","content":"words","refusal":"no","thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"sig"},
            {"type":"redacted_thinking","data":"secret"}],"reasoning_content":"hm","audio":{"id":"au1"},
            "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},"extra_content":{"google":{"thought_signature":"ts"}}},
            {"id":"c2","function":{"name":"g","arguments":{"b":2}}}]}
            """).ShouldHaveSingleItem().Parts;

        parts.ShouldBe(
        [
            new ReasoningPart("hm", "sig"),
            new ReasoningPart("", Redacted: "secret"),
            new TextPart("words"),
            new RefusalPart("no"),
            new ToolCallPart("c1", "f", """{"a":1}""", "ts"),
            new ToolCallPart("c2", "g", """{"b":2}"""),
            new AudioPart(default, "", "au1"),
        ]);
    }

    [Fact]
    public void Functions_OfBefore_AreCallsAndTheirResults()
    {
        var messages = Read("""
            {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"7"}
            """);

        var call = messages[0].Parts.ShouldHaveSingleItem().ShouldBeOfType<ToolCallPart>();
        messages[1].Parts.ShouldHaveSingleItem().ShouldBeOfType<ToolResultPart>().CallId.ShouldBe(call.Id);
    }

    [Theory]
    [InlineData("7", "messages[0]: Expected a dictionary of items but got type \"int\".")]
    [InlineData("""{"content":"x"}""", "messages[0].role: This field is required.")]
    [InlineData("""{"role":"bot","content":"x"}""", "messages[0].role: \"bot\" is not a valid choice.")]
    [InlineData("""{"role":"user"}""", "messages[0].content: This field is required.")]
    [InlineData("""{"role":"assistant"}""", "messages[0].content: This field is required.")]
    [InlineData("""{"role":"user","message":7}""", "messages[0].message: Expected a list of items but got type \"int\".")]
    [InlineData("""{"role":"user","content":["x"]}""", "messages[0].content[0]: Expected a dictionary of items but got type \"str\".")]
    [InlineData("""{"role":"user","content":[{"text":"x"}]}""", "messages[0].content[0].type: This field is required.")]
    [InlineData("""{"role":"user","content":[{"type":"video"}]}""", "messages[0].content[0].type: \"video\" is not a valid choice.")]
    [InlineData("""{"role":"user","content":[{"type":"text"}]}""", "messages[0].content[0].text: This field is required.")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":7}]}""", "messages[0].content[0].text: Not a valid string.")]
    [InlineData("""{"role":"user","content":[{"type":"image_url"}]}""", "messages[0].content[0].image_url: This field is required.")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":"file:///etc/passwd"}]}""", "messages[0].content[0].image_url: Enter a valid URL.")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":"data:image/png;base64,?"}]}""", "messages[0].content[0].image_url: Enter a valid URL.")]
    [InlineData("""{"role":"user","content":[{"type":"media_base64","content":{"media_base64":"?","media_type":"image/png"}}]}""", "messages[0].content[0].media_base64: Not valid base64.")]
    [InlineData("""{"role":"user","content":[{"type":"media_base64","content":{"media_base64":"AQID"}}]}""", "messages[0].content[0].media_type: This field is required.")]
    [InlineData("""{"role":"user","content":[{"type":"media_url","content":{"media_url":"https://a.b/c.mp4","media_type":"video/mp4"}}]}""", "messages[0].content[0].media_type: \"video/mp4\" is not a valid choice.")]
    [InlineData("""{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AQID"}}]}""", "messages[0].content[0].input_audio.format: This field is required.")]
    [InlineData("""{"role":"user","content":[{"type":"file","file":{}}]}""", "messages[0].content[0].file.file_data: This field is required.")]
    [InlineData("""{"role":"tool","content":"x"}""", "messages[0].tool_call_id: This field is required.")]
    [InlineData("""{"role":"function","content":"x"}""", "messages[0].name: This field is required.")]
    [InlineData("""{"role":"assistant","tool_calls":{}}""", "messages[0].tool_calls: Expected a list of items but got type \"dict\".")]
    [InlineData("""{"role":"assistant","content":"x","tool_calls":[{"function":{"name":"f"}}]}""", "messages[0].tool_calls[0].id: This field is required.")]
    [InlineData("""{"role":"assistant","content":"x","tool_calls":[{"id":"c","function":{}}]}""", "messages[0].tool_calls[0].function.name: This field is required.")]
    public void Message_Wrong_IsToldWithItsPlace(string message, string words)
    {
        var error = GenerateReader.Read(Body(message)).Error.ShouldNotBeNull();

        error.Fields![0].ShouldBe(new FieldFault("messages", words));
    }

    private static ContentPart PartOf(string part) => Read($$"""{"role":"user","content":[{{part}}]}""").ShouldHaveSingleItem().Parts.ShouldHaveSingleItem();

    private static IReadOnlyList<ChatMessage> Read(string messages)
    {
        var (body, error) = GenerateReader.Read(Body(messages));
        body.ShouldNotBeNull(error?.Message);
        return body.Request.Messages;
    }

    private static byte[] Body(string messages) => Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{{messages}}]}""");
}
