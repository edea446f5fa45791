using Dragoman.Starter.Generation;

namespace Dragoman.Server.Tests.Starter;

public sealed class StopMatcherTests
{
    [Fact]
    public void Append_NoStops_PassesTextOn() => new StopMatcher([]).Append("abc").ShouldBe("abc");

    [Fact]
    public void Append_StopInOnePart_CutsBeforeIt()
    {
        var matcher = new StopMatcher(["END"]);
        matcher.Append("text END more").ShouldBe("text ");
        matcher.Stopped.ShouldBeTrue();
        matcher.Append("after").ShouldBe("");
        matcher.Flush().ShouldBe("");
    }

    [Fact]
    public void Append_StopOverSeveralParts_LetsNoneOfItOut()
    {
        var matcher = new StopMatcher(["<stop>"]);
        string[] outs = [.. new[] { "a<", "st", "op", ">b" }.Select(matcher.Append)];
        outs.ShouldBe(["a", "", "", ""]);
        matcher.Stopped.ShouldBeTrue();
    }

    [Fact]
    public void Append_PrefixThatComesToNothing_IsGivenOutLater()
    {
        var matcher = new StopMatcher(["<stop>"]);
        matcher.Append("a<st").ShouldBe("a");
        matcher.Append("ill").ShouldBe("<still");
        matcher.Stopped.ShouldBeFalse();
    }

    [Fact]
    public void Append_PrefixWithinPrefix_IsHeldFromTheRightPlace()
    {
        var matcher = new StopMatcher(["aab"]);
        matcher.Append("aa").ShouldBe("");
        matcher.Append("a").ShouldBe("a");
        matcher.Append("b").ShouldBe("");
        matcher.Stopped.ShouldBeTrue();
    }

    [Fact]
    public void Append_TwoStops_TheEarliestWins()
    {
        new StopMatcher(["world", "lo"]).Append("hello world").ShouldBe("hel");
    }

    [Fact]
    public void Flush_HeldPrefix_ComesOut()
    {
        var matcher = new StopMatcher(["\n\n"]);
        matcher.Append("line\n").ShouldBe("line");
        matcher.Flush().ShouldBe("\n");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Append_AnyCutting_GivesTheSameText(int size)
    {
        const string Text = "one two\n\nthree | four |end| five";
        var matcher = new StopMatcher(["|end|", "never"]);
        string result = string.Concat(Text.Chunk(size).Select(c => matcher.Append(new string(c)))) + matcher.Flush();
        result.ShouldBe("one two\n\nthree | four ");
    }
}
