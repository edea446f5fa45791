using Dragoman.Model;
using Dragoman.Policies.RateLimiting;

namespace Dragoman.Tests.Policies.RateLimiting;

/// <summary>Days that outlast the process.</summary>
public sealed class DayCountTests
{
    private static readonly CallLimits FourADay = new() { RequestsPerDay = 4 };

    [Fact]
    public void TakeChanged_AfterCalls_TellsTheDayOfKeyAndDialects()
    {
        var rig = new LimitRig();
        rig.AskOften(2, "one");
        rig.Time.Advance(TimeSpan.FromHours(1));
        rig.AskOften(1, "two");
        rig.AskOften(1, "one", key: "other");
        var now = rig.Time.GetUtcNow();
        rig.Policy.TakeChanged().ShouldBe(
        [
            new DayCount("k", "", now + TimeSpan.FromHours(23), 3),
            new DayCount("k", "one", now + TimeSpan.FromHours(23), 2),
            new DayCount("k", "two", now + TimeSpan.FromHours(24), 1),
            new DayCount("other", "", now + TimeSpan.FromHours(24), 1),
            new DayCount("other", "one", now + TimeSpan.FromHours(24), 1),
        ], ignoreOrder: true);
    }

    [Fact]
    public void TakeChanged_ASecondTime_TellsWhatChangedSince()
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = 3 } };
        rig.AskOften(2);
        rig.AskOften(2, key: "other");
        rig.Policy.TakeChanged().Count.ShouldBe(4);
        rig.Policy.TakeChanged().ShouldBeEmpty();
        rig.AskOften(5);
        rig.Policy.TakeChanged().Select(day => (day.KeyId, day.Dialect, day.Requests)).ShouldBe([("k", "", 3L), ("k", "one", 3L)]);
        rig.AskOften(5);
        rig.Policy.TakeChanged().ShouldBeEmpty("a refused call changes nothing");
    }

    [Fact]
    public void Restore_InANewProcess_GoesOnWithTheDay()
    {
        var former = new LimitRig { OfKey = FourADay };
        former.AskOften(3);
        former.Time.Advance(TimeSpan.FromHours(10));

        var rig = new LimitRig { OfKey = FourADay };
        rig.Time.Advance(TimeSpan.FromHours(12));
        rig.Policy.Restore(former.Policy.TakeChanged());
        rig.AskOften(9, "two").ShouldBe(1);
        rig.Ask().Refusal.RetryAfter.ShouldBe(TimeSpan.FromHours(12));

        rig.OfKey = default;
        rig.OfDialects = FourADay;
        rig.Status("one").Day.ShouldNotBeNull().Remaining.ShouldBe(1);
        rig.Status("two").Day.ShouldNotBeNull().Remaining.ShouldBe(3);

        rig.OfKey = FourADay;
        rig.Time.Advance(TimeSpan.FromHours(12));
        rig.AskOften(9).ShouldBe(4);
    }

    [Fact]
    public void Restore_DayThatHasEnded_IsPassedOver()
    {
        var rig = new LimitRig { OfKey = FourADay };
        rig.Policy.Restore([new DayCount("k", "", rig.Time.GetUtcNow(), 4)]);
        rig.AskOften(9).ShouldBe(4);
    }

    [Fact]
    public void Restore_WallClockWasSetBack_EndsWithinADay()
    {
        var rig = new LimitRig { OfKey = FourADay };
        rig.Policy.Restore([new DayCount("k", "", rig.Time.GetUtcNow() + TimeSpan.FromDays(400), 4)]);
        rig.Ask().Refusal.RetryAfter.ShouldBe(TimeSpan.FromDays(1));
        rig.Time.Advance(TimeSpan.FromDays(1));
        rig.AskOften(9).ShouldBe(4);
    }

    [Fact]
    public void TakeChanged_WallClockWasSet_TellsTheEndByTheNewClock()
    {
        var rig = new LimitRig();
        rig.Ask();
        rig.Time.SetWallClock(TimeSpan.FromHours(-5));
        rig.Policy.TakeChanged()[0].EndsAt.ShouldBe(rig.Time.GetUtcNow() + TimeSpan.FromDays(1));
    }
}
