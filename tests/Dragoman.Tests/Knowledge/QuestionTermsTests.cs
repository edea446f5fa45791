using Dragoman.Knowledge;

namespace Dragoman.Tests.Knowledge;

public sealed class QuestionTermsTests
{
    [Theory]
    [InlineData("How do I use the --no-clobber option of wget?", "--no-clobber|option|wget")]
    [InlineData("What does \"device busy\" in /etc/fstab mean?", "device busy|device|busy|/etc/fstab|mean")]
    [InlineData("git commit -m", "git|commit|-m")]
    [InlineData("Restart=on-failure, please.", "Restart=on-failure")]
    [InlineData("is it on or off", "")]
    [InlineData("Word word WORD", "Word")]
    [InlineData("北京天气", "北京|京天|天气")]
    [InlineData("", "")]
    public void Of_Question_GivesWordsAndNamesWithoutFillers(string question, string terms) =>
        string.Join('|', QuestionTerms.Of(question)).ShouldBe(terms);

    [Fact]
    public void Of_EndlessQuestion_IsBounded() =>
        QuestionTerms.Of(string.Join(' ', Enumerable.Range(0, 10_000).Select(i => $"word{i}"))).Count.ShouldBe(32);
}
