using Dragoman.Model;

namespace Dragoman.Tests.Model;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("gpt-4o", "gpt-4o")]
    [InlineData("", "")]
    [InlineData("Käse 🐪 \u200d \ufffd", "Käse 🐪 \u200d \ufffd")]
    [InlineData("a\u001b[31mb\r\nc\u009bd", "a\ufffd[31mb\ufffd\ufffdc\ufffdd")]
    [InlineData("a\u2028b\u2029", "a\ufffdb\ufffd")]
    [InlineData("a\u202eb\u2066c\u2069", "a\ufffdb\ufffdc\ufffd")]
    public void Of_AnyText_MovesNothing(string text, string printed) => TerminalText.Of(text).ShouldBe(printed);
}
