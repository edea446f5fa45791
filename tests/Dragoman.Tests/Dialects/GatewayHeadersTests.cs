using Dragoman.Dialects;

namespace Dragoman.Tests.Dialects;

public sealed class GatewayHeadersTests
{
    [Theory]
    [InlineData("max_tokens", "max_tokens")]
    [InlineData("image output", "image output")]
    [InlineData("", "\"\"")]
    [InlineData("\"\"", "%22%22")]
    [InlineData("a,b", "a%2Cb")]
    [InlineData("a%2Cb", "a%252Cb")]
    [InlineData("100%", "100%25")]
    [InlineData(" ", "%20")]
    [InlineData(" a b ", "%20a b%20")]
    [InlineData("a\r\nb: c\u007F", "a%0D%0Ab: c%7F")]
    [InlineData("модель", "%D0%BC%D0%BE%D0%B4%D0%B5%D0%BB%D1%8C")]
    public void SafeInList_AnyName_IsOneItemOfItsOwn(string name, string safe) => GatewayHeaders.SafeInList(name).ShouldBe(safe);

    [Theory]
    [InlineData("openai/gpt-4o", "openai/gpt-4o")]
    [InlineData("local/a,\"b\"", "local/a,\"b\"")]
    [InlineData("local/50%", "local/50%25")]
    public void Safe_ValueOfItsOwn_KeepsCommasAndQuotes(string text, string safe) => GatewayHeaders.Safe(text).ShouldBe(safe);

    [Fact]
    public void ListOf_EmptyName_LeavesNoGap() => GatewayHeaders.ListOf(["seed"], ["", "b"], 0).ShouldBe("seed, \"\", b");

    [Fact]
    public void ListOf_NamesWithoutEnd_CountsTheOnesWithoutRoom()
    {
        string[] names = [.. Enumerable.Range(0, 300).Select(i => $"name_{i:000}")];

        var list = GatewayHeaders.ListOf(names[..10], names[10..], unnamed: 7);

        list.Length.ShouldBeInRange(1900, GatewayHeaders.LongestDropped);
        var items = list.Split(", ");
        items[..^1].ShouldBe(names[..(items.Length - 1)]);
        items[^1].ShouldBe($"and-{300 - (items.Length - 1) + 7}-more");
    }

    [Fact]
    public void ListOf_OneNameBeyondTheLimit_IsCounted() =>
        GatewayHeaders.ListOf([new string('x', 5000)], [], 0).ShouldBe("and-1-more");

    [Fact]
    public void ListOf_MostThatCanBeCounted_StaysWithinTheLimit() =>
        GatewayHeaders.ListOf([.. Enumerable.Repeat("x", 2000)], [], int.MaxValue - 2000).Length.ShouldBeLessThanOrEqualTo(GatewayHeaders.LongestDropped);

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "abc")]
    [InlineData("ab😀", 3, "ab")]
    [InlineData("a😀b", 3, "a😀")]
    public void Excerpt_TextTooLong_IsCutBetweenCharacters(string text, int length, string cut) => Excerpt.Of(text, length).ShouldBe(cut);
}
