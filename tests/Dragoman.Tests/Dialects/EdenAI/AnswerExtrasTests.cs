using Dragoman.Dialects.EdenAI;

namespace Dragoman.Tests.Dialects.EdenAI;

public sealed class AnswerExtrasTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("Nothing is cited.", "")]
    [InlineData("Two years [1].", "1")]
    [InlineData("[1][3] and [1, 2] and [10,4]", "1,2,3,4,10")]
    [InlineData("[] [ ] [,] [a] [1a] [-1] [1.5] [99999999999] [", "")]
    [InlineData("[[2]] [3", "2")]
    public void CitedNumbers_OfAText_AreThoseInBrackets(string text, string numbers) =>
        string.Join(',', AnswerExtras.CitedNumbers(text).Order()).ShouldBe(numbers);
}
