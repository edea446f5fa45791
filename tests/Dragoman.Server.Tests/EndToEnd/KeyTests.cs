namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>Which keys open the door. Which doors there are: <see cref="RouteTests"/>.</summary>
public sealed class KeyTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("Authorization", "Bearer wrong")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "Basic dXNlcjpwYXNz")]
    [InlineData("Authorization", RunningGateway.Key)]
    [InlineData("X-API-Key", "wrong")]
    [InlineData("X-API-Key", "Bearer " + RunningGateway.Key)]
    public async Task InvokeLlm_BadKey_Is401InTheDialect(string? header, string? value)
    {
        await using var gateway = await RunningGateway.StartAsync();
        gateway.Client.DefaultRequestHeaders.Authorization = null;
        if (header is not null)
        {
            gateway.Client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
        }

        var answer = await gateway.InvokeAsync("Hello");

        answer.HttpStatus.ShouldBe(401);
        answer.Status.ShouldBe(401);
        answer.Response.ShouldBeNull();
        answer.Error.ShouldContain("key");
        answer.Headers["www-authenticate"].ShouldBe("Bearer");
    }

    [Theory]
    [InlineData("Authorization", "Bearer " + RunningGateway.Key)]
    [InlineData("Authorization", "bearer " + RunningGateway.Key)]
    [InlineData("X-API-Key", RunningGateway.Key)]
    public async Task InvokeLlm_GoodKey_IsLetIn(string header, string value)
    {
        // With the starter off there is no model, which only a caller who was let in is told.
        await using var gateway = await RunningGateway.StartAsync(settings: """{ "Starter": { "Enabled": false } }""");
        gateway.Client.DefaultRequestHeaders.Authorization = null;
        gateway.Client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);

        (await gateway.InvokeAsync("Hello")).HttpStatus.ShouldBe(404);
    }
}
