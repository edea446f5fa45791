using Dragoman.Model;

namespace Dragoman.Tests.Policies.RateLimiting;

/// <summary>Tokens a minute: what is reserved, and what the true count makes of it.</summary>
public sealed class TokenLimitTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Admission_ReservesInputByItsLengthAndOutputByItsBound()
    {
        var rig = Limited(100);
        rig.Ask(text: new string('x', 40), maxOutput: 60).IsAdmitted.ShouldBeTrue();
        Left(rig).ShouldBe(30);
        rig.Ask(text: new string('x', 41), maxOutput: 20).IsAdmitted.ShouldBeFalse("11 and 20 are one more than 30");
        rig.Ask(text: new string('x', 40), maxOutput: 20).IsAdmitted.ShouldBeTrue();
    }

    [Fact]
    public void Admission_ManyChoices_ReservesTheBoundForEach()
    {
        var rig = Limited(100);
        rig.Ask(maxOutput: 30, choices: 3).IsAdmitted.ShouldBeTrue();
        Left(rig).ShouldBe(10);
    }

    [Fact]
    public void Admission_WithoutABound_Reserves512OrWhatIsLeft()
    {
        var rig = Limited(600);
        rig.Ask(text: "1234", maxOutput: null).IsAdmitted.ShouldBeTrue();
        Left(rig).ShouldBe(87);
        rig.Ask(text: "1234", maxOutput: null).IsAdmitted.ShouldBeTrue();
        Left(rig).ShouldBe(0);
        rig.Ask(text: "", maxOutput: null).IsAdmitted.ShouldBeFalse("there is not one token left for an answer");
    }

    [Fact]
    public void Settlement_TookLess_GivesTheRestBack()
    {
        var rig = Limited(100);
        var asked = rig.Ask(maxOutput: 100);
        Left(rig).ShouldBe(0);
        asked.Settle(input: 10, output: 15);
        Left(rig).ShouldBe(75);
    }

    [Fact]
    public void Settlement_TookMore_ChargesIt()
    {
        var rig = Limited(100);
        rig.Ask(maxOutput: 10).Settle(output: 150);
        var asked = rig.Ask(maxOutput: 1);
        asked.Refusal.Message.ShouldBe("100 tokens a minute are the limit of this key; try again in 60 s.");
        asked.Refusal.RetryAfter.ShouldBe(Minute);
        asked.Status.Breached.ShouldBe(new LimitWindow(100, 0, Minute, Minute));
        rig.Time.Advance(Minute);
        Left(rig).ShouldBe(100);
    }

    [Theory]
    [InlineData(-1, -1)]
    [InlineData(long.MinValue, long.MinValue)]
    [InlineData(long.MinValue, 5)]
    public void Settlement_UpstreamTellsLessThanNothing_GivesNoMoreThanWasReserved(long input, long output)
    {
        var rig = Limited(100);
        rig.Ask(maxOutput: 60).Settle(input, output);
        Left(rig).ShouldBe(100 - (int)Math.Max(output, 0));
    }

    [Theory]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Settlement_UpstreamTellsAbsurdCounts_LeavesNothing(long input, long output)
    {
        var rig = Limited(100);
        var (first, second) = (rig.Ask(maxOutput: 1), rig.Ask(maxOutput: 1));
        first.Settle(input, output);
        second.Settle(input, output);
        Left(rig).ShouldBe(0);
        rig.Time.Advance(Minute);
        Left(rig).ShouldBe(100);
    }

    [Fact]
    public void Settlement_FailedCall_GivesTokensBackAndKeepsTheRequestCounted()
    {
        var rig = Limited(100);
        rig.OfKey = rig.OfKey with { RequestsPerMinute = 1 };
        rig.Ask(maxOutput: 100).Settle();
        rig.Ask(maxOutput: 100).Refusal.Message.ShouldContain("1 request a minute");
        rig.OfKey = Limited(100).OfKey;
        Left(rig).ShouldBe(100);
    }

    [Fact]
    public void Settlement_WindowIsGone_ChargesThePresentOneWithTheExcessAlone()
    {
        var rig = Limited(100);
        var (less, more) = (rig.Ask(maxOutput: 20), rig.Ask(maxOutput: 20));
        rig.Time.Advance(Minute);
        rig.Ask(maxOutput: 10);
        less.Settle(output: 5);
        Left(rig).ShouldBe(90, "what the former window reserved too much is gone with it");
        more.Settle(output: 50);
        Left(rig).ShouldBe(60);
    }

    [Fact]
    public void Settlement_WindowIsGoneAndNoneHasBegun_TheExcessBeginsOne()
    {
        var rig = Limited(100);
        var asked = rig.Ask(maxOutput: 20);
        rig.Time.Advance(Minute + Minute);
        asked.Settle(output: 120);
        Left(rig).ShouldBe(0);
        rig.Time.Advance(Minute);
        Left(rig).ShouldBe(100);
    }

    [Fact]
    public void Settlement_WindowIsGoneAndNothingIsOwed_BeginsNone()
    {
        var rig = Limited(100);
        var asked = rig.Ask(maxOutput: 20);
        rig.Time.Advance(Minute);
        asked.Settle(output: 20);
        rig.Time.Advance(TimeSpan.FromSeconds(30));
        rig.Ask(maxOutput: 100);
        rig.Time.Advance(TimeSpan.FromSeconds(59));
        rig.Ask(maxOutput: 1).Refusal.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(400, 1)]
    [InlineData(0, 101)]
    [InlineData(int.MaxValue / 1024, int.MaxValue)]
    public void Admission_LargerThanTheWholeLimit_IsRefusedWithoutATimeToWait(int characters, int maxOutput)
    {
        var rig = Limited(100);
        var asked = rig.Ask(text: new string('x', characters), maxOutput: maxOutput, choices: 2);
        asked.Refusal.Kind.ShouldBe(ErrorKind.RateLimited);
        asked.Refusal.RetryAfter.ShouldBeNull();
        asked.Refusal.Message.ShouldStartWith("100 tokens a minute are the limit of this key, and this call alone may take ");
        Left(rig).ShouldBe(100);
    }

    [Fact]
    public void DialectsLimit_IsReservedAndSettledInThatDialectAlone()
    {
        var rig = new LimitRig { OfDialects = new CallLimits { TokensPerMinute = 100 } };
        var asked = rig.Ask("one", maxOutput: 80);
        Left(rig, "one").ShouldBe(20);
        Left(rig, "two").ShouldBe(100);
        asked.Settle(output: 30);
        Left(rig, "one").ShouldBe(70);

        // The key's own counter had the same, in a window of its own.
        rig.OfKey = new CallLimits { TokensPerMinute = 100 };
        Left(rig, "two").ShouldBe(70);
    }

    private static LimitRig Limited(int tokens) => new() { OfKey = new CallLimits { TokensPerMinute = tokens } };

    /// <summary>The largest call that is admitted; it is settled with nothing, so that nothing stays of it.</summary>
    private static int Left(LimitRig rig, string dialect = "one")
    {
        var most = 0;
        for (var size = 1; size <= 1000 && rig.Ask(dialect, maxOutput: size) is { IsAdmitted: true } asked; size++)
        {
            asked.Settle();
            most = size;
        }

        return most;
    }
}
