using Dragoman.Model;

namespace Dragoman.Tests.Policies.RateLimiting;

/// <summary>Requests that call no model count against the limits on requests, and against no other.</summary>
public sealed class RequestCountTests
{
    [Fact]
    public void Count_UpToTheLimit_CountsWithCallsAndThenRefuses()
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = 3 } };
        rig.Count().ShouldBeNull();
        rig.Ask().IsAdmitted.ShouldBeTrue();
        rig.Count("two").ShouldBeNull();
        var refusal = rig.Count().ShouldNotBeNull();
        refusal.Kind.ShouldBe(ErrorKind.RateLimited);
        refusal.Message.ShouldBe("3 requests a minute are the limit of this key; try again in 60 s.");
        refusal.RetryAfter.ShouldBe(TimeSpan.FromMinutes(1));
        rig.Ask().IsAdmitted.ShouldBeFalse();
        rig.Status().Minute!.Value.Remaining.ShouldBe(0);
    }

    [Fact]
    public void Count_Refused_CountsNothing()
    {
        var rig = new LimitRig { OfKey = new CallLimits { RequestsPerMinute = 1, RequestsPerDay = 2 } };
        rig.Count().ShouldBeNull();
        rig.Count().ShouldNotBeNull();
        rig.Status().Day!.Value.Remaining.ShouldBe(1);
    }

    [Fact]
    public void Count_DialectsLimit_CountsInThatDialectAlone()
    {
        var rig = new LimitRig { OfDialects = new CallLimits { RequestsPerDay = 1 } };
        rig.Count("one").ShouldBeNull();
        rig.Count("one").ShouldNotBeNull();
        rig.Count("two").ShouldBeNull();
    }

    [Fact]
    public void Count_NoTokensAndNoPlacesLeft_IsAdmittedAndTakesNone()
    {
        var rig = new LimitRig { OfKey = new CallLimits { ConcurrentCalls = 1, TokensPerMinute = 10 } };
        var call = rig.Ask(maxOutput: 10);
        rig.Count().ShouldBeNull();
        call.Settle(output: 4);
        rig.Count().ShouldBeNull();
        rig.Ask(maxOutput: 6).IsAdmitted.ShouldBeTrue();
    }

    [Fact]
    public void Count_IsNewsOfTheDay()
    {
        var rig = new LimitRig();
        rig.Count();
        rig.Policy.TakeChanged().Select(day => (day.KeyId, day.Dialect, day.Requests)).ShouldBe([("k", "", 1L), ("k", "one", 1L)]);
    }
}
