using System.Globalization;
using System.Text;
using System.Text.Json;
using Dragoman.Dialects;
using Dragoman.Dialects.Gainly;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.Gainly;

public sealed class InvokeLlmReaderTests
{
    // One code point each, in one to four bytes of UTF-8 and one or two units of UTF-16; the last is a combining accent, a code point of its own.
    private static readonly string[] Characters = ["x", "ß", "日", "😀", "𝔸", "\u0301"];

    [Fact]
    public void Body_WithInput_IsASystemAndAUserMessage()
    {
        var read = Read("""{"instruction":"Be brief.","input":"Hello","max_output_tokens":256,"temperature":0.75}""");

        read.Error.ShouldBeNull();
        read.Ignored.Names.ShouldBeEmpty();
        var request = read.Request!;
        request.Model.ShouldBe("model_3");
        request.Messages.Select(message => (message.Role, message.Text)).ShouldBe([(ChatRole.System, "Be brief."), (ChatRole.User, "Hello")]);
        request.MaxOutputTokens.ShouldBe(256);
        request.Temperature.ShouldBe(0.75);
        request.UsedParameters().ShouldBe(ChatParameters.MaxTokens | ChatParameters.Temperature);
    }

    [Theory]
    [InlineData("""{"instruction":"Write."}""")]
    [InlineData("""{"instruction":"Write.","input":null,"max_output_tokens":null,"temperature":null}""")]
    public void Body_InstructionAlone_IsTheUsersMessageWithDefaults(string body)
    {
        var request = Read(body).Request!;

        request.Messages.Select(message => (message.Role, message.Text)).ShouldBe([(ChatRole.User, "Write.")]);
        request.MaxOutputTokens.ShouldBe(512);
        request.Temperature.ShouldBe(0.5);
    }

    [Theory]
    [InlineData("instruction")]
    [InlineData("input")]
    public void Text_AtItsBounds_IsMeasuredInCodePoints(string name)
    {
        var longest = name == "input" ? 10_000 : 2_000;
        foreach (var character in Characters)
        {
            foreach (var length in new[] { 1, longest - 1, longest })
            {
                var text = string.Concat(Enumerable.Repeat(character, length));
                var request = Read(Body(name, text)).Request.ShouldNotBeNull($"{length} of {character}");
                request.Messages[name == "input" ? 1 : 0].Text.ShouldBe(text);
            }

            foreach (var length in new[] { 0, longest + 1, longest * 2 })
            {
                var error = Read(Body(name, string.Concat(Enumerable.Repeat(character, length)))).Error.ShouldNotBeNull($"{length} of {character}");
                error.Kind.ShouldBe(ErrorKind.InvalidRequest);
                error.Parameter.ShouldBe(name);
                error.Message.ShouldBe($"{name} must be 1 to {longest} characters (Unicode code points) long, not {length}.");
            }
        }
    }

    [Fact]
    public void Text_EscapedEmoji_CountsOnce()
    {
        var escaped = string.Concat(Enumerable.Repeat("\\ud83d\\ude00", 2_000));

        Read($$"""{"instruction":"{{escaped}}"}""").Request!.Messages[0].Text.Length.ShouldBe(4_000);
        Read($$"""{"instruction":"{{escaped}}x"}""").Error!.Message.ShouldEndWith("not 2001.");
    }

    [Theory]
    [InlineData("128", 128)]
    [InlineData("129", 129)]
    [InlineData("4095", 4095)]
    [InlineData("4096", 4096)]
    [InlineData("512.0", 512)]
    [InlineData("5.12e2", 512)]
    [InlineData("5120E-1", 512)]
    public void OutputTokens_Integers_AreTaken(string number, int expected) =>
        Read(Body("max_output_tokens", raw: number)).Request!.MaxOutputTokens.ShouldBe(expected);

    [Theory]
    [InlineData("127", "127")]
    [InlineData("4097", "4097")]
    [InlineData("0", "0")]
    [InlineData("-0", "-0")]
    [InlineData("-512", "-512")]
    [InlineData("512.5", "512.5")]
    [InlineData("128.00001", "128.00001")]
    [InlineData("1e300", "1E+300")]
    [InlineData("1e400", "Infinity")]
    [InlineData("-1e400", "-Infinity")]
    [InlineData("2147483648", "2147483648")]
    [InlineData("9223372036854775808", "9.223372036854776E+18")]
    [InlineData("\"512\"", "a string")]
    [InlineData("\"NaN\"", "a string")]
    [InlineData("\"\"", "a string")]
    [InlineData("true", "a boolean")]
    [InlineData("[512]", "an array")]
    [InlineData("{}", "an object")]
    public void OutputTokens_AnythingElse_IsRefused(string value, string told) =>
        ShouldRefuse("max_output_tokens", value, $"max_output_tokens must be an integer from 128 to 4096, not {told}.");

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("-0.0e5", 0)]
    [InlineData("1", 1)]
    [InlineData("1.0", 1)]
    [InlineData("1e-300", 1e-300)]
    [InlineData("0.999999999999", 0.999999999999)]
    public void Temperature_InRange_IsTaken(string number, double expected)
    {
        var temperature = Read(Body("temperature", raw: number)).Request!.Temperature!.Value;

        temperature.ShouldBe(expected);
        double.IsNegative(temperature).ShouldBeFalse();
    }

    [Theory]
    [InlineData("-0.0001", "-0.0001")]
    [InlineData("1.0001", "1.0001")]
    [InlineData("2", "2")]
    [InlineData("1e400", "Infinity")]
    [InlineData("-1e400", "-Infinity")]
    [InlineData("\"0.5\"", "a string")]
    [InlineData("\"NaN\"", "a string")]
    [InlineData("false", "a boolean")]
    [InlineData("[0.5]", "an array")]
    [InlineData("{}", "an object")]
    public void Temperature_AnythingElse_IsRefused(string value, string told) =>
        ShouldRefuse("temperature", value, $"temperature must be a number from 0 to 1, not {told}.");

    [Theory]
    [InlineData("instruction", "5", "a number")]
    [InlineData("instruction", "true", "a boolean")]
    [InlineData("instruction", "[\"x\"]", "an array")]
    [InlineData("instruction", "{\"text\":\"x\"}", "an object")]
    [InlineData("input", "5", "a number")]
    [InlineData("input", "false", "a boolean")]
    [InlineData("input", "[\"x\"]", "an array")]
    [InlineData("input", "{\"text\":\"x\"}", "an object")]
    public void Text_OfAnotherType_IsRefused(string name, string value, string told) =>
        ShouldRefuse(name, value, $"{name} must be a string, not {told}.");

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"instruction":null}""")]
    [InlineData("""{"input":"x"}""")]
    [InlineData("""{"Instruction":"x"}""")]
    [InlineData("""{"instruction":"x","instruction":null}""")]
    public void Instruction_Missing_IsRefused(string body)
    {
        var error = Read(body).Error!;

        error.Kind.ShouldBe(ErrorKind.InvalidRequest);
        error.Parameter.ShouldBe("instruction");
        error.Message.ShouldBe("instruction is required.");
    }

    [Theory]
    [InlineData("""{"instruction":"first","instruction":"last"}""", "last")]
    [InlineData("""{"instruction":7,"instruction":"last"}""", "last")]
    [InlineData("""{"instruction":"\ud800"}""", null)]
    [InlineData("""{"instruct\u0069on":"escaped name"}""", "escaped name")]
    [InlineData("\uFEFF{\"instruction\":\"after a byte order mark\"}", "after a byte order mark")]
    [InlineData("""{"instruction":" "}""", " ")]
    [InlineData("""{"instruction":"a\u0000b"}""", "a\0b")]
    public void Instruction_Unusual_IsReadAsItIs(string body, string? expected)
    {
        var read = Read(body);

        read.Request?.Messages[0].Text.ShouldBe(expected);
        (read.Request is null).ShouldBe(expected is null);
    }

    [Fact]
    public void Members_Twice_TheLastCounts()
    {
        var request = Read(
            """{"temperature":9,"max_output_tokens":1,"input":5,"instruction":"x","input":"y","max_output_tokens":128,"temperature":1}""").Request!;

        request.Messages[1].Text.ShouldBe("y");
        request.MaxOutputTokens.ShouldBe(128);
        request.Temperature.ShouldBe(1);
        Read("""{"instruction":"x","input":"y","input":null}""").Request!.Messages.ShouldHaveSingleItem();
    }

    [Fact]
    public void Members_Unknown_AreIgnoredAndNamed() =>
        Read("""{"stream":true,"Temperature":9,"tenant_id":["a"],"instruction":"x"}""").Ignored.Names.ShouldBe(["stream", "Temperature", "tenant_id"]);

    [Theory]
    [InlineData("", "must be a JSON object with an instruction")]
    [InlineData("[]", "must be a JSON object, not an array")]
    [InlineData("{", "not valid JSON")]
    [InlineData("instruction=x", "not valid JSON")]
    [InlineData("""{"instruction":"x"} {}""", "not valid JSON")]
    [InlineData("""{"instruction":"x","temperature":NaN}""", "not valid JSON")]
    [InlineData("""{"instruction":"x","temperature":Infinity}""", "not valid JSON")]
    [InlineData("""{"instruction":"x","temperature":.5}""", "not valid JSON")]
    [InlineData("""{"instruction":"x","temperature":+1}""", "not valid JSON")]
    [InlineData("""{"instruction":"x","max_output_tokens":0512}""", "not valid JSON")]
    [InlineData("""{"instruction":"x","max_output_tokens":0x200}""", "not valid JSON")]
    [InlineData("""{"instruction":"\udc00 \ud800"}""", "surrogate")]
    [InlineData("""{"instruction":"x","input":"\ud83d"}""", "surrogate")]
    [InlineData("""{"\ud800":1,"instruction":"x"}""", "surrogate")]
    public void Body_Malformed_IsRefused(string body, string message)
    {
        var error = Read(body).Error!;

        error.Kind.ShouldBe(ErrorKind.MalformedBody);
        error.Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("instruction")]
    [InlineData("input")]
    [InlineData("other")]
    public void Body_RawSurrogate_IsNotUtf8(string name)
    {
        var error = InvokeLlmReader.Read(
            [.. Encoding.UTF8.GetBytes($$"""{"instruction":"x","{{name}}":" """), 0xED, 0xA0, 0x80, .. "\"}"u8]).Error!;

        error.Kind.ShouldBe(ErrorKind.MalformedBody);
        error.Message.ShouldContain("UTF-8");
    }

    [Fact]
    public void Number_OfManyDigits_IsJudgedByItsValue()
    {
        var zeros = new string('0', 5_000);

        Read(Body("temperature", raw: "0.5" + zeros)).Request!.Temperature.ShouldBe(0.5);
        Read(Body("max_output_tokens", raw: "1" + zeros)).Error!.Parameter.ShouldBe("max_output_tokens");
    }

    [Fact]
    public void Request_InACultureWithCommas_IsReadAndToldTheSame()
    {
        var before = CultureInfo.CurrentCulture;
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = commas;
        try
        {
            Read(Body("temperature", raw: "0.25")).Request!.Temperature.ShouldBe(0.25);
            ShouldRefuse("temperature", "1.5", "temperature must be a number from 0 to 1, not 1.5.");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static void ShouldRefuse(string name, string value, string message)
    {
        var error = Read(Body(name, raw: value)).Error!;

        error.Kind.ShouldBe(ErrorKind.InvalidRequest);
        error.Parameter.ShouldBe(name);
        error.Message.ShouldBe(message);
    }

    /// <summary>An accepted body but for the one member.</summary>
    private static string Body(string name, string? text = null, string? raw = null)
    {
        var value = raw ?? JsonSerializer.Serialize(text);
        return name == "instruction" ? $$"""{"instruction":{{value}}}""" : $$"""{"instruction":"x","{{name}}":{{value}}}""";
    }

    private static ChatRead Read(string body) => InvokeLlmReader.Read(Encoding.UTF8.GetBytes(body));
}
