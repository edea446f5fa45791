using Dragoman.Model;

namespace Dragoman.Tests.Model;

public sealed class ErrorTableTests
{
    public static TheoryData<ErrorKind> Kinds => [.. Enum.GetValues<ErrorKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Table_EachKind_HasARow(ErrorKind kind)
    {
        var rule = ErrorTable.Get(kind);
        rule.HttpStatus.ShouldBeInRange(400, 599);
        var error = new GatewayError(kind, "x");
        error.HttpStatus.ShouldBe(rule.HttpStatus);
        error.TryNext.ShouldBe(rule.TryNext);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Table_AFaultOfTheDeployment_IsWorthAnother(ErrorKind kind)
    {
        var rule = ErrorTable.Get(kind);
        if (rule.SetsAside)
        {
            rule.TryNext.ShouldBeTrue();
            kind.ToString().ShouldStartWith("Upstream");
        }
    }

    [Fact]
    public void Table_NoSuchKind_Throws() => Should.Throw<ArgumentOutOfRangeException>(() => ErrorTable.Get((ErrorKind)999));

    [Fact]
    public void Table_CallersFaults_AreNotTriedAgain()
    {
        foreach (var kind in new[]
        {
            ErrorKind.MalformedBody, ErrorKind.InvalidRequest, ErrorKind.Unauthenticated, ErrorKind.Forbidden, ErrorKind.RateLimited,
            ErrorKind.BudgetExceeded, ErrorKind.Canceled, ErrorKind.ContentFiltered, ErrorKind.UpstreamRejectedRequest, ErrorKind.Internal,
        })
        {
            ErrorTable.Get(kind).ShouldSatisfyAllConditions(rule => rule.TryNext.ShouldBeFalse(), rule => rule.SetsAside.ShouldBeFalse());
        }
    }
}
