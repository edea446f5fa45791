using Dragoman.Model;

namespace Dragoman.Tests.Policies.RateLimiting;

/// <summary>Requests a minute and a day: edges of windows, clocks that are set, whose limit counts where, and what a refused caller is told.</summary>
public sealed class RequestLimitTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void Minute_AtItsEdge_RefusesToTheLastMillisecondAndThenBeginsAnew()
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = 3 } };
        rig.AskOften(5).ShouldBe(3);
        rig.Time.Advance(Minute - Millisecond);
        rig.Ask().Refusal.RetryAfter.ShouldBe(Millisecond);
        rig.Time.Advance(Millisecond);
        rig.AskOften(5).ShouldBe(3);
    }

    [Fact]
    public void Minute_BeginsWithTheFirstCallAfterTheFormerOne()
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = 2 } };
        rig.Ask();
        rig.Time.Advance(TimeSpan.FromSeconds(90));
        rig.Ask().Status.Minute.ShouldBe(new LimitWindow(2, 1, Minute, Minute));
        rig.Time.Advance(TimeSpan.FromSeconds(59));
        rig.Ask().Status.Minute.ShouldBe(new LimitWindow(2, 0, Minute, TimeSpan.FromSeconds(1)));
        rig.Ask().IsAdmitted.ShouldBeFalse();
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        rig.Ask().IsAdmitted.ShouldBeTrue();
    }

    [Fact]
    public void Day_AtItsEdge_RefusesToTheLastMillisecondAndThenBeginsAnew()
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerDay = 2 } };
        rig.Ask();
        rig.Time.Advance(TimeSpan.FromHours(23));
        rig.AskOften(3).ShouldBe(1);
        rig.Time.Advance(TimeSpan.FromHours(1) - Millisecond);
        rig.Ask().Refusal.RetryAfter.ShouldBe(Millisecond);
        rig.Time.Advance(Millisecond);
        rig.AskOften(3).ShouldBe(2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(30 * 24)]
    [InlineData(-30 * 24)]
    public void Windows_WallClockIsSet_AreAsLongAsBefore(int hours)
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = 1, RequestsPerDay = 2 } };
        rig.Ask();
        rig.Time.SetWallClock(TimeSpan.FromHours(hours));
        rig.Time.Advance(Minute - Millisecond);
        rig.Ask().IsAdmitted.ShouldBeFalse();
        rig.Time.Advance(Millisecond);
        rig.Ask().IsAdmitted.ShouldBeTrue();
        rig.Time.SetWallClock(TimeSpan.FromHours(hours));
        rig.Time.Advance(Day - Minute - Millisecond);
        rig.Ask().IsAdmitted.ShouldBeFalse();
        rig.Time.Advance(Millisecond);
        rig.Ask().IsAdmitted.ShouldBeTrue();
    }

    [Fact]
    public void Refusal_ByOneLimit_CountsInNone()
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = 1, RequestsPerDay = 3 } };
        rig.AskOften(10).ShouldBe(1);
        rig.Status().Day.ShouldNotBeNull().Remaining.ShouldBe(2);
        rig.Time.Advance(Minute);
        rig.AskOften(10).ShouldBe(1);
        rig.Time.Advance(Minute);
        rig.AskOften(10).ShouldBe(1);
        rig.Time.Advance(Minute);
        rig.Ask().Refusal.Message.ShouldContain("in 24 hours");
        rig.Status().Minute.ShouldBe(new LimitWindow(1, 1, Minute, Minute), "the day refused it, so no minute has begun");
    }

    [Fact]
    public void Refusal_BySeveralLimits_TellsTheOneThatTakesLongest()
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = 1, RequestsPerDay = 1, ConcurrentCalls = 1 } };
        rig.Ask();
        rig.Time.Advance(TimeSpan.FromSeconds(10));
        var asked = rig.Ask();
        asked.Refusal.Kind.ShouldBe(ErrorKind.RateLimited);
        asked.Refusal.RetryAfter.ShouldBe(Day - TimeSpan.FromSeconds(10));
        asked.Refusal.Message.ShouldBe("1 request in 24 hours is the limit of this key; try again in 24 h 0 min.");
        asked.Status.Breached.ShouldBe(new LimitWindow(1, 0, Day, Day - TimeSpan.FromSeconds(10)));
        asked.Status.Minute.ShouldBe(new LimitWindow(1, 0, Minute, TimeSpan.FromSeconds(50)));
    }

    [Theory]
    [InlineData(0, "60 s")]
    [InlineData(25_001, "35 s")]
    [InlineData(59_999, "1 s")]
    public void Refusal_OfAMinute_SaysWhoseLimitAndHowLong(int milliseconds, string wait)
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = 20 } };
        rig.AskOften(20).ShouldBe(20);
        rig.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        rig.Ask().Refusal.Message.ShouldBe($"20 requests a minute are the limit of this key; try again in {wait}.");
    }

    [Fact]
    public void Refusal_ByADialectsLimit_NamesTheDialect()
    {
        var rig = new LimitRig { OfDialects = new CallLimits { RequestsPerDay = 1 } };
        rig.Ask();
        rig.Time.Advance(TimeSpan.FromHours(23));
        rig.Ask().Refusal.Message.ShouldBe("1 request in 24 hours is the limit of this key in the one API; try again in 60 min.");
    }

    [Fact]
    public void KeysLimit_CountsOverAllDialects()
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = 3 }, OfDialects = new CallLimits { RequestsPerMinute = 1 } };
        (rig.AskOften(2, "one") + rig.AskOften(2, "two")).ShouldBe(3);
    }

    [Fact]
    public void DialectsLimit_CountsForEachKeyInThatDialectAlone()
    {
        var rig = new LimitRig { OfDialects = new CallLimits { RequestsPerMinute = 3 } };
        rig.AskOften(9, "one").ShouldBe(3);
        rig.AskOften(9, "two").ShouldBe(3);
        rig.AskOften(9, "one", key: "other").ShouldBe(3);
    }

    [Fact]
    public void DialectsLimit_IsThatOfTheKeysMode()
    {
        var rig = new LimitRig { OfDialects = new CallLimits { RequestsPerMinute = 3 }, OfDialectsInTest = new CallLimits { RequestsPerMinute = 2 } };
        rig.AskOften(9).ShouldBe(3);
        rig.Mode = KeyMode.Test;
        rig.AskOften(9, key: "of tests").ShouldBe(2);
    }

    [Fact]
    public void None_OfTheKey_IsNoLimitWhateverTheDialectSays()
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = CallLimits.None }, OfDialects = new CallLimits { RequestsPerMinute = 1 } };
        rig.AskOften(100).ShouldBe(100);
        rig.Status().Minute.ShouldBeNull();
    }

    [Fact]
    public void None_OfTheDialect_OrNothingSaid_IsNoLimit()
    {
        new LimitRig { OfDialects = new CallLimits { RequestsPerMinute = CallLimits.None } }.AskOften(100).ShouldBe(100);
        new LimitRig().AskOften(100).ShouldBe(100);
        new LimitRig().AskOften(100, dialect: "without settings").ShouldBe(100);
    }

    [Fact]
    public void KeysLimit_ChangedMidWindow_KeepsWhatWasCounted()
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = 10 } };
        rig.AskOften(4).ShouldBe(4);
        rig.Time.Advance(TimeSpan.FromSeconds(20));

        rig.OfKey = new CallLimits { RequestsPerMinute = 3 };
        var asked = rig.Ask();
        asked.Refusal.RetryAfter.ShouldBe(TimeSpan.FromSeconds(40));
        asked.Status.Breached.ShouldBe(new LimitWindow(3, 0, Minute, TimeSpan.FromSeconds(40)));

        rig.OfKey = new CallLimits { RequestsPerMinute = 5 };
        rig.AskOften(9).ShouldBe(1);
    }

    [Fact]
    public void Limit_SetWhereNoneWas_CountsWhatWentBefore()
    {
        var rig = new LimitRig();
        rig.AskOften(4, "one").ShouldBe(4);
        rig.AskOften(2, "two").ShouldBe(2);

        rig.OfDialects = new CallLimits { RequestsPerMinute = 5 };
        rig.Status("one").Minute.ShouldNotBeNull().Remaining.ShouldBe(1);
        rig.Status("two").Minute.ShouldNotBeNull().Remaining.ShouldBe(3);

        rig.OfKey = new CallLimits { RequestsPerMinute = 7 };
        rig.AskOften(9, "one").ShouldBe(1);

        rig.OfKey = default;
        rig.AskOften(9, "two").ShouldBe(3);
    }

    [Fact]
    public void StatusOf_CountsNothingAndTellsWhatIsLeft()
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = 2, RequestsPerDay = 5 } };
        for (var i = 0; i < 10; i++)
        {
            rig.Status().ShouldBe(new RateLimitStatus { Minute = new LimitWindow(2, 2, Minute, Minute), Day = new LimitWindow(5, 5, Day, Day) });
        }

        rig.Ask();
        rig.Time.Advance(TimeSpan.FromSeconds(15));
        rig.Status().ShouldBe(new RateLimitStatus
        {
            Minute = new LimitWindow(2, 1, Minute, TimeSpan.FromSeconds(45)),
            Day = new LimitWindow(5, 4, Day, Day - TimeSpan.FromSeconds(15)),
        });
    }
}
