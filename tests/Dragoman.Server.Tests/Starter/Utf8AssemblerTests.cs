using System.Text;
using Dragoman.Starter.Generation;

namespace Dragoman.Server.Tests.Starter;

public sealed class Utf8AssemblerTests
{
    [Fact]
    public void Append_ByteByByte_GivesWholeCharactersOnly()
    {
        const string Text = "aé€🦊z";
        var assembler = new Utf8Assembler();
        string[] outs = [.. Encoding.UTF8.GetBytes(Text).Select(b => assembler.Append([b]))];
        string.Concat(outs).ShouldBe(Text);
        outs.ShouldBe(["a", "", "é", "", "", "€", "", "", "", "🦊", "z"]);
    }

    [Fact]
    public void Append_CharacterSplitBetweenTokens_IsHeldBack()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("x🦊y");
        var assembler = new Utf8Assembler();
        assembler.Append(bytes.AsSpan(0, 3)).ShouldBe("x");
        assembler.Append(bytes.AsSpan(3)).ShouldBe("🦊y");
    }

    [Fact]
    public void Append_ByteThatStartsNothing_IsReplaced() => new Utf8Assembler().Append([0x61, 0xFF, 0x62]).ShouldBe("a\uFFFDb");

    [Fact]
    public void Append_CharacterBrokenOffByAnother_IsReplacedOnce()
    {
        var assembler = new Utf8Assembler();
        assembler.Append([0xE2, 0x82]).ShouldBe("");
        assembler.Append("ok"u8).ShouldBe("\uFFFDok");
    }
}
