using Dragoman.Starter.Embedding;

namespace Dragoman.Server.Tests.Starter;

public sealed class EmbeddingTextTests
{
    [Theory]
    [InlineData("Plain, with Capitals: 12 + 7", "Plain, with Capitals: 12 + 7")]
    [InlineData("가", "\u1100\u1161")]
    [InlineData("각 힣", "\u1100\u1161\u11A8 \u1112\u1175\u11C2")]
    [InlineData("दुनिया", "दनिया")] // The vowel sign U stands below its letter and goes; the signs beside theirs stay.
    [InlineData("cafe\u0301", "cafe")]
    [InlineData("café", "café")] // The library's tokenizer does these itself.
    [InlineData("rocket \U0001F680", "rocket \U0001F680")]
    public void Prepare_Text_IsAsTheModelWasTrained(string text, string prepared) => EmbeddingText.Prepare(text).ShouldBe(prepared);

    [Fact]
    public void Prepare_EndlessText_IsCut() => EmbeddingText.Prepare(new string('x', 1_000_000)).Length.ShouldBe(EmbeddingText.MostCharacters);
}
