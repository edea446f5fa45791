using Dragoman.Model;
using Dragoman.Providers.OpenAI;
using Dragoman.Routing;
using Dragoman.Tests.Pipeline;

namespace Dragoman.Tests.Routing;

public sealed class DeploymentHealthTests
{
    private readonly FakeTime _time = new();
    private readonly DeploymentHealth _health;
    private readonly Deployment _deployment = GatewayRig.Deploy("a");

    public DeploymentHealthTests() => _health = new DeploymentHealth(_time);

    public static TheoryData<ErrorKind> Kinds => [.. Enum.GetValues<ErrorKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Failure_OfEachKind_SetsAsideByTheTable(ErrorKind kind)
    {
        _health.Report(_deployment, new GatewayError(kind, "x"));
        _health.IsSetAside(_deployment).ShouldBe(ErrorTable.Get(kind).SetsAside);
    }

    [Fact]
    public void Failure_AtMakingPictures_IsNoneAtChatting()
    {
        // The same name, asked for a picture, fails for everybody who asks for one.
        var pictures = _deployment with { Images = new OpenAIImages() };

        _health.Report(pictures, new GatewayError(ErrorKind.UpstreamModelNotFound, "x"));

        _health.IsSetAside(pictures).ShouldBeTrue();
        _health.IsSetAside(_deployment).ShouldBeFalse();
    }

    [Theory]
    [InlineData(ErrorKind.UpstreamTimeout, null, 15)]
    [InlineData(ErrorKind.UpstreamRejectedCredential, null, 300)]
    [InlineData(ErrorKind.UpstreamModelNotFound, null, 300)]
    [InlineData(ErrorKind.UpstreamRateLimited, 2.0, 2)]
    [InlineData(ErrorKind.UpstreamRateLimited, 40.0, 40)]
    [InlineData(ErrorKind.UpstreamRateLimited, 86400.0, 300)]
    public void Failure_LastsItsTime_AndNotATickLonger(ErrorKind kind, double? retryAfter, double seconds)
    {
        _health.Report(_deployment, new GatewayError(kind, "x") { RetryAfter = retryAfter is { } wait ? TimeSpan.FromSeconds(wait) : null });
        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        _health.IsSetAside(_deployment).ShouldBeTrue();
        _time.Advance(TimeSpan.FromTicks(1));
        _health.IsSetAside(_deployment).ShouldBeFalse();
    }

    [Fact]
    public void Success_ClearsIt()
    {
        _health.Report(_deployment, new GatewayError(ErrorKind.UpstreamFailed, "x"));
        _health.Report(GatewayRig.Deploy("b"), null);
        _health.IsSetAside(_deployment).ShouldBeTrue();
        _health.Report(_deployment, null);
        _health.IsSetAside(_deployment).ShouldBeFalse();
    }

    [Fact]
    public void Failures_OfAnyNumberOfNames_TakeBoundedMemory()
    {
        // Callers make up the names of models.
        for (var i = 0; i < 20_000; i++)
        {
            _health.Report(GatewayRig.Deploy($"h{i}"), new GatewayError(ErrorKind.UpstreamModelNotFound, "x"));
        }

        Enumerable.Range(0, 20_000).Count(i => _health.IsSetAside(GatewayRig.Deploy($"h{i}"))).ShouldBeLessThanOrEqualTo(1024);
        _health.IsSetAside(GatewayRig.Deploy("h19999")).ShouldBeTrue();
    }
}
