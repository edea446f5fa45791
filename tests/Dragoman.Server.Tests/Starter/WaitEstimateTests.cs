using Dragoman.Starter;

namespace Dragoman.Server.Tests.Starter;

public sealed class WaitEstimateTests
{
    [Theory]
    [InlineData(36, 4, 45)]
    [InlineData(2, 1, 10)]
    [InlineData(1, 4, 2)]   // 1.25 s, rounded up
    [InlineData(0, 4, 1)]   // never 0: callers would come back at once
    [InlineData(10_064, 64, 120)]
    public void Seconds_NothingEndedYet_AssumesFiveSecondsEach(int ahead, int slots, int seconds) =>
        new WaitEstimate().Seconds(ahead, slots).ShouldBe(seconds);

    [Fact]
    public void Seconds_FirstGenerationEnded_CountsAlone()
    {
        var wait = new WaitEstimate();
        wait.Record(TimeSpan.FromSeconds(8));

        wait.Seconds(ahead: 6, slots: 4).ShouldBe(12);
    }

    [Fact]
    public void Seconds_GenerationsGrowLonger_FollowsTheRecentOnes()
    {
        var wait = new WaitEstimate();
        wait.Record(TimeSpan.FromSeconds(10));
        wait.Record(TimeSpan.FromSeconds(20));
        wait.Seconds(ahead: 1, slots: 1).ShouldBe(12);

        for (int i = 0; i < 30; i++)
        {
            wait.Record(TimeSpan.FromSeconds(20));
        }

        wait.Seconds(ahead: 1, slots: 1).ShouldBe(20);
    }

    [Fact]
    public void Seconds_GenerationsOfNoTime_IsAtLeastOne()
    {
        var wait = new WaitEstimate();
        wait.Record(TimeSpan.Zero);

        wait.Seconds(ahead: 36, slots: 4).ShouldBe(1);
    }

    [Fact]
    public void Seconds_GenerationsOfHours_IsAtMostTwoMinutes()
    {
        var wait = new WaitEstimate();
        wait.Record(TimeSpan.FromHours(5));

        wait.Seconds(ahead: 10_000, slots: 1).ShouldBe(120);
    }
}
